import { u8, u16, u32 } from './octets.ts';

declare const kind: unique symbol;

/** An IPv6 address: always 16 octets in network order, never changed after it is made. */
export type Address = Uint8Array & { readonly [kind]: 'Address' };

export const ADDRESS_LENGTH = 16;

/** Takes 16 octets for an address; undefined when there are not 16. */
export function toAddress(bytes: Uint8Array): Address | undefined {
  return bytes.length === ADDRESS_LENGTH ? (bytes as Address) : undefined;
}

/** :: (RFC 4291 2.5.2) */
export function isUnspecified(address: Address): boolean {
  return u32(address, 0) === 0 && u32(address, 4) === 0 && u32(address, 8) === 0 && u32(address, 12) === 0;
}

/** ::1 (RFC 4291 2.5.3) */
export function isLoopback(address: Address): boolean {
  return u32(address, 0) === 0 && u32(address, 4) === 0 && u32(address, 8) === 0 && u32(address, 12) === 1;
}

/** ff00::/8 (RFC 4291 2.7) */
export function isMulticast(address: Address): boolean {
  return address[0] === 0xff;
}

/** fe80::/10 (RFC 4291 2.5.6) */
export function isLinkLocal(address: Address): boolean {
  return (u16(address, 0) & 0xffc0) === 0xfe80;
}

/**
 * Whether the low 64 bits are an interface identifier that must not be given to a host: subnet-router anycast, the
 * IANA Ethernet block, subnet anycast (the IANA registry that RFC 5453 3 opened and RFC 7136 7 speaks of).
 */
export function isReservedInterfaceId(address: Address): boolean {
  const high = u32(address, 8);
  const low = u32(address, 12);
  if (high === 0) return low === 0;
  if (high === 0x02005eff) return u8(address, 12) === 0xfe;
  return high === 0xfdffffff && low >= 0xffffff80;
}
