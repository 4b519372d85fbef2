import { parseAddress } from './address-text.ts';
import type { Address } from './address.ts';
import { invariant } from './invariant.ts';
import { seconds } from './units.ts';

/** UDP port that clients listen on (RFC 9915 7.2). */
export const CLIENT_PORT = 546;
/** UDP port that servers and relay agents listen on (RFC 9915 7.2). */
export const SERVER_PORT = 547;

/** ff02::1:2 (RFC 9915 7.1). */
export const ALL_DHCP_RELAY_AGENTS_AND_SERVERS = wellKnown('ff02::1:2');
/** ff05::1:3 (RFC 9915 7.1). */
export const ALL_DHCP_SERVERS = wellKnown('ff05::1:3');

/** How often a relay chain may be relayed (RFC 9915 7.6). */
export const HOP_COUNT_LIMIT = 8;
/** The limit of RFC 3315, which older relay agents still keep. */
export const HOP_COUNT_LIMIT_RFC3315 = 32;

/** What a client takes when there is no Information Refresh Time option (RFC 9915 7.6). */
export const IRT_DEFAULT = seconds(86400);
/** The least that the option may say (RFC 9915 7.6). */
export const IRT_MINIMUM = seconds(600);

/** The first wait for an answer to a Reconfigure, and the number of attempts (RFC 9915 7.6). */
export const REC_TIMEOUT = seconds(2);
export const REC_MAX_RC = 8;

/** The largest UDP payload over IPv6 without jumbograms: 65535 less the UDP header (RFC 8200 3). */
export const DATAGRAM_LENGTH_MAX = 65527;

function wellKnown(text: string): Address {
  const address = parseAddress(text);
  invariant(address !== undefined, 'a well-known address is an address');
  return address;
}
