/**
 * The names of a lease in the DNS, and what became of them: what a binding keeps, and the partners tell each other
 * (RFC 8156 sections 5.5.3 and 9.2, RFC 4704 section 4).
 */
import { DnsFlag, isWholeName, sameBytes, u8, view } from '../wire/index.ts';

/** The bits of OPTION_F_DNS_FLAGS, and two of this box's own, which nobody is told. */
export const LeaseDnsBit = {
  /** What the forward zone has of the lease is up to date (F). */
  FORWARD_UP_TO_DATE: DnsFlag.FORWARD_UP_TO_DATE,
  /** The same for the reverse zone (R). */
  REVERSE_UP_TO_DATE: DnsFlag.REVERSE_UP_TO_DATE,
  /** The name was made up by the server (S). */
  SYNTHESIZED: DnsFlag.SYNTHESIZED_NAME,
  /** The name is what the client asked for (U). */
  USING_REQUESTED: DnsFlag.USING_REQUESTED_FQDN,
  /** This box gave the lease, and adds it to the DNS (RFC 8156 section 9.3). */
  OWN: 0x10,
  /** The lease is no more, and this box removes it from the DNS (RFC 8156 section 9.4). */
  REMOVE: 0x20,
} as const;

/** All that the DNS has of a lease is up to date. */
export const DNS_UP_TO_DATE = LeaseDnsBit.FORWARD_UP_TO_DATE | LeaseDnsBit.REVERSE_UP_TO_DATE;

/** The bits of OPTION_CLIENT_FQDN (RFC 4704 section 4.1). */
export const FqdnBit = { S: 0x01, O: 0x02, N: 0x04 } as const;

/** Of a binding. Names are in wire form with small letters, and whole (with the zero octet at their end). */
export interface LeaseDns {
  readonly bits: number;
  /** Of the CLIENT_FQDN as the client was answered: whether the server adds the AAAA (S), whether it adds nothing (N). */
  readonly fqdnFlags: number;
  /** What stands in the DNS, or is to. */
  readonly name: Uint8Array;
  /** What it was to be, where somebody else had that name; else the same. */
  readonly wanted: Uint8Array;
}

/** Bits, flags, and the length of the name. */
const HEADER = 3;

export function encodeLeaseDns({ bits, fqdnFlags, name, wanted }: LeaseDns): Uint8Array {
  const isSame = sameBytes(name, wanted);
  const octets = new Uint8Array(HEADER + name.length + (isSame ? 0 : wanted.length));
  octets[0] = bits;
  octets[1] = fqdnFlags;
  octets[2] = name.length;
  octets.set(name, HEADER);
  if (!isSame) octets.set(wanted, HEADER + name.length);
  return octets;
}

/** Reads what `encodeLeaseDns` wrote; its names are views. Undefined: that can't be. */
export function decodeLeaseDns(octets: Uint8Array): LeaseDns | undefined {
  if (octets.length < HEADER) return undefined;
  const end = HEADER + u8(octets, 2);
  if (end > octets.length) return undefined;
  const name = view(octets, HEADER, end);
  const wanted = end === octets.length ? name : view(octets, end, octets.length);
  return isWholeName(name) && isWholeName(wanted) ? { bits: u8(octets, 0), fqdnFlags: u8(octets, 1), name, wanted } : undefined;
}

/** Whether the bits are set, all of them, in what a binding keeps. */
export function hasDnsBits(dns: Uint8Array | undefined, bits: number): boolean {
  return dns !== undefined && (u8(dns, 0) & bits) === bits;
}

/** The same with other bits. */
export function withDnsBits(dns: Uint8Array, set: number, cleared = 0): Uint8Array {
  const changed = dns.slice();
  changed[0] = (u8(dns, 0) & ~cleared) | set;
  return changed;
}

/** The lease is no more: what is in the DNS of it is for this box to remove. */
export function toBeRemoved(dns: Uint8Array | undefined): Uint8Array | undefined {
  return dns === undefined ? undefined : withDnsBits(dns, LeaseDnsBit.REMOVE);
}
