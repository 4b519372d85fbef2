import { ADDRESS_LENGTH, type Address } from './address.ts';
import { u8 } from './octets.ts';
import { hasHostBits, samePrefix, type Prefix } from './prefix.ts';

/**
 * The data of a Prefix Exclude option (RFC 6603 4.2) that takes `excluded` out of `delegated`: its length, then the bits
 * between the two lengths, shifted to begin at an octet. Undefined when `excluded` is not a longer prefix inside `delegated`.
 */
export function encodePrefixExclude(delegated: Prefix, excluded: Prefix): Uint8Array | undefined {
  const from = delegated.length;
  if (excluded.length <= from || !samePrefix(delegated.address, excluded.address, from)) return undefined;
  const data = new Uint8Array(1 + Math.ceil((excluded.length - from) / 8));
  data[0] = excluded.length;
  for (let bit = from; bit < excluded.length; bit++) {
    if ((u8(excluded.address, bit >> 3) & (0x80 >> (bit & 7))) !== 0) setBit(data, 8 + bit - from);
  }
  return data;
}

/**
 * The prefix that the option takes out of `delegated`. Undefined when the data is not what RFC 6603 4.2 asks for: a longer
 * prefix, just as many octets as its bits need, and zeros behind them.
 */
export function decodePrefixExclude(delegated: Prefix, data: Uint8Array): Prefix | undefined {
  const length = data.length === 0 ? 0 : u8(data, 0);
  const bits = length - delegated.length;
  if (bits <= 0 || length > ADDRESS_LENGTH * 8 || data.length !== 1 + Math.ceil(bits / 8)) return undefined;
  const padded = new Uint8Array(ADDRESS_LENGTH) as Address;
  padded.set(data.subarray(1));
  if (hasHostBits(padded, bits)) return undefined;
  const address = new Uint8Array(delegated.address) as Address;
  for (let bit = 0; bit < bits; bit++) {
    if ((u8(padded, bit >> 3) & (0x80 >> (bit & 7))) !== 0) setBit(address, delegated.length + bit);
  }
  return { address, length };
}

function setBit(bytes: Uint8Array, bit: number): void {
  bytes[bit >> 3] = u8(bytes, bit >> 3) | (0x80 >> (bit & 7));
}
