/**
 * Streams of random numbers from one seed. Each part of a world draws from a stream with its own name, so that a schedule
 * which is made shorter changes as little as possible of what is left.
 */
import { seededRandom } from '../../fuzz/random.ts';

export interface Random {
  /** A whole number from 0 to `bound - 1`. */
  below(bound: number): number;
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  /** True in so many cases of a thousand. */
  chance(permille: number): boolean;
  pick<T>(items: readonly [T, ...(readonly T[])]): T;
}

export function randomStream(seed: number, name: string): Random {
  const source = seededRandom(mix(seed, name));
  const below = (bound: number): number => source.below(bound);
  return {
    below,
    pick: (items) => source.pick(items),
    between: (low, high) => low + below(high - low + 1),
    chance: (permille) => permille > 0 && below(1_000) < permille,
  };
}

/** FNV-1a over the name, from a start that the seed decides. */
function mix(seed: number, name: string): number {
  let hash = Math.imul(seed ^ 0x811c9dc5, 0x9e3779b1) >>> 0;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}
