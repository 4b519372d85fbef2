import { u32 } from '../octets.ts';
import { unsignedListShape } from '../options/integers.ts';

const TWO_32 = 0x1_0000_0000;

/** A whole number of 64 bits, the highest bit being its sign; undefined when it is not a safe one. */
export function readWhole(data: Uint8Array, at: number): number | undefined {
  const value = (u32(data, at) | 0) * TWO_32 + u32(data, at + 4);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The same to be sent. */
export function wholeOctets(value: number): Uint8Array {
  return unsignedListShape(4).encode([Math.floor(value / TWO_32) >>> 0, value >>> 0]);
}
