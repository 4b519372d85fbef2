/** IPv4 addresses, as far as DHCPv6 tells clients of them (RFC 7598). */
import { u8 } from './octets.ts';

declare const kind: unique symbol;

/** 4 octets in network order. */
export type Ipv4Address = Uint8Array & { readonly [kind]: 'Ipv4Address' };

export const IPV4_ADDRESS_LENGTH = 4;

/** The bits of `address` beyond `length` are zero. */
export interface Ipv4Prefix {
  readonly address: Ipv4Address;
  /** 0..32 */
  readonly length: number;
}

/** Reads "192.0.2.1": four decimal numbers without leading zeros. Undefined when it is none. */
export function parseIpv4Address(text: string): Ipv4Address | undefined {
  const parts = text.split('.');
  if (parts.length !== IPV4_ADDRESS_LENGTH || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) return undefined;
  return Uint8Array.from(parts, Number) as Ipv4Address;
}

export function formatIpv4Address(address: Ipv4Address): string {
  return Array.from(address).join('.');
}

/** Reads "192.0.2.0/24". Undefined when it is no prefix, or when bits beyond its length are set. */
export function parseIpv4Prefix(text: string): Ipv4Prefix | undefined {
  const slash = text.indexOf('/');
  const digits = text.slice(slash + 1);
  const address = slash < 0 ? undefined : parseIpv4Address(text.slice(0, slash));
  const length = Number(digits);
  if (address === undefined || !/^(0|[1-9]\d?)$/.test(digits) || length > 32) return undefined;
  return hasIpv4HostBits(address, length) ? undefined : { address, length };
}

/** "192.0.2.0/24" */
export function formatIpv4Prefix({ address, length }: Ipv4Prefix): string {
  return `${formatIpv4Address(address)}/${length}`;
}

/** Whether any bit beyond the first `length` is set. */
export function hasIpv4HostBits(address: Ipv4Address, length: number): boolean {
  for (let bit = length; bit < 32; bit++) if ((u8(address, bit >> 3) & (0x80 >> (bit & 7))) !== 0) return true;
  return false;
}
