import { ADDRESS_WORDS, type AddressWords, copyWords, maskWords } from './address-words.ts';
import { type HashKey, hashWords } from './lease-hash.ts';
import type { Pool } from './pool.ts';

const LENGTHS = 129;

/**
 * Taken leases that are no element of any pool: of a former configuration, or reserved outside of the pools. Elements of pools
 * never overlap each other, so only these can overlap what is about to be given.
 */
export class StrayLeases {
  readonly #key: HashKey;
  readonly #countOfLength = new Uint32Array(LENGTHS);
  /** The distinct lengths there are. */
  #lengths: number[] = [];
  /** How many lie in an element of a pool, by the hash of the element. Two elements with one hash are both held back. */
  readonly #inElement = new Map<number, number>();
  readonly #masked = new Uint32Array(ADDRESS_WORDS);

  constructor(key: HashKey) {
    this.#key = key;
  }

  /** `pool` is the one whose range the address is in. */
  add(words: AddressWords, length: number, pool: Pool | undefined): void {
    this.#change(words, length, pool, 1);
  }

  remove(words: AddressWords, length: number, pool: Pool | undefined): void {
    this.#change(words, length, pool, -1);
  }

  /** Whether a stray lease may lie inside of this element of a pool. */
  hasInside(element: AddressWords): boolean {
    return this.#inElement.size > 0 && this.#inElement.has(hashWords(this.#key, element));
  }

  /**
   * Whether this name lies in a shorter stray lease. `isTaken` looks a lease up by its exact name; it is asked once for each
   * length that stray leases have.
   */
  isInside(words: AddressWords, length: number, isTaken: (words: AddressWords, length: number) => boolean): boolean {
    for (const shorter of this.#lengths) {
      if (shorter >= length) continue;
      copyWords(words, 0, this.#masked);
      maskWords(this.#masked, shorter);
      if (isTaken(this.#masked, shorter)) return true;
    }
    return false;
  }

  #change(words: AddressWords, length: number, pool: Pool | undefined, change: 1 | -1): void {
    const before = this.#countOfLength[length] as number;
    this.#countOfLength[length] = before + change;
    if (before === 0) this.#lengths.push(length);
    if (before + change === 0) this.#lengths = this.#lengths.filter((present) => present !== length);
    if (pool === undefined || pool.space.elementLength >= length) return;
    copyWords(words, 0, this.#masked);
    maskWords(this.#masked, pool.space.elementLength);
    const hash = hashWords(this.#key, this.#masked);
    const count = (this.#inElement.get(hash) ?? 0) + change;
    if (count === 0) this.#inElement.delete(hash);
    else this.#inElement.set(hash, count);
  }
}
