import { type Duid, type Iaid, halfSipHash32, halfSipHash64 } from '../wire/index.ts';
import { ADDRESS_WORDS, type AddressWords, writeOctets } from './address-words.ts';
import type { ElementSpace } from './element-space.ts';
import type { HashKey } from './lease-hash.ts';
import type { LeaseTable } from './lease-table.ts';
import type { PoolSet } from './pool-set.ts';

const TWO_32 = 0x1_0000_0000;
const DUID_OCTETS_MAX = 130;

/**
 * The places in a pool where a client looks for a lease, one after the other: a pseudo-random function of a secret, the
 * pool, the client and its IA (the idea of RFC 7943). The same client comes to the same places again although nothing is
 * kept of it, and nobody else can tell which they are.
 */
export class PlaceDraw {
  #keys: HashKey[] = [];
  #keysAreOf: PoolSet | undefined;
  readonly #table: LeaseTable;
  readonly #secret: HashKey;
  readonly #input = new Uint8Array(DUID_OCTETS_MAX + 6);
  readonly #hash = new Uint32Array(2);
  #length = 0;

  constructor(table: LeaseTable, secret: HashKey) {
    this.#table = table;
    this.#secret = secret;
  }

  /** The client that the next draws are for. */
  setClient(duid: Duid, iaid: Iaid): void {
    for (let i = 0; i < duid.length; i += 1) this.#input[i] = duid[i] as number;
    this.#input[duid.length] = iaid >>> 24;
    this.#input[duid.length + 1] = iaid >>> 16;
    this.#input[duid.length + 2] = iaid >>> 8;
    this.#input[duid.length + 3] = iaid;
    this.#length = duid.length + 6;
  }

  /** An index below `bound` (at most 2^32): the client's place number `attempt`, 0 to 255. */
  index(pool: number, bound: number, attempt: number): number {
    const key = this.#keyOf(pool);
    this.#setCounter(attempt, 0);
    return Math.floor((halfSipHash32(key.k0, key.k1, this.#input, 0, this.#length) / TWO_32) * bound);
  }

  /** Four random words, likewise. */
  words(pool: number, attempt: number, into: AddressWords): void {
    const key = this.#keyOf(pool);
    for (let half = 0; half < 2; half += 1) {
      this.#setCounter(attempt, half);
      halfSipHash64(key.k0, key.k1, this.#input, 0, this.#length, this.#hash);
      into[half * 2] = this.#hash[0] as number;
      into[half * 2 + 1] = this.#hash[1] as number;
    }
  }

  #setCounter(attempt: number, half: number): void {
    this.#input[this.#length - 2] = attempt;
    this.#input[this.#length - 1] = half;
  }

  /** Keys of the pools' own: a client's places in two pools have nothing to do with each other. */
  #keyOf(pool: number): HashKey {
    const { pools } = this.#table;
    if (this.#keysAreOf !== pools) {
      this.#keysAreOf = pools;
      this.#keys = Array.from({ length: pools.length }, (_, number) => this.#deriveKey(pools.pool(number).space));
    }
    return this.#keys[pool] as HashKey;
  }

  #deriveKey(space: ElementSpace): HashKey {
    const name = new Uint8Array(ADDRESS_WORDS * 4 + 1);
    writeOctets(space.first, 0, name, 0);
    name[ADDRESS_WORDS * 4] = space.elementLength;
    const derived = new Uint32Array(2);
    halfSipHash64(this.#secret.k0, this.#secret.k1, name, 0, name.length, derived);
    return { k0: derived[0] as number, k1: derived[1] as number };
  }
}
