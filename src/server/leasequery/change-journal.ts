import type { EpochSeconds } from '../../wire/index.ts';

/**
 * When this box learnt what of which lease, for requestors that were away (RFC 7653 section 9.3): the latest change of each of the leases
 * that changed last. It lives as long as the daemon does.
 */
export class ChangeJournal {
  readonly #max: number;
  /** By slot, the oldest first. */
  readonly #changes = new Map<number, EpochSeconds>();
  /** From when on every change is here; Infinity: nothing was noted yet. */
  #coveredFrom = Infinity;
  #latest = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** It begins to know, unless it did before. What happened in this very second it may not know. */
  begin(now: EpochSeconds): void {
    // A clock that was set back gives times that were before: all that is here would be in a wrong order.
    if (now < this.#latest) {
      this.#changes.clear();
      this.#coveredFrom = Infinity;
    }
    this.#latest = now;
    if (this.#coveredFrom === Infinity) this.#coveredFrom = now + 1;
  }

  note(slots: readonly number[], now: EpochSeconds): void {
    this.begin(now);
    for (const slot of slots) {
      this.#changes.delete(slot);
      this.#changes.set(slot, now);
    }
    for (const [slot, time] of this.#changes) {
      if (this.#changes.size <= this.#max) return;
      this.#changes.delete(slot);
      this.#coveredFrom = Math.max(this.#coveredFrom, time + 1);
    }
  }

  covers(from: EpochSeconds): boolean {
    return from >= this.#coveredFrom && from <= this.#latest;
  }

  /** Undefined: not lately. */
  timeOf(slot: number): EpochSeconds | undefined {
    return this.#changes.get(slot);
  }

  /** The leases that changed then or later; undefined where that is not known of all. */
  changedSince(from: EpochSeconds): readonly number[] | undefined {
    if (!this.covers(from)) return undefined;
    const slots: number[] = [];
    for (const [slot, time] of this.#changes) if (time >= from) slots.push(slot);
    return slots;
  }
}
