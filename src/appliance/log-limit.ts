/** Keeps hostile input from filling the log: one line of each kind in a while, with a bound on the kinds. */
import type { MonotonicMs } from '../wire/index.ts';

const QUIET_MS = 10_000;
const KINDS_MAX = 256;

export interface LogLimit {
  /** @returns true where a line of this kind may be written now */
  admits(kind: string, now: MonotonicMs): boolean;
}

export function createLogLimit(): LogLimit {
  const quietUntil = new Map<string, number>();
  return {
    admits(kind, now) {
      const until = quietUntil.get(kind);
      if (until === undefined && quietUntil.size >= KINDS_MAX) return false;
      if (until !== undefined && now < until) return false;
      quietUntil.set(kind, now + QUIET_MS);
      return true;
    },
  };
}
