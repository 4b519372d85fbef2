/** Classes of clients: by what they are known, and what is said of them; and which of them a pool is for. */
import * as v from 'valibot';
import { duidPattern, integer, linkLayerPattern, listOf, octetPattern } from './fields.ts';
import { wholeLifetimes } from './lifetime-schema.ts';
import { NAMES, NAME_PATTERN } from './name-values.ts';
import { optionSection } from './option-schema.ts';
import { described, section, textValue } from './schema-parts.ts';

const className = textValue(NAMES, (text) => (NAME_PATTERN.test(text) ? { value: text } : { problem: 'this is not a name' }), NAME_PATTERN.source);
const classNames = listOf('names of classes', className);

const patterns = listOf('patterns', octetPattern);
const enterprise = integer(0, 0xffffffff);
const made = 'What stands there, as a pattern; left out: whatever it is';

const match = section({
  'vendor-classes': described(
    v.optional(listOf('{ enterprise, data }', section({ enterprise: v.optional(enterprise), data: described(v.optional(octetPattern), made) }))),
    'Vendor Class (option 16): by enterprise number, by one of its texts, or both',
  ),
  'user-classes': described(v.optional(patterns), 'One of the texts of User Class (option 15)'),
  architectures: described(v.optional(listOf('numbers', integer(0, 0xffff))), 'Pre-boot environments of the client (option 61, RFC 5970)'),
  duids: described(v.optional(listOf('patterns', duidPattern)), 'DUIDs'),
  'link-layer-addresses': described(
    v.optional(listOf('patterns', linkLayerPattern)),
    'Link-layer addresses, as the nearest relay tells them (RFC 6939) or the link-local address does',
  ),
  'remote-ids': described(
    v.optional(listOf('{ enterprise, id }', section({ enterprise: v.optional(enterprise), id: described(v.optional(octetPattern), made) }))),
    'Remote-Id of a relay (RFC 4649)',
  ),
  'subscriber-ids': described(v.optional(patterns), 'Subscriber-Id of a relay (RFC 4580)'),
  'interface-ids': described(v.optional(patterns), 'Interface-Id of a relay (RFC 9915 section 21.18)'),
  'radius-address-pools': described(v.optional(patterns), 'Stateful-IPv6-Address-Pool of RADIUS, which a relay passes on (RFC 7037)'),
  'radius-prefix-pools': described(v.optional(patterns), 'Delegated-IPv6-Prefix-Pool of RADIUS, which a relay passes on (RFC 7037)'),
  classes: described(v.optional(classNames), 'Other classes, of which the client is in one'),
  'not-classes': described(v.optional(classNames), 'Other classes, of which the client is in none'),
});

export const classSection = section({
  name: className,
  match: described(match, 'A client is in the class where all of these hold; of each, one of its values is enough'),
  lifetimes: described(v.optional(wholeLifetimes), 'Instead of those of pools and links'),
  options: described(v.optional(optionSection), 'They stand before those of pools, links and the file'),
});

/** Which classes a pool is for. */
export const poolClasses = {
  classes: described(v.optional(classNames), 'Only for clients that are in one of these classes'),
  'not-classes': described(v.optional(classNames), 'Not for clients that are in one of these classes'),
};

export type MatchSection = v.InferOutput<typeof match>;
