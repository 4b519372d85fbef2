/** What the file says of two boxes that back each other: the section `relationships`. */
import * as v from 'valibot';
import { duration, durationOr, filePath, integer, listOf, millisecondsOrOff, pairingKey, percentage, percentageOrOff } from './fields.ts';
import { NAMES, NAME_PATTERN } from './name-values.ts';
import { described, named, section } from './schema-parts.ts';

/** Failover is not for leases that are shorter than this (RFC 8156 section 1); MCLT is not either. */
export const LEAST_FAILOVER_LIFETIME = 30;

/**
 * The third Solicit comes 2.9 to 3.41 s behind the first, the second 1 to 1.1 s; the third Confirm 2.61 to 3.41 s, the second 0.9 to 1.1 s
 * (RFC 9915 sections 7.6, 15 and 18.2.1). Between those no message falls, so that it is the third that is passed on, of every client: at
 * 3 s it was chance whether it was the third or the fourth, which comes some 4 s later.
 */
const DELAYED_SERVICE = '2s';

const boxName = v.string('the name of a box in the section "appliances"');
const yesOrNo = v.boolean('true, false');

export const relationship = section({
  primary: described(boxName, 'The box that gives new leases while both run; it connects to the other one'),
  secondary: described(boxName, 'The box that takes over; it listens'),
  links: described(
    v.optional(listOf('names of links', v.string('the name of a link in the section "links"'))),
    'The links that the two serve together; all links where the file has one relationship',
  ),
  'pairing-key': described(
    v.optional(pairingKey),
    'One-time key by which the two boxes know each other at their first contact; a secret. In its place, once they are paired: removed',
  ),
  certificates: described(
    v.optional(named('files', NAMES, NAME_PATTERN, filePath)),
    'By box, the certificate that its partner takes here, where it is not the one under "appliances"',
  ),
  insecure: described(
    v.optional(yesOrNo, false),
    'true: no TLS, whoever reaches the management network can give and take leases (RFC 8156 section 10)',
  ),
  mclt: described(
    v.optional(duration({ least: LEAST_FAILOVER_LIFETIME, most: 604_800 }), '1h'),
    'Maximum client lead time: how much longer a lease may last than the partner knows (RFC 8156 section 4.4)',
  ),
  keepalive: described(
    v.optional(duration({ least: 4, most: 3600 }), '60s'),
    'Silence after which the connection counts as dead, whatever else is known (RFC 8156 section 6.5)',
  ),
  'contact-interval': described(
    v.optional(millisecondsOrOff(50, 500), '250ms'),
    'How often the boxes say that they are there, so that silence is found in a second; off: plain RFC 8156',
  ),
  relaying: described(
    v.optional(yesOrNo, true),
    'true: a box passes on what its partner must answer and does not hear, and its links are watched; false: plain RFC 8156',
  ),
  'relay-by-udp': described(
    v.optional(yesOrNo, false),
    'true: what a partner that knows no "relaying" must answer and does not hear goes to UDP port 547 of its management address, as from any relay agent; nothing else is taken there',
  ),
  'load-balancing': described(
    v.optional(percentageOrOff(1, 99), 'off'),
    'The part of the clients that the primary answers while both boxes run; the secondary answers the others (RFC 3074). off: the primary answers all',
  ),
  'delayed-service': described(
    v.optional(duration({ least: 1, most: 20 }), DELAYED_SERVICE),
    'With load-balancing: what a client has asked for so long in vain is passed on to the box that answers it (RFC 3074 section 5.3)',
  ),
  'max-unacked-bndupd': described(
    v.optional(integer(1, 100_000), 1000),
    'Updates that may be on their way to a box without its acknowledgement (RFC 8156 section 5.5.5)',
  ),
  'auto-partner-down': described(
    v.optional(durationOr('off', { least: 10, most: 604_800 }), 'off'),
    'After so long without the partner it counts as down; off: only the operator says so (RFC 8156 section 8.9.2)',
  ),
  topology: described(
    v.optional(v.picklist(['same-site', 'two-sites'], 'same-site, two-sites'), 'two-sites'),
    'same-site: a partner that is heard on a LAN of both never counts as down by itself, though the management link is silent (RFC 7031 section 4.1)',
  ),
  'stand-alone-start': described(
    v.optional(yesOrNo, false),
    'true: a first box that never met its partner serves alone after "startup-time" (RFC 8156 section 8.3.2)',
  ),
  'startup-time': described(
    v.optional(duration({ least: 1, most: 300 }), '5s'),
    'How long a box that starts looks for its partner before it serves (RFC 8156 section 8.3.2)',
  ),
  'use-partner-addresses': described(
    v.optional(yesOrNo, false),
    "true: a box whose partner is down gives the partner's addresses as well, after MCLT (RFC 8156 section 8.4.1)",
  ),
  'prefix-share': described(
    v.optional(percentage(0, 100), '50%'),
    'The part of the prefixes to delegate that the secondary holds (RFC 8156 section 4.2.2)',
  ),
  'rebalance-threshold': described(
    v.optional(percentage(1, 100), '20%'),
    'How far a share may be off, as a part of it, before prefixes change hands',
  ),
  port: described(v.optional(integer(1, 65_535), 647), 'TCP port that the secondary listens on'),
});
