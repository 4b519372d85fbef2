/**
 * Replay detection of RFC 9915 section 20.3 by method 0: each value is greater than all before it, over restarts as well, whatever the
 * clock does meanwhile. A value is a time in seconds and a count within it, so that the box of a pair that speaks later has the greater
 * one: there are clients that keep one value for all servers. Stable storage holds a time that no value has reached yet; only below
 * it values are used, and it is moved ahead in good time.
 */
import { epochSeconds } from '../../wire/index.ts';
import type { EpochSeconds } from '../../wire/index.ts';

/** What is reserved at once, in seconds. */
const RESERVED = 600;
/** More is asked for when this is left. */
const SHORT = 300;
const COUNT_MAX = 0xffff_ffff;
const VALUE_LENGTH = 8;

export interface ReplayReservation {
  /** Values below this time may have been used before the start. */
  readonly used: EpochSeconds;
  /** Stable storage holds this time; where it is `used`, no value may be used yet. */
  readonly reservedUntil: EpochSeconds;
}

export class ReplayDetection {
  #seconds: number;
  #count = 0;
  #reservedUntil: number;
  #isShort: boolean;

  constructor({ used, reservedUntil }: ReplayReservation) {
    this.#seconds = used;
    this.#reservedUntil = reservedUntil;
    this.#isShort = !this.isUsable;
  }

  /** Whether there are values to use. */
  get isUsable(): boolean {
    return this.#seconds < this.#reservedUntil;
  }

  /** The next value, in 8 octets. To be called only where `isUsable`. */
  next(now: EpochSeconds): Uint8Array {
    this.#isShort ||= now + SHORT >= this.#reservedUntil;
    const seconds = Math.min(now, this.#reservedUntil - 1);
    if (seconds > this.#seconds || this.#count === COUNT_MAX) {
      this.#seconds = Math.max(seconds, this.#seconds + 1);
      this.#count = 0;
    } else {
      this.#count += 1;
    }
    const value = new Uint8Array(VALUE_LENGTH);
    const fields = new DataView(value.buffer);
    fields.setUint32(0, this.#seconds);
    fields.setUint32(4, this.#count);
    return value;
  }

  /**
   * Until when stable storage should reserve; undefined: there is enough. Where values are ahead of the clock, as after a restart, one second
   * more is enough: it has 2^32 of them, and if all starts ran further ahead this box's values would hide those of the other one.
   */
  wanted(now: EpochSeconds): EpochSeconds | undefined {
    if (!this.#isShort && this.isUsable) return undefined;
    const until = Math.max(this.#seconds + 1, now + RESERVED);
    // What was reserved is never taken back: the clock may have been ahead.
    if (until > this.#reservedUntil) return epochSeconds(until);
    this.#isShort = false;
    return undefined;
  }

  /** Stable storage holds it. */
  reserved(until: EpochSeconds): void {
    this.#reservedUntil = Math.max(this.#reservedUntil, until);
    this.#isShort = false;
  }
}
