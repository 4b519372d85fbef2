import { invariant } from '../wire/index.ts';
import { ADDRESS_WORDS, type AddressWords, compareWords, copyWords, fillWords, maskWords, readWords } from './address-words.ts';
import { LeaseKind } from './binding.ts';
import { ExclusionSet } from './exclusion-set.ts';
import type { HashKey } from './lease-hash.ts';
import type { LeaseRecords } from './lease-records.ts';
import { type PartnerDown, Pool } from './pool.ts';
import type { LeaseName, PoolDefinition, ReservedLeaseName } from './pool-definition.ts';
import type { PoolPart } from './pool-part.ts';
import { NO_POOL, NO_SLOT, Word } from './record.ts';
import { StrayLeases } from './stray-leases.ts';

/** The pools of a configuration and what they know of the leases. Made anew when the configuration changes. */
export class PoolSet {
  readonly exclusions: ExclusionSet;
  readonly strays: StrayLeases;
  /** By relationship, what holds for its reserved leases outside of all pools. */
  readonly strayPartnerDown = new Map<string, PartnerDown | undefined>();
  readonly #records: LeaseRecords;
  /** Where the pools are not known yet, no lease is entered anywhere: it will be in those that come, and at a start that is twice the work. */
  #isUnknown = false;
  readonly #pools: readonly Pool[];
  /** Pool numbers by their first address. */
  readonly #ordered: readonly number[];
  readonly #words = new Uint32Array(ADDRESS_WORDS);
  readonly #element = new Uint32Array(ADDRESS_WORDS);

  constructor(records: LeaseRecords, key: HashKey, definitions: readonly PoolDefinition[], excluded: readonly ReservedLeaseName[]) {
    invariant(definitions.length < NO_POOL, 'pool numbers fit their field');
    this.#records = records;
    this.#pools = definitions.map((definition) => new Pool(definition, records.slabs));
    this.#ordered = this.#pools.map((_, number) => number).sort((a, b) => compareWords(this.pool(a).space.first, this.pool(b).space.first, 0));
    this.exclusions = new ExclusionSet(excluded, this.#pools.map((pool) => pool.space), key);
    this.strays = new StrayLeases(key);
    this.#checkOrder();
    this.#exclude(excluded);
  }

  /** Stands for the pools until a configuration says which they are. */
  static unknown(records: LeaseRecords, key: HashKey): PoolSet {
    const pools = new PoolSet(records, key, [], []);
    pools.#isUnknown = true;
    return pools;
  }

  get isUnknown(): boolean {
    return this.#isUnknown;
  }

  get length(): number {
    return this.#pools.length;
  }

  pool(number: number): Pool {
    const pool = this.#pools[number];
    if (pool === undefined) throw new RangeError(`there is no pool ${number}`);
    return pool;
  }

  /** Number of the pool that has the address in its range, or NO_POOL. */
  holding(address: AddressWords): number {
    let low = 0;
    let high = this.#ordered.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareWords(address, this.pool(this.#ordered[middle] as number).space.first, 0) < 0) high = middle;
      else low = middle + 1;
    }
    if (low === 0) return NO_POOL;
    const number = this.#ordered[low - 1] as number;
    return this.pool(number).space.contains(address) ? number : NO_POOL;
  }

  /** Number of the pool that has exactly this element, or NO_POOL. */
  ofElement(address: AddressWords, length: number): number {
    const number = this.holding(address);
    if (number === NO_POOL || this.pool(number).space.elementLength !== length) return NO_POOL;
    copyWords(address, 0, this.#element);
    maskWords(this.#element, length);
    return compareWords(address, this.#element, 0) === 0 ? number : NO_POOL;
  }

  /** A lease came into being, or the pools did. */
  adopt(slot: number): void {
    if (this.#isUnknown) return;
    this.#load(slot);
    const number = this.ofElement(this.#words, this.#records.prefixLength(slot));
    this.#records.slabs.set(slot, Word.POOL, number);
    this.#records.slabs.set(slot, Word.FREE_NEXT, NO_SLOT);
    this.#records.slabs.set(slot, Word.FREE_PREVIOUS, NO_SLOT);
    if (number !== NO_POOL) this.pool(number).markUsed(this.#words);
  }

  /** A lease is about to be no more. */
  abandon(slot: number): void {
    if (this.#isUnknown) return;
    const number = this.#records.pool(slot);
    this.#load(slot);
    if (number !== NO_POOL) this.pool(number).markUnused(this.#words);
  }

  /** Enters a lease where its status and lock put it. */
  place(slot: number): void {
    if (this.#isUnknown) return;
    this.#load(slot);
    const length = this.#records.prefixLength(slot);
    const number = this.#records.pool(slot);
    const taken = this.#records.isTaken(slot);
    const isInTheWay = taken && (number !== NO_POOL || this.#isLease(slot));
    if (isInTheWay) this.exclusions.countTaken(this.#words, length, 1);
    if (number !== NO_POOL) {
      this.pool(number).changeCount(this.#records.status(slot), 1);
      if (!taken && !this.exclusions.covers(this.#words, length)) this.#partOf(number, slot).free.append(slot);
    } else if (isInTheWay) {
      this.strays.add(this.#words, length, this.#poolHolding(this.#words));
    }
  }

  /** Undoes `place`, before the status or the lock changes. */
  displace(slot: number): void {
    if (this.#isUnknown) return;
    this.#load(slot);
    const length = this.#records.prefixLength(slot);
    const number = this.#records.pool(slot);
    const taken = this.#records.isTaken(slot);
    const isInTheWay = taken && (number !== NO_POOL || this.#isLease(slot));
    if (isInTheWay) this.exclusions.countTaken(this.#words, length, -1);
    if (number !== NO_POOL) {
      this.pool(number).changeCount(this.#records.status(slot), -1);
      if (!taken) this.#partOf(number, slot).free.remove(slot);
    } else if (isInTheWay) {
      this.strays.remove(this.#words, length, this.#poolHolding(this.#words));
    }
  }

  /** Whether a lease has a name that no client gets by itself: it may have been given before it was reserved. */
  isExcluded(slot: number): boolean {
    this.#load(slot);
    return this.exclusions.covers(this.#words, this.#records.prefixLength(slot));
  }

  /** The relationship whose partner has to know of a lease of no pool: that of the link that it is reserved on. */
  relationshipOfStray(slot: number): string | undefined {
    this.#load(slot);
    return this.exclusions.relationshipOf(this.#words, this.#records.prefixLength(slot));
  }

  /** An address that a host registered in a prefix that was delegated to it keeps that prefix from nobody. */
  #isLease(slot: number): boolean {
    return this.#records.kind(slot) !== LeaseKind.REGISTERED;
  }

  /** The part that a free lease belongs to; its address is in `#words`. */
  #partOf(number: number, slot: number): PoolPart {
    return this.pool(number).partOf(this.#words, this.#records.status(slot));
  }

  #poolHolding(address: AddressWords): Pool | undefined {
    const number = this.holding(address);
    return number === NO_POOL ? undefined : this.pool(number);
  }

  #load(slot: number): void {
    this.#records.copyWords(slot, this.#words);
  }

  #exclude(names: readonly LeaseName[]): void {
    const first = new Uint32Array(ADDRESS_WORDS);
    const last = new Uint32Array(ADDRESS_WORDS);
    for (const { address, prefixLength } of names) {
      readWords(address, 0, first, 0);
      copyWords(first, 0, last);
      fillWords(last, prefixLength);
      for (const pool of this.#pools) {
        if (compareWords(last, pool.space.first, 0) < 0 || compareWords(first, pool.space.last, 0) > 0) continue;
        pool.markRangeUsed(
          compareWords(first, pool.space.first, 0) < 0 ? pool.space.first : first,
          compareWords(last, pool.space.last, 0) > 0 ? pool.space.last : last,
        );
      }
    }
  }

  #checkOrder(): void {
    for (let i = 1; i < this.#ordered.length; i += 1) {
      const previous = this.pool(this.#ordered[i - 1] as number).space;
      const next = this.pool(this.#ordered[i] as number).space;
      invariant(compareWords(previous.last, next.first, 0) < 0, 'pools do not overlap');
    }
  }
}
