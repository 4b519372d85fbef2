/** What the RADIUS server said of a client, as a relay agent passes it on (RFC 7037). */
import { ADDRESS_LENGTH, type Address } from '../address.ts';
import { OptionCode } from '../option-code.ts';
import { u8, view } from '../octets.ts';
import { type Prefix, hasHostBits } from '../prefix.ts';
import { failure } from '../wire-error.ts';
import { concatBytes, option } from './codec.ts';
import { opaqueShape } from './opaque.ts';

/** Of the attributes that RFC 7037 4.1 permits, those that say which lease a client gets. */
export const RadiusAttributeType = {
  /** RFC 4818 3 */
  DELEGATED_IPV6_PREFIX: 123,
  /** RFC 6911 3.1 */
  FRAMED_IPV6_ADDRESS: 168,
  /** RFC 6911 3.4 */
  DELEGATED_IPV6_PREFIX_POOL: 171,
  /** RFC 6911 3.5 */
  STATEFUL_IPV6_ADDRESS_POOL: 172,
} as const;

/** RFC 2865 5 */
export interface RadiusAttribute {
  readonly type: number;
  /** Without type and length; at most 253 octets. */
  readonly value: Uint8Array;
}

/** Type and length, of one octet each; the length counts them. */
const HEADER_LENGTH = 2;
/** In front of the octets of a prefix: one that is reserved, and its length. */
const PREFIX_HEADER_LENGTH = 2;

/** RFC 7037 4: only in a Relay-forward. */
export const radiusAttributes = option<readonly RadiusAttribute[]>(OptionCode.RADIUS, 'RADIUS', {
  decode(data) {
    const attributes: RadiusAttribute[] = [];
    for (let at = 0; at < data.length; ) {
      const end = at + (at + 1 < data.length ? u8(data, at + 1) : 0);
      if (end < at + HEADER_LENGTH || end > data.length) return failure('option-overrun', at);
      attributes.push({ type: u8(data, at), value: view(data, at + HEADER_LENGTH, end) });
      at = end;
    }
    return { value: attributes };
  },
  encode: (attributes) => concatBytes(attributes.flatMap(({ type, value }) => [Uint8Array.of(type, value.length + HEADER_LENGTH), value])),
  print: (attributes) => [`attributes ${attributes.length}`, ...attributes.map(({ type, value }) => `  attribute ${type}: ${opaqueShape.print(value)}`)].join('\n'),
});

/** The value of a Framed-IPv6-Address; undefined where it is none. */
export function framedAddress(value: Uint8Array): Address | undefined {
  return value.length === ADDRESS_LENGTH ? (value as Address) : undefined;
}

/** The value of a Delegated-IPv6-Prefix, of which octets that are all 0 may be left out at the end; undefined where it is none. */
export function delegatedPrefix(value: Uint8Array): Prefix | undefined {
  if (value.length < PREFIX_HEADER_LENGTH || value.length > PREFIX_HEADER_LENGTH + ADDRESS_LENGTH) return undefined;
  const length = u8(value, 1);
  const address = new Uint8Array(ADDRESS_LENGTH) as Address;
  address.set(value.subarray(PREFIX_HEADER_LENGTH));
  return length > 128 || hasHostBits(address, length) ? undefined : { address, length };
}
