import { type Address, isReservedInterfaceId } from '../wire/index.ts';
import { ADDRESS_WORDS, type AddressWords, copyWords, maskWords, writeOctets } from './address-words.ts';
import type { ElementSpace } from './element-space.ts';
import type { IndexBitmap } from './index-bitmap.ts';
import type { LeaseTable } from './lease-table.ts';
import type { PlaceDraw } from './place-draw.ts';
import type { PoolPart } from './pool-part.ts';
import { NO_POOL, NO_SLOT } from './record.ts';

/**
 * So many places a client looks at in a pool, in all. Beyond the first few there are only reserved interface
 * identifiers, each met once, and leases of a former configuration.
 */
const PLACES_MAX = 256;
/** So many of them in a row, in a sequential pool, before it draws others. */
const NEIGHBOURS_MAX = 32;
const ADDRESS_LENGTH = 128;

type MayTake = (words: AddressWords, length: number) => boolean;

/** Finds elements of a pool that have no record yet. */
export class UnusedSearch {
  readonly #table: LeaseTable;
  readonly #draw: PlaceDraw;
  readonly #octets = new Uint8Array(ADDRESS_WORDS * 4) as Address;
  readonly #element = new Uint32Array(ADDRESS_WORDS);
  readonly #isTaken: MayTake = (words, length) => this.#isTakenName(words, length);
  #placesSeen = 0;

  constructor(table: LeaseTable, draw: PlaceDraw) {
    this.#table = table;
    this.#draw = draw;
  }

  /** How many places were looked at since the start. */
  get placesSeen(): number {
    return this.#placesSeen;
  }

  /**
   * Writes an element of this part of the pool that has no record, for the client that the draw is set to, and that
   * `mayTake` accepts. False when there is none.
   */
  find(number: number, { space, used }: PoolPart, into: AddressWords, mayTake: MayTake): boolean {
    if (space === undefined) return false;
    if (used === undefined) return this.#findDrawn(number, space, into, mayTake);
    return this.#findGap(number, space, used, into, mayTake);
  }

  /** Whether no client gets it by itself: it is excluded, or a reserved interface identifier (RFC 5453, RFC 7136). */
  isNeverGiven(words: AddressWords, length: number): boolean {
    if (length === ADDRESS_LENGTH) {
      writeOctets(words, 0, this.#octets, 0);
      if (isReservedInterfaceId(this.#octets)) return true;
    }
    return this.#table.pools.exclusions.covers(words, length);
  }

  /** Whether a taken lease that fits no pool overlaps an element of one. */
  isOverlapped(element: AddressWords, length: number): boolean {
    const { strays } = this.#table.pools;
    return strays.hasInside(element) || strays.isInside(element, length, this.#isTaken);
  }

  /** Whether a name lies in a shorter one that is taken: a stray one, or an element of a pool. */
  isInsideTaken(name: AddressWords, length: number): boolean {
    const { pools } = this.#table;
    if (pools.strays.isInside(name, length, this.#isTaken)) return true;
    const number = pools.holding(name);
    if (number === NO_POOL) return false;
    const { elementLength } = pools.pool(number).space;
    if (elementLength >= length) return false;
    copyWords(name, 0, this.#element);
    maskWords(this.#element, elementLength);
    return this.#isTakenName(this.#element, elementLength);
  }

  #findGap(number: number, space: ElementSpace, used: IndexBitmap, into: AddressWords, mayTake: MayTake): boolean {
    const { order } = this.#table.pools.pool(number);
    const length = space.elementLength;
    let from = order === 'sequential' ? 0 : this.#draw.index(number, used.size, 0);
    for (let attempt = 1; attempt < PLACES_MAX; attempt += 1) {
      const index = used.nextGap(from);
      if (index === -1) return false;
      this.#placesSeen += 1;
      space.at(index, into);
      if (this.isNeverGiven(into, length)) {
        // True as long as the configuration is, and worth remembering: nobody looks there again.
        used.add(index);
        from = index;
        continue;
      }
      const isOverlapped = this.isOverlapped(into, length);
      if (!isOverlapped && mayTake(into, length)) return true;
      // What overlaps one element overlaps many of its neighbours as well: look somewhere else.
      const drawsAgain = isOverlapped && (order === 'random' || attempt >= NEIGHBOURS_MAX);
      from = drawsAgain ? this.#draw.index(number, used.size, attempt) : index + 1;
    }
    return false;
  }

  #findDrawn(number: number, space: ElementSpace, into: AddressWords, mayTake: MayTake): boolean {
    const length = space.elementLength;
    for (let attempt = 0; attempt < PLACES_MAX; attempt += 1) {
      this.#placesSeen += 1;
      this.#draw.words(number, attempt, into);
      if (!space.drawn(into) || this.isNeverGiven(into, length)) continue;
      if (this.#table.findWords(into, length) !== NO_SLOT) continue;
      if (mayTake(into, length) && !this.isOverlapped(into, length)) return true;
    }
    return false;
  }

  #isTakenName(words: AddressWords, length: number): boolean {
    const slot = this.#table.findWords(words, length);
    return slot !== NO_SLOT && this.#table.records.isTaken(slot);
  }
}
