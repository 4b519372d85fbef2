import type { Address } from '../wire/index.ts';

/**
 * An IPv6 address to count with: four unsigned numbers of 32 bits, the most significant first. The functions
 * write their result where they are told and make no objects.
 */
export type AddressWords = Uint32Array;

export const ADDRESS_WORDS = 4;
const ADDRESS_OCTETS = 16;

/** Reads 16 octets in network order as four words at `base` of `into`. */
export function readWords(bytes: Uint8Array, start: number, into: Uint32Array, base: number): void {
  for (let i = 0; i < ADDRESS_WORDS; i += 1) {
    const at = start + i * 4;
    into[base + i] =
      ((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number);
  }
}

/** Copies the four words at `base` of `from`. For so few this is faster than what typed arrays bring. */
export function copyWords(from: Uint32Array, base: number, into: AddressWords): void {
  into[0] = from[base] as number;
  into[1] = from[base + 1] as number;
  into[2] = from[base + 2] as number;
  into[3] = from[base + 3] as number;
}

/** Writes the four words at `base` of `words` as 16 octets in network order. */
export function writeOctets(words: Uint32Array, base: number, into: Uint8Array, start: number): void {
  for (let i = 0; i < ADDRESS_WORDS; i += 1) {
    const word = words[base + i] as number;
    const at = start + i * 4;
    into[at] = word >>> 24;
    into[at + 1] = word >>> 16;
    into[at + 2] = word >>> 8;
    into[at + 3] = word;
  }
}

export function toAddressOctets(words: Uint32Array, base: number): Address {
  const octets = new Uint8Array(ADDRESS_OCTETS);
  writeOctets(words, base, octets, 0);
  return octets as Address;
}

/** Negative, zero or positive as `a` comes before, is, or comes after `b`. */
export function compareWords(a: AddressWords, b: Uint32Array, base: number): number {
  for (let i = 0; i < ADDRESS_WORDS; i += 1) {
    const difference = (a[i] as number) - (b[base + i] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Clears the bits behind the first `length` bits. */
export function maskWords(words: AddressWords, length: number): void {
  for (let i = 0; i < ADDRESS_WORDS; i += 1) {
    const kept = length - i * 32;
    if (kept <= 0) words[i] = 0;
    else if (kept < 32) words[i] = (words[i] as number) & (-1 << (32 - kept));
  }
}

/** Sets the bits behind the first `length` bits. */
export function fillWords(words: AddressWords, length: number): void {
  for (let i = 0; i < ADDRESS_WORDS; i += 1) {
    const kept = length - i * 32;
    if (kept <= 0) words[i] = 0xffffffff;
    else if (kept < 32) words[i] = (words[i] as number) | (0xffffffff >>> kept);
  }
}
