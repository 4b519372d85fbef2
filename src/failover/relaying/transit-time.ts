/**
 * How long a message was on its way, by two clocks that have nothing to do with each other: how much later it comes than the
 * quickest of the last minutes. What waited for a connection that hung shows; what every message takes does not, and need not.
 */
import type { MonotonicMs } from '../../wire/index.ts';

/** Clocks drift by some 100 ms in 15 minutes: the quickest of longer ago proves nothing. */
const WINDOW_MS = 60_000;
const CYCLE = 0x1_0000_0000;

export interface TransitTime {
  /** @param sent the sender's clock, milliseconds modulo 2^32 @returns milliseconds, 0 or more */
  of(sent: number, now: MonotonicMs): number;
}

export function createTransitTime(): TransitTime {
  /** The least difference of the two clocks in this window, and in the one before. */
  let least: number | undefined;
  let leastBefore: number | undefined;
  let windowEnds = -Infinity;

  /** Of two differences modulo 2^32, how much greater the first is. */
  const over = (one: number, other: number): number => ((one - other + 1.5 * CYCLE) % CYCLE) - CYCLE / 2;
  const lesser = (one: number | undefined, other: number): number => (one === undefined || over(other, one) < 0 ? other : one);

  return {
    of(sent, now) {
      if (now >= windowEnds) {
        leastBefore = now < windowEnds + WINDOW_MS ? least : undefined;
        least = undefined;
        windowEnds = now + WINDOW_MS;
      }
      const difference = (((now - sent) % CYCLE) + CYCLE) % CYCLE;
      least = lesser(least, difference);
      return over(difference, leastBefore === undefined ? least : lesser(leastBefore, least));
    },
  };
}
