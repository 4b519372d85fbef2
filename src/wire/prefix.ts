import { ADDRESS_LENGTH, type Address } from './address.ts';
import { invariant } from './invariant.ts';
import { u8 } from './octets.ts';

/** An IPv6 prefix. The bits of `address` beyond `length` are zero unless a function says otherwise. */
export interface Prefix {
  readonly address: Address;
  readonly length: number;
}

/** The bits of an octet that a prefix ending in it covers, by their count. */
function octetMask(bits: number): number {
  return (0xff00 >> bits) & 0xff;
}

/** Whether the first `length` bits of both are the same. */
export function samePrefix(a: Address, b: Address, length: number): boolean {
  const whole = length >> 3;
  for (let i = 0; i < whole; i++) if (a[i] !== b[i]) return false;
  const bits = length & 7;
  return bits === 0 || ((u8(a, whole) ^ u8(b, whole)) & octetMask(bits)) === 0;
}

/** Whether any bit beyond the first `length` is set: then the text is an address inside the prefix, not the prefix. */
export function hasHostBits(address: Address, length: number): boolean {
  let i = length >> 3;
  const bits = length & 7;
  if (bits !== 0 && (u8(address, i++) & ~octetMask(bits)) !== 0) return true;
  for (; i < ADDRESS_LENGTH; i++) if (address[i] !== 0) return true;
  return false;
}

/** The lowest address of the prefix of this length that holds `address`. */
export function firstAddress(address: Address, length: number): Address {
  return withHostBits(address, length, 0x00);
}

/** The highest address of the prefix of this length that holds `address`. */
export function lastAddress(address: Address, length: number): Address {
  return withHostBits(address, length, 0xff);
}

function withHostBits(address: Address, length: number, fill: 0x00 | 0xff): Address {
  const result = new Uint8Array(address) as Address;
  let i = length >> 3;
  const bits = length & 7;
  if (bits !== 0) {
    const mask = octetMask(bits);
    result[i] = (u8(address, i) & mask) | (fill & ~mask);
    i++;
  }
  result.fill(fill, i);
  return result;
}

/** Whether two prefixes have an address in common: the shorter one holds the longer one. */
export function prefixesOverlap(a: Prefix, b: Prefix): boolean {
  return samePrefix(a.address, b.address, Math.min(a.length, b.length));
}

/**
 * The prefix of `length` bits that comes `count` prefixes of that length after the one at `address`; with length 128
 * the address `count` addresses further on. Undefined past the end of the address space. `count` is a safe integer, >= 0.
 */
export function prefixAfter(address: Address, length: number, count: number): Address | undefined {
  invariant(Number.isSafeInteger(count) && count >= 0, 'a count of prefixes is a safe integer that is not negative');
  const result = new Uint8Array(address) as Address;
  const shift = (ADDRESS_LENGTH * 8 - length) & 7;
  let low = count % 0x100;
  let rest = (count - low) / 0x100;
  let carry = low << shift;
  for (let i = ((length + 7) >> 3) - 1; i >= 0; i--) {
    const sum = u8(result, i) + (carry & 0xff);
    result[i] = sum;
    low = rest % 0x100;
    rest = (rest - low) / 0x100;
    carry = (carry >> 8) + (sum >> 8) + (low << shift);
    if (carry === 0 && rest === 0) return result;
  }
  return carry === 0 && rest === 0 ? result : undefined;
}
