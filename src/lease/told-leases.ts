import type { EpochSeconds, Seconds } from '../wire/index.ts';
import { BindingStatus } from './binding.ts';
import type { LeaseRecords } from './lease-records.ts';
import { type RenewalTimes, movedTime } from './lifetimes.ts';
import { Word } from './record.ts';

interface Told {
  readonly preferred: Seconds;
  readonly valid: Seconds;
  readonly time: EpochSeconds;
}

/**
 * What clients are told that is not in the records: T1 and T2; and shared leases of which a client was told what is left, without a write. Their records don't say that the client was heard, and what
 * the partner heard of it before would count as newer: a Release, say, of a lease that the client has again by now.
 */
export class ToldLeases {
  readonly #records: LeaseRecords;
  readonly #told = new Map<number, Told>();

  constructor(records: LeaseRecords) {
    this.#records = records;
  }

  get size(): number {
    return this.#told.size;
  }

  has(slot: number): boolean {
    return this.#told.has(slot);
  }

  /** The client was told these lifetimes just now. */
  note(slot: number, preferred: Seconds, valid: Seconds, time: EpochSeconds): void {
    this.#told.set(slot, { preferred, valid, time });
  }

  /** The client is told these T1 and T2 with the lifetimes that the record has by now. */
  noteRenewal(slot: number, told: RenewalTimes): void {
    this.#records.setRenewal(slot, told);
  }

  /** The clock was set by so many seconds. */
  moveTimes(by: number): void {
    for (const [slot, told] of this.#told) this.#told.set(slot, { ...told, time: movedTime(told.time, by) });
  }

  /** Stable storage has it, or the lease is no more. */
  forget(slot: number): void {
    this.#told.delete(slot);
  }

  /** Brings the records up to date, for the commit with this revision. @returns the leases that it is to write, beside those that it writes anyhow */
  write(revision: number): readonly number[] {
    const slots: number[] = [];
    for (const [slot, { preferred, valid, time }] of this.#told) {
      // Whatever else happened to it is newer, and on its way.
      if (this.#records.lock(slot) !== 0) continue;
      if (this.#records.status(slot) !== BindingStatus.ACTIVE) {
        this.#told.delete(slot);
        continue;
      }
      this.#records.slabs.set(slot, Word.PREFERRED_LIFETIME, preferred);
      this.#records.slabs.set(slot, Word.VALID_LIFETIME, valid);
      this.#records.slabs.set(slot, Word.CLIENT_LAST_TRANSACTION_TIME, time);
      this.#records.setUpdateNeeded(slot, true);
      this.#records.setRevision(slot, revision);
      slots.push(slot);
    }
    return slots;
  }
}
