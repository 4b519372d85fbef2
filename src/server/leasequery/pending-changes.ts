/**
 * Leases that one requestor still has to be told of (RFC 7653 sections 7 and 9.3). How many changes there are has no bound, and how fast a
 * requestor reads is up to it: where more wait than are kept, they are found again in the journal. What it was not told of when its
 * connection ends is noted there once more, so that it is told when it comes again, whatever time it names.
 */
import { NO_SLOT } from '../../lease/index.ts';
import type { LeaseTable } from '../../lease/index.ts';
import { epochSeconds } from '../../wire/index.ts';
import type { EpochSeconds } from '../../wire/index.ts';
import type { ChangeJournal } from './change-journal.ts';
import { SlotQueue } from './slot-queue.ts';
import { LOOK } from './stream.ts';

/** More do not wait one by one. */
export const WAITING_MAX = 4_096;

/** There was much to look through. */
export const LOOKED = 'looked';

/** A look through the journal. */
interface Search {
  /** For what changed then or later. */
  readonly from: EpochSeconds;
  /** What the requestor asked for; else what it should have been told by now. */
  readonly isCatchUp: boolean;
  /** How far the table was looked through; undefined: to its end. */
  after: number | undefined;
}

export class PendingChanges {
  readonly #table: LeaseTable;
  readonly #journal: ChangeJournal;
  /** In the order of the changes: only what a lease is at the end counts. */
  readonly #changed = new SlotQueue(WAITING_MAX);
  /** They wait for another commit, and change with it. */
  readonly #locked = new Set<number>();
  /** When the first of those changed that wait one by one, or earlier. */
  #waitingSince = Infinity;
  /** More than these had to wait: what changed since then is to be looked for. */
  #missedFrom = Infinity;
  /** Those that are to be looked for wait for commits themselves: before the next one there is nothing to be found. */
  #isBlocked = false;
  #search: Search | undefined;
  /** By the search. */
  #found: number[] = [];
  /** Of what the requestor asked for: they wait like those that are locked. */
  readonly #owed = new Set<number>();
  #isCatchingUp: boolean;

  /** @param since the requestor asks for what changed then or later, too */
  constructor(table: LeaseTable, journal: ChangeJournal, since: EpochSeconds | undefined) {
    this.#table = table;
    this.#journal = journal;
    this.#isCatchingUp = since !== undefined;
    if (since !== undefined) this.#search = { from: since, isCatchUp: true, after: NO_SLOT };
  }

  /** As far as they were found by now. */
  get length(): number {
    return this.#changed.length + this.#locked.size + this.#found.length;
  }

  has(slot: number): boolean {
    return this.#changed.has(slot);
  }

  note(slots: readonly number[], now: EpochSeconds): void {
    this.#isBlocked = false;
    for (const slot of this.#locked) this.#wait(slot, now);
    this.#locked.clear();
    for (const slot of slots) this.#wait(slot, now);
  }

  /** It can not be told before another commit. */
  hold(slot: number, now: EpochSeconds): void {
    if (this.#search?.isCatchUp === true) this.#owed.add(slot);
    if (this.#locked.size >= WAITING_MAX) {
      this.#miss(slot, now);
      this.#isBlocked = true;
      return;
    }
    this.#locked.add(slot);
    this.#waitsSince(slot, now);
  }

  /** The requestor is told of it. */
  told(slot: number, now: EpochSeconds): void {
    this.#changed.delete(slot);
    this.#owed.delete(slot);
    // It may never get it, and has a time from before: what it asks for when it comes again has to be this. Not where it asked for it now.
    if (this.#search?.isCatchUp !== true) this.#journal.note(slot, now);
  }

  /** It is not to be told. */
  dropped(slot: number): void {
    this.#owed.delete(slot);
  }

  /** The next lease; undefined: there is none at the moment. */
  take(): number | typeof LOOKED | undefined {
    const found = this.#found.pop();
    if (found !== undefined) return found;
    const search = this.#search;
    if (search?.after !== undefined) {
      const next = this.#table.slotsFrom(search.after, LOOK, (slot) => this.#journal.hasChangedSince(slot, search.from), this.#found);
      search.after = next === NO_SLOT ? undefined : next;
      return LOOKED;
    }
    this.#search = undefined;
    if (this.#missedFrom !== Infinity && !this.#isBlocked) {
      this.#search = { from: epochSeconds(this.#missedFrom), isCatchUp: false, after: NO_SLOT };
      this.#missedFrom = Infinity;
      return LOOKED;
    }
    const slot = this.#changed.take();
    if (this.#changed.length + this.#locked.size === 0) this.#waitingSince = Infinity;
    return slot;
  }

  /** @returns whether all that the requestor asked for was told: once */
  isCaughtUp(): boolean {
    if (!this.#isCatchingUp || this.#search?.isCatchUp === true || this.#owed.size > 0) return false;
    this.#isCatchingUp = false;
    return true;
  }

  /** The connection is gone, and with it whatever waits. */
  close(now: EpochSeconds): void {
    const { from, isCatchUp } = this.#search ?? { from: Infinity, isCatchUp: false };
    const unknownFrom = Math.min(this.#missedFrom, isCatchUp ? Infinity : from);
    if (unknownFrom !== Infinity) this.#journal.noteAgain(epochSeconds(unknownFrom), now);
    for (const slot of this.#locked) this.#journal.note(slot, now);
    for (let slot = this.#changed.take(); slot !== undefined; slot = this.#changed.take()) this.#journal.note(slot, now);
    this.#locked.clear();
  }

  #wait(slot: number, now: EpochSeconds): void {
    if (this.#changed.add(slot)) this.#waitsSince(slot, now);
    else this.#miss(slot, now);
  }

  #waitsSince(slot: number, now: EpochSeconds): void {
    this.#waitingSince = Math.min(this.#waitingSince, this.#journal.timeOf(slot) ?? now);
  }

  /** There is no room: those that wait are looked for, too, so that there is. */
  #miss(slot: number, now: EpochSeconds): void {
    this.#waitsSince(slot, now);
    this.#missedFrom = Math.min(this.#missedFrom, this.#waitingSince);
    while (this.#changed.take() !== undefined);
    this.#locked.clear();
    this.#waitingSince = Infinity;
  }
}
