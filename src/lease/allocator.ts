import type { Duid, EpochSeconds, Iaid } from '../wire/index.ts';
import { ADDRESS_WORDS, type AddressWords, readWords, writeOctets } from './address-words.ts';
import { LeaseKind, hasEnded } from './binding.ts';
import { HandOver } from './hand-over.ts';
import type { HashKey } from './lease-hash.ts';
import type { LeaseTable } from './lease-table.ts';
import { OfferedNames } from './offered-names.ts';
import { PlaceDraw } from './place-draw.ts';
import type { LeaseName } from './pool-definition.ts';
import type { PoolPart } from './pool-part.ts';
import { NO_POOL, NO_SLOT } from './record.ts';
import { UnusedSearch } from './unused-search.ts';

/** So many free leases of other clients are looked at in a pool. More than one only where a former configuration's leases are. */
const RECYCLED_MAX = 64;

export interface AllocationLimits {
  /** How many lease records the box keeps; at this bound only the record of a free lease is used again. */
  readonly leasesMax: number;
  /** How many leases a client may hold; those that it declined count (RFC 9915 22). */
  readonly leasesPerClientMax: number;
}

/**
 * - `found`: the lease is there to be given.
 * - `exhausted`: the pools have none.
 * - `leases-max`: the box keeps as many records as it may, and the pools have none to use again.
 * - `client-max`: the client holds as many leases as it may.
 * - `taken`: the lease asked for by name is not free.
 */
export type AllocationOutcome = 'found' | 'exhausted' | 'leases-max' | 'client-max' | 'taken';

/** Whether a lease that ended may go back to its last client. */
type MayReturn = (slot: number) => boolean;

/** Whose leases a look-up is for: what is this box's to give, or its partner's (RFC 8156 4.2). */
type Side = 'own' | 'partner';

/** What a look-up found. There is one such object; the next look-up changes it. */
export interface Candidate {
  readonly outcome: AllocationOutcome;
  /** What was found: the address, or the prefix with zeros behind its length. Copy it to keep it. */
  readonly address: Uint8Array;
  readonly prefixLength: number;
  /** Number of its pool, or NO_POOL. */
  readonly pool: number;
  /** Its record, of a free lease, or NO_SLOT if it has none. */
  readonly slot: number;
}

/**
 * Finds leases for clients. A look-up changes nothing that matters: for an Advertise that is all; for a Reply the caller makes
 * a binding of what was found and puts it into the table. How long it takes depends neither on the size of a pool nor on
 * its use.
 *
 * In this order: the lease that the IA had before; the one that it asks for; one that nobody had; the one that is free for
 * longest. Of a pool that is shared with a partner it gives what is this box's own. What is the partner's it gives where the
 * table says so, and only when nothing of its own is left (RFC 8156 8.4.1).
 */
export class Allocator {
  readonly #table: LeaseTable;
  readonly #draw: PlaceDraw;
  readonly #unused: UnusedSearch;
  readonly #handOver: HandOver;
  readonly #offered = new OfferedNames();
  readonly #isNotOffered = (words: AddressWords, length: number): boolean => !this.#offered.has(words, length);
  readonly #words = new Uint32Array(ADDRESS_WORDS);
  readonly #candidate = {
    outcome: 'exhausted' as AllocationOutcome,
    address: new Uint8Array(ADDRESS_WORDS * 4),
    prefixLength: 0,
    pool: NO_POOL,
    slot: NO_SLOT,
  };
  #limits: AllocationLimits;
  #now = 0 as EpochSeconds;
  #mayReturn: MayReturn = () => false;
  /** Of the client of this look-up: how many leases it holds, and one that it left behind, if those are many. */
  #held = 0;
  #spare = NO_SLOT;
  #recordsSeen = 0;

  /** Who knows `secret` can tell which lease a client gets. It is kept for good, so that clients get the same again. */
  constructor(table: LeaseTable, secret: HashKey, limits: AllocationLimits) {
    this.#table = table;
    this.#draw = new PlaceDraw(table, secret);
    this.#unused = new UnusedSearch(table, this.#draw);
    this.#handOver = new HandOver(table, this.#draw, this.#unused);
    this.#limits = limits;
  }

  setLimits(limits: AllocationLimits): void {
    this.#limits = limits;
  }

  /** How many places in pools and records were looked at since the start: what allocation costs. */
  get stepsTaken(): number {
    return this.#unused.placesSeen + this.#recordsSeen;
  }

  /**
   * The look-ups from here to the next call are for one message, at `now`: no two of them find the same lease. `mayReturn` says
   * of a lease that ended whether its last client may have it back although the partner has not acknowledged its end: when
   * nothing was said of that to the partner (RFC 8156 4.2.2.1).
   */
  startMessage(now: EpochSeconds, mayReturn: MayReturn): void {
    this.#now = now;
    this.#mayReturn = mayReturn;
    this.#offered.clear();
  }

  /**
   * A lease for an IA, from the first of these pools (by number) that has one. `hint` is what the client asks for, if
   * anything; a length without a prefix (RFC 8168) means nothing here, see `poolsByLengthHint`. `isHintFirst`: somebody who knows better
   * asks for it, so that it goes ahead of what the IA had before.
   */
  find(pools: readonly number[], duid: Duid, iaid: Iaid, hint: LeaseName | undefined, isHintFirst = false): Candidate {
    const found = this.#findOn('own', pools, duid, iaid, hint, isHintFirst);
    if (found.outcome === 'found' || found.outcome === 'client-max') return found;
    const open = pools.filter((number) => this.#table.pools.pool(number).partnerUsableFrom <= this.#now);
    return open.length === 0 ? found : this.#findOn('partner', open, duid, iaid, hint, isHintFirst);
  }

  /**
   * A lease that a reservation for this client names: found unless it, or one that overlaps it, is taken or was found for this
   * message before. It is to be among the excluded names of the table. It may be of either half: one client alone gets it.
   */
  findReserved(name: LeaseName, duid: Duid): Candidate {
    readWords(name.address, 0, this.#words, 0);
    const slot = this.#table.findWords(this.#words, name.prefixLength);
    if (!this.#isReservedFree(slot, name.prefixLength, duid)) return this.#fail('taken');
    if (slot === NO_SLOT && this.#table.size >= this.#limits.leasesMax) return this.#fail('leases-max');
    return this.#foundHere(name.prefixLength, slot);
  }

  /**
   * Prefixes of this pool that are the primary's to give, at most `count` and at most 1 000, for it to hand over: first those
   * that nobody had, then those that are free for longest. They are to be made FREE_BACKUP before the next call.
   */
  takeForPartner(pool: number, count: number): LeaseName[] {
    return this.#handOver.fromPrimary(pool, count, this.#limits.leasesMax - this.#table.size);
  }

  /** Prefixes of this pool that the secondary may give, at most `count`, for the primary to take back: those that it would give last. */
  takeFromPartner(pool: number, count: number): LeaseName[] {
    return this.#handOver.fromSecondary(pool, count);
  }

  #findOn(side: Side, pools: readonly number[], duid: Duid, iaid: Iaid, hint: LeaseName | undefined, isHintFirst: boolean): Candidate {
    const hinted = hint === undefined ? NO_SLOT : this.#table.find(hint.address, 0, hint.prefixLength);
    const previous = this.#walkClient(side, pools, duid, iaid, hinted);
    if (this.#held + this.#offered.size >= this.#limits.leasesPerClientMax) return this.#fail('client-max');
    if (isHintFirst && hint !== undefined && this.#isHintFree(side, pools, hint, hinted)) return this.#foundHere(hint.prefixLength, hinted);
    if (previous !== NO_SLOT) return this.#foundRecord(previous);
    if (hint !== undefined && this.#isHintFree(side, pools, hint, hinted)) return this.#foundHere(hint.prefixLength, hinted);
    if (this.#spare !== NO_SLOT) return this.#foundRecord(this.#spare);
    const isFull = this.#table.size >= this.#limits.leasesMax;
    if (!isFull) {
      this.#draw.setClient(duid, iaid);
      for (const number of pools) {
        const pool = this.#table.pools.pool(number);
        const part = pool[side];
        if (part === undefined || !this.#unused.find(number, part, this.#words, this.#isNotOffered)) continue;
        return this.#found(pool.space.elementLength, number, NO_SLOT);
      }
    }
    for (const number of pools) {
      const slot = this.#longestFree(this.#table.pools.pool(number)[side]);
      if (slot !== NO_SLOT) return this.#foundRecord(slot);
    }
    return this.#fail(isFull ? 'leases-max' : 'exhausted');
  }

  /** The free lease that the IA had before, or NO_SLOT: the hinted one if there are several. Counts what the client holds. */
  #walkClient(side: Side, pools: readonly number[], duid: Duid, iaid: Iaid, hinted: number): number {
    const { records } = this.#table;
    let previous = NO_SLOT;
    let remembered = 0;
    this.#held = 0;
    this.#spare = NO_SLOT;
    for (let slot = this.#table.firstOfClient(duid, 0, duid.length); slot !== NO_SLOT; slot = this.#table.nextOfClient(slot)) {
      this.#recordsSeen += 1;
      // What the client registered it was not given.
      if (records.kind(slot) === LeaseKind.REGISTERED) continue;
      if (records.isTaken(slot)) {
        if (previous === NO_SLOT && this.#canReturn(pools, slot, iaid)) previous = slot;
        // What this message has been given already is among the offered names.
        else if (!this.#isOfferedRecord(slot)) this.#held += 1;
        continue;
      }
      remembered += 1;
      if (!pools.includes(records.pool(slot)) || !this.#isRecordFree(slot) || !this.#isRecordOn(side, slot)) continue;
      this.#spare = slot;
      if (records.iaid(slot) === iaid && (previous === NO_SLOT || slot === hinted)) previous = slot;
    }
    if (remembered < this.#limits.leasesPerClientMax) this.#spare = NO_SLOT;
    return previous;
  }

  /** Whether a lease that the IA had ended, and may go back to it: of whichever half, since it is still this client's. */
  #canReturn(pools: readonly number[], slot: number, iaid: Iaid): boolean {
    const { records } = this.#table;
    if (records.iaid(slot) !== iaid || !pools.includes(records.pool(slot))) return false;
    return this.#hasEndedUntold(slot) && this.#isRecordFree(slot);
  }

  #hasEndedUntold(slot: number): boolean {
    const { records } = this.#table;
    return hasEnded(records.status(slot)) && records.lock(slot) === 0 && this.#mayReturn(slot);
  }

  /** Whether the hint, which is in the record `slot` if any, can be had. Leaves its words. */
  #isHintFree(side: Side, pools: readonly number[], hint: LeaseName, slot: number): boolean {
    readWords(hint.address, 0, this.#words, 0);
    const number = this.#table.pools.ofElement(this.#words, hint.prefixLength);
    if (!pools.includes(number)) return false;
    this.#recordsSeen += 1;
    if (slot !== NO_SLOT) return !this.#table.records.isTaken(slot) && this.#isRecordFree(slot) && this.#isRecordOn(side, slot);
    const pool = this.#table.pools.pool(number);
    if (this.#table.size >= this.#limits.leasesMax || pool.partOfUnused(this.#words) !== pool[side]) return false;
    return this.#isFree(hint.prefixLength);
  }

  /** The lease that is free for longest, or NO_SLOT. */
  #longestFree(part: PoolPart | undefined): number {
    if (part === undefined) return NO_SLOT;
    let slot = part.free.first;
    for (let seen = 0; slot !== NO_SLOT && seen < RECYCLED_MAX; seen += 1) {
      this.#recordsSeen += 1;
      if (this.#isRecordFree(slot)) return slot;
      slot = part.free.next(slot);
    }
    return NO_SLOT;
  }

  /** Whether nothing but its status could keep a record from being given. Leaves its words. */
  #isRecordFree(slot: number): boolean {
    this.#table.copyWords(slot, this.#words);
    return this.#isFree(this.#table.records.prefixLength(slot));
  }

  /** Whether a free record, whose address is in the words, is of this side. */
  #isRecordOn(side: Side, slot: number): boolean {
    const { records, pools } = this.#table;
    const pool = pools.pool(records.pool(slot));
    return pool.partOf(this.#words, records.status(slot)) === pool[side];
  }

  #isFree(length: number): boolean {
    return (
      !this.#offered.has(this.#words, length) &&
      !this.#unused.isNeverGiven(this.#words, length) &&
      !this.#unused.isOverlapped(this.#words, length)
    );
  }

  #isReservedFree(slot: number, length: number, duid: Duid): boolean {
    const { pools, records } = this.#table;
    const isTaken = slot !== NO_SLOT && records.isTaken(slot);
    if (isTaken && !(records.isClient(slot, duid, 0, duid.length) && this.#hasEndedUntold(slot))) return false;
    if (this.#offered.has(this.#words, length)) return false;
    if (pools.exclusions.takenInside(this.#words, length) > (isTaken ? 1 : 0)) return false;
    return !this.#unused.isInsideTaken(this.#words, length);
  }

  #isOfferedRecord(slot: number): boolean {
    if (this.#offered.size === 0) return false;
    this.#table.copyWords(slot, this.#words);
    return this.#offered.has(this.#words, this.#table.records.prefixLength(slot));
  }

  #foundRecord(slot: number): Candidate {
    this.#table.copyWords(slot, this.#words);
    return this.#found(this.#table.records.prefixLength(slot), this.#table.records.pool(slot), slot);
  }

  #foundHere(prefixLength: number, slot: number): Candidate {
    return this.#found(prefixLength, this.#table.pools.ofElement(this.#words, prefixLength), slot);
  }

  /** The name is in `#words`. */
  #found(prefixLength: number, pool: number, slot: number): Candidate {
    this.#offered.add(this.#words, prefixLength);
    this.#candidate.outcome = 'found';
    writeOctets(this.#words, 0, this.#candidate.address, 0);
    this.#candidate.prefixLength = prefixLength;
    this.#candidate.pool = pool;
    this.#candidate.slot = slot;
    return this.#candidate;
  }

  #fail(outcome: AllocationOutcome): Candidate {
    this.#candidate.outcome = outcome;
    this.#candidate.prefixLength = 0;
    this.#candidate.pool = NO_POOL;
    this.#candidate.slot = NO_SLOT;
    return this.#candidate;
  }
}
