/** How long to wait before something that failed is tried again: 0.1 s, twice as long each time, at most 10 s. */
const FIRST_MS = 100;
const LONGEST_MS = 10_000;

export interface BackOff {
  /** The wait before the next attempt, in milliseconds. */
  next(): number;
  /** It worked: the next failure starts from the shortest wait. */
  reset(): void;
}

export function backOff(): BackOff {
  let wait = FIRST_MS;
  return {
    next() {
      const now = wait;
      wait = Math.min(2 * wait, LONGEST_MS);
      return now;
    },
    reset() {
      wait = FIRST_MS;
    },
  };
}
