import { type Duid, type Iaid, invariant } from '../wire/index.ts';
import { ADDRESS_WORDS, type AddressWords, toAddressOctets } from './address-words.ts';
import { LeaseKind } from './binding.ts';
import type { LeaseTable } from './lease-table.ts';
import { OfferedNames } from './offered-names.ts';
import type { PlaceDraw } from './place-draw.ts';
import type { Pool } from './pool.ts';
import type { LeaseName } from './pool-definition.ts';
import type { PoolPart } from './pool-part.ts';
import { NO_SLOT } from './record.ts';
import type { UnusedSearch } from './unused-search.ts';

const NOBODY = new Uint8Array(0) as Duid;
/** What is found at once is kept in a list that is searched. */
const TAKEN_MAX = 1_000;

/** Finds the prefixes that the primary of a failover relationship hands to its partner, and takes back (RFC 8156 4.2.2). Changes nothing. */
export class HandOver {
  readonly #table: LeaseTable;
  readonly #draw: PlaceDraw;
  readonly #unused: UnusedSearch;
  readonly #taken = new OfferedNames();
  readonly #isNotTaken = (words: AddressWords, length: number): boolean => !this.#taken.has(words, length);
  readonly #words = new Uint32Array(ADDRESS_WORDS);
  /** Counts the draws: they are for nobody, and yet differ. */
  #draws = 0;

  constructor(table: LeaseTable, draw: PlaceDraw, unused: UnusedSearch) {
    this.#table = table;
    this.#draw = draw;
    this.#unused = unused;
  }

  /** `newMax`: how many more records there may be. */
  fromPrimary(number: number, count: number, newMax: number): LeaseName[] {
    const { own } = this.#prefixPool(number);
    const wanted = Math.min(count, TAKEN_MAX);
    const names = this.#takeUnused(number, own, Math.min(wanted, newMax));
    const { free } = own;
    for (let slot = free.first; slot !== NO_SLOT && names.length < wanted; slot = free.next(slot)) this.#addRecord(slot, names);
    return names;
  }

  fromSecondary(number: number, count: number): LeaseName[] {
    const { partner } = this.#prefixPool(number);
    invariant(partner !== undefined, 'a pool of a primary has a part of its partner');
    const names: LeaseName[] = [];
    const { free } = partner;
    for (let slot = free.last; slot !== NO_SLOT && names.length < Math.min(count, TAKEN_MAX); slot = free.previous(slot)) {
      names.push(this.#nameOf(slot));
    }
    return names;
  }

  /** As long as it looks, what it found counts as used: a sequential pool would find the same again. */
  #takeUnused(number: number, part: PoolPart, count: number): LeaseName[] {
    const length = this.#table.pools.pool(number).space.elementLength;
    const names: LeaseName[] = [];
    const found: AddressWords[] = [];
    this.#taken.clear();
    while (found.length < count) {
      this.#draw.setClient(NOBODY, ((this.#draws += 1) >>> 0) as Iaid);
      if (!this.#unused.find(number, part, this.#words, this.#isNotTaken)) break;
      const words = this.#words.slice();
      found.push(words);
      this.#taken.add(words, length);
      part.markUsed(words);
      names.push({ address: toAddressOctets(words, 0), prefixLength: length });
    }
    for (const words of found) part.markUnused(words);
    return names;
  }

  #addRecord(slot: number, names: LeaseName[]): void {
    this.#table.copyWords(slot, this.#words);
    if (!this.#unused.isOverlapped(this.#words, this.#table.records.prefixLength(slot))) names.push(this.#nameOf(slot));
  }

  #nameOf(slot: number): LeaseName {
    const { records } = this.#table;
    return { address: records.address(slot), prefixLength: records.prefixLength(slot) };
  }

  #prefixPool(number: number): Pool {
    const pool = this.#table.pools.pool(number);
    invariant(pool.share === 'primary' && pool.space.kind === LeaseKind.IA_PD, 'only prefixes change hands, and the primary decides');
    return pool;
  }
}
