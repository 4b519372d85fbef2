/** What happened lately to whom, in memory that does not grow: the newest of those that share a place stays. */
import type { MonotonicMs } from '../../wire/index.ts';

const PLACES = 1 << 12;

export interface Recently {
  /** @param hash of what is remembered, 32 bits under a secret key @returns whether it happened before, and not too long ago */
  has(hash: number, now: MonotonicMs): boolean;
  note(hash: number, now: MonotonicMs): void;
}

export function createRecently(forMs: number): Recently {
  const hashes = new Uint32Array(PLACES);
  const times = new Float64Array(PLACES).fill(-Infinity);
  return {
    has(hash, now) {
      const place = hash & (PLACES - 1);
      return hashes[place] === hash >>> 0 && now - (times[place] ?? -Infinity) <= forMs;
    },
    note(hash, now) {
      const place = hash & (PLACES - 1);
      hashes[place] = hash;
      times[place] = now;
    },
  };
}
