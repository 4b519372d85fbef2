import type { EpochSeconds } from '../wire/index.ts';
import { ExpiryHeap } from './expiry-heap.ts';
import type { LeaseEnds } from './lease-ends.ts';
import type { LeaseRecords } from './lease-records.ts';
import { NEVER } from './lifetimes.ts';
import { NO_SLOT, Word } from './record.ts';

const STALE_MIN = 1024;

/**
 * Which leases end, or are free, when. It is lazy: a lease that is renewed stays under its earlier time and is put right
 * only when that time has come, so that a renewal costs one comparison. Locked leases are passed over.
 */
export class ExpiryQueue {
  readonly #records: LeaseRecords;
  readonly #ends: LeaseEnds;
  readonly #heap = new ExpiryHeap();

  constructor(records: LeaseRecords, ends: LeaseEnds) {
    this.#records = records;
    this.#ends = ends;
  }

  /** Not later than the moment when the next lease ends; 0xffffffff when none will. It may be earlier. */
  get next(): EpochSeconds {
    return this.#heap.firstKey as EpochSeconds;
  }

  /** Begins anew with every lease that there is; `leases` is how many. Takes time in proportion to that. */
  scheduleAll(leases: number): void {
    this.#heap.compact(() => false);
    this.#heap.reserve(leases);
    for (let slot = NO_SLOT + 1; slot < this.#records.slabs.end; slot += 1) {
      if (!this.#records.inUse(slot)) continue;
      const due = this.#ends.dueTime(slot);
      const key = due === NEVER ? 0 : Math.max(1, due);
      this.#records.slabs.set(slot, Word.EXPIRY_KEY, key);
      if (key !== 0) this.#heap.append(key, slot);
    }
    this.#heap.restoreOrder();
  }

  /** Takes note of what decides on the lease's end, which is new, or of its being unlocked. `leases` is how many there are. */
  schedule(slot: number, leases: number): void {
    const due = this.#ends.dueTime(slot);
    if (due === NEVER) return;
    const present = this.#records.slabs.get(slot, Word.EXPIRY_KEY);
    const key = Math.max(1, due);
    if (present !== 0 && present <= key) return;
    if (this.#heap.size >= leases * 2 + STALE_MIN) this.#heap.compact((time, other) => this.#isCurrent(time, other));
    this.#records.slabs.set(slot, Word.EXPIRY_KEY, key);
    this.#heap.push(key, slot);
  }

  /**
   * Appends to `into` the leases whose time is not after `now`, and forgets them: they come again
   * only when they are scheduled again. Looks at no more than `limit` entries, some of which may be stale.
   * Returns whether entries with times not after `now` are left.
   */
  takeDue(now: EpochSeconds, limit: number, into: number[]): boolean {
    for (let looked = 0; looked < limit && this.#heap.firstKey <= now; looked += 1) {
      const slot = this.#heap.firstSlot;
      if (!this.#isCurrent(this.#heap.firstKey, slot)) {
        this.#heap.pop();
        continue;
      }
      const time = this.#ends.dueTime(slot);
      if (time !== NEVER && time > now) {
        this.#records.slabs.set(slot, Word.EXPIRY_KEY, time);
        this.#heap.postponeFirst(time);
        continue;
      }
      this.#heap.pop();
      this.#records.slabs.set(slot, Word.EXPIRY_KEY, 0);
      if (time !== NEVER && this.#records.lock(slot) === 0) into.push(slot);
    }
    return this.#heap.firstKey <= now;
  }

  #isCurrent(key: number, slot: number): boolean {
    return this.#records.slabs.get(slot, Word.EXPIRY_KEY) === key;
  }
}
