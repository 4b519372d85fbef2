import { halfSipHash32 } from '../wire/index.ts';
import { ADDRESS_WORDS, type AddressWords, writeOctets } from './address-words.ts';

/** Key of HalfSipHash, two words of 32 bits: a secret, so that nobody can aim packets at one chain of an index. */
export interface HashKey {
  readonly k0: number;
  readonly k1: number;
}

const octets = new Uint8Array(ADDRESS_WORDS * 4);

/** Hash of an address given as 16 octets from `start` on. */
export function hashAddress(key: HashKey, bytes: Uint8Array, start: number): number {
  return halfSipHash32(key.k0, key.k1, bytes, start, ADDRESS_WORDS * 4);
}

/** The same hash of an address given as words. */
export function hashWords(key: HashKey, words: AddressWords): number {
  writeOctets(words, 0, octets, 0);
  return hashAddress(key, octets, 0);
}
