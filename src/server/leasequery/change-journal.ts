import { epochSeconds } from '../../wire/index.ts';
import type { EpochSeconds, Seconds } from '../../wire/index.ts';

/** Leases of one piece: so much is taken at a time, and what is there is never copied. */
const PIECE = 4_096;
/** Nothing was noted of the lease. */
const NEVER = 0;

/**
 * When each lease last changed, as far as requestors that were away may not know of it (RFC 7653 section 9.3): four octets for each lease
 * that the table has, and no more however much happens. It lives as long as the daemon does.
 */
export class ChangeJournal {
  /** Not asked to go back for longer. */
  history: Seconds;
  /** By slot. */
  readonly #pieces: (Uint32Array | undefined)[] = [];
  /** From when on every change is here; Infinity: it has not begun. */
  #coveredFrom = Infinity;

  constructor(history: Seconds) {
    this.history = history;
  }

  /** It begins to know, unless it did before. What happened in this very second it may not know. */
  begin(now: EpochSeconds): void {
    if (this.#coveredFrom === Infinity) this.#coveredFrom = now + 1;
  }

  note(slot: number, now: EpochSeconds): void {
    const piece = (this.#pieces[Math.floor(slot / PIECE)] ??= new Uint32Array(PIECE));
    piece[slot % PIECE] = now;
  }

  /** What changed then or later counts as if it did now: nobody knows who was told of it. Looks at all that there is. */
  noteAgain(from: EpochSeconds, now: EpochSeconds): void {
    for (const piece of this.#pieces) {
      if (piece === undefined) continue;
      for (let i = 0; i < PIECE; i += 1) {
        const time = piece[i] as number;
        if (time !== NEVER && time >= from) piece[i] = now;
      }
    }
  }

  /**
   * The clock was set back, from `before` to an earlier time: times in between come twice, and who names one may mean the former. Only
   * later ones are understood.
   */
  setBack(before: EpochSeconds): void {
    if (this.#coveredFrom !== Infinity) this.#coveredFrom = Math.max(this.#coveredFrom, before + 1);
  }

  /** Whether all that changed then or later is here. */
  covers(from: EpochSeconds, now: EpochSeconds): boolean {
    return from >= this.#coveredFrom && from >= now - this.history && from <= now;
  }

  /** Undefined: not while it is kept. */
  timeOf(slot: number): EpochSeconds | undefined {
    const time = this.#pieces[Math.floor(slot / PIECE)]?.[slot % PIECE] ?? NEVER;
    return time === NEVER ? undefined : epochSeconds(time);
  }

  hasChangedSince(slot: number, from: EpochSeconds): boolean {
    return (this.timeOf(slot) ?? -Infinity) >= from;
  }
}
