/** A small generator of numbers from a seed (mulberry32): the same seed gives the same run. */

export interface Random {
  /** A whole number from 0 to `bound - 1`. */
  below(bound: number): number;
  pick<T>(items: readonly [T, ...(readonly T[])]): T;
}

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (bound: number): number => Math.floor((next() / 0x1_0000_0000) * bound);
  return { below, pick: (items) => items[below(items.length)] ?? items[0] };
}
