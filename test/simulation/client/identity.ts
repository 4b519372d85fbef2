/** Who a client is: its number makes its DUID and its address. */
import { formatAddress } from '../../../src/wire/index.ts';
import type { Address, Duid } from '../../../src/wire/index.ts';

/** A DUID-LL (RFC 9915 section 11.4). */
export function duidOf(number: number): Duid {
  return Uint8Array.of(0, 3, 0, 1, 2, 0, 0, 0, number >> 8, number & 0xff) as Duid;
}

/** The same as a number. */
export function numberOf(client: Duid): number {
  return ((client[8] ?? 0) << 8) | (client[9] ?? 0);
}

/** The link-layer address in it. */
export function linkLayerOf(client: Duid): Uint8Array {
  return client.subarray(4);
}

/** @param tells the link-layer address can be read in it (RFC 4291 appendix A) */
export function linkLocalOf(number: number, tells = false): Address {
  const address = new Uint8Array(16) as Address;
  if (tells) address.set([0xff, 0xfe], 11);
  address[0] = 0xfe;
  address[1] = 0x80;
  address[14] = number >> 8;
  address[15] = number & 0xff;
  return address;
}

/** The number of the client that has this link-local address. */
export function clientAt(address: Uint8Array): number {
  const number = ((address[14] ?? 0) << 8) | (address[15] ?? 0);
  if (address[0] !== 0xfe || number === 0) throw new Error(`no client has the address ${formatAddress(address as Address)}`);
  return number;
}
