import { formatHex, parseHex } from './hex.ts';

declare const kind: unique symbol;

/**
 * A DHCP Unique Identifier with its 2-octet type (RFC 9915 11): opaque, compared for equality only. A view of
 * length 0 stands for "no client" where a record says so.
 */
export type Duid = Uint8Array & { readonly [kind]: 'Duid' };

/** The identifier of an identity association, an unsigned 32-bit number, unique per client and IA type (RFC 9915 12). */
export type Iaid = number & { readonly [kind]: 'Iaid' };

/** Type code and 1..128 octets (RFC 9915 11.1). */
export const DUID_LENGTH_MIN = 3;
export const DUID_LENGTH_MAX = 130;

/** The DUID types of RFC 9915 11.1. Other types are accepted as well. */
export const DuidType = {
  /** RFC 9915 11.2 */
  LLT: 1,
  /** RFC 9915 11.3 */
  EN: 2,
  /** RFC 9915 11.4 */
  LL: 3,
  /** RFC 6355 */
  UUID: 4,
} as const;

/** Takes octets for a DUID, if there are as many as a DUID has. */
export function toDuid(bytes: Uint8Array): Duid | undefined {
  return bytes.length >= DUID_LENGTH_MIN && bytes.length <= DUID_LENGTH_MAX ? (bytes as Duid) : undefined;
}

/** Takes the low 32 bits of a number for an IAID. */
export function iaid(value: number): Iaid {
  return (value >>> 0) as Iaid;
}

/** Lower-case hexadecimal octets with colons: "00:03:00:01:02:00:00:00:00:01". */
export function formatDuid(duid: Duid): string {
  return formatHex(duid);
}

/** Reads a DUID in hexadecimal, with colons, with dashes, or plain. Undefined when it is no DUID. */
export function parseDuid(text: string): Duid | undefined {
  const bytes = parseHex(text);
  return bytes === undefined ? undefined : toDuid(bytes);
}
