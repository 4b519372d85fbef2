/** What happened lately to whom, in memory that does not grow: the newest of those that share a place stays. */
import type { MonotonicMs } from '../../wire/index.ts';

const PLACES = 1 << 12;

export interface Recently {
  /** @param hash of what is remembered, 32 bits under a secret key @returns whether it happened before, and not too long ago */
  has(hash: number, now: MonotonicMs): boolean;
  /** @returns how many milliseconds ago it happened, as far as it was noted; undefined: it did not, or too long ago */
  age(hash: number, now: MonotonicMs): number | undefined;
  note(hash: number, now: MonotonicMs): void;
}

export function createRecently(forMs: number): Recently {
  const hashes = new Uint32Array(PLACES);
  const times = new Float64Array(PLACES).fill(-Infinity);
  const age = (hash: number, now: MonotonicMs): number | undefined => {
    const place = hash & (PLACES - 1);
    const since = now - (times[place] ?? -Infinity);
    return hashes[place] === hash >>> 0 && since <= forMs ? since : undefined;
  };
  return {
    age,
    has: (hash, now) => age(hash, now) !== undefined,
    note(hash, now) {
      const place = hash & (PLACES - 1);
      hashes[place] = hash;
      times[place] = now;
    },
  };
}
