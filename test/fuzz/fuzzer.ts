/**
 * A coverage-guided fuzzer: inputs that reach new blocks of the product are kept and changed further.
 * Inputs run in groups, because asking V8 what ran costs more than running; the members of a group that found
 * something run once more one by one.
 */
import { startCoverage } from './coverage.ts';
import type { Block, Coverage } from './coverage.ts';
import { mutate } from './mutation.ts';
import { seededRandom } from './random.ts';

export interface Target {
  readonly name: string;
  /** Inputs to begin with, at least one. */
  readonly seeds: readonly [Uint8Array, ...Uint8Array[]];
  /** Throws where the product does what it must not. */
  run(input: Uint8Array): void;
  /** Whose blocks count; those of the product unless it says otherwise. */
  isOfInterest?(url: string): boolean;
}

export interface FuzzOptions {
  readonly seed: number;
  /** Asked before each group, with what was done so far. */
  readonly goOn: (done: FuzzProgress) => boolean;
}

export interface FuzzProgress {
  readonly executions: number;
  readonly kept: number;
  readonly blocks: number;
}

export interface FuzzResult extends FuzzProgress {
  /** The first input that failed, made as short as it could be. */
  readonly failure: { readonly input: Uint8Array; readonly error: Error } | undefined;
}

const GROUP = 64;

export function fuzz(target: Target, { seed, goOn }: FuzzOptions): FuzzResult {
  const random = seededRandom(seed);
  const coverage = startCoverage(target.isOfInterest?.bind(target) ?? ((url) => url.includes('/src/')));
  const kept: [Uint8Array, ...Uint8Array[]] = [...target.seeds];
  let executions = 0;
  const progress = (): FuzzProgress => ({ executions, kept: kept.length, blocks: coverage.size });
  try {
    for (const input of target.seeds) {
      const error = errorOf(target, input);
      if (error !== undefined) return { ...progress(), failure: { input, error } };
    }
    coverage.takeNew();
    while (goOn(progress())) {
      const group = Array.from({ length: GROUP }, () => mutate(random.pick(kept), random, random.pick(kept)));
      for (const input of group) {
        executions++;
        const error = errorOf(target, input);
        if (error !== undefined) return { ...progress(), failure: { input: shortened(target, input), error } };
      }
      keepWhatReached(coverage.takeNew(), target, group, coverage, kept);
    }
    return { ...progress(), failure: undefined };
  } finally {
    coverage.stop();
  }
}

/** One input for each block that the group reached first. */
function keepWhatReached(
  reached: readonly Block[],
  target: Target,
  group: readonly Uint8Array[],
  coverage: Coverage,
  kept: Uint8Array[],
): void {
  let missing = reached;
  for (const input of group) {
    if (missing.length === 0) return;
    target.run(input);
    const own = coverage.takeOf(missing);
    if (own.length === 0) continue;
    kept.push(input);
    missing = missing.filter((block) => !own.includes(block));
  }
}

function errorOf(target: Target, input: Uint8Array): Error | undefined {
  try {
    target.run(input);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Leaves out what the failure does not need, in ever smaller pieces. */
function shortened(target: Target, failing: Uint8Array): Uint8Array {
  let shortest = failing;
  for (let piece = shortest.length >> 1; piece > 0; piece >>= 1) {
    for (let at = 0; at + piece <= shortest.length; ) {
      const shorter = Uint8Array.from([...shortest.subarray(0, at), ...shortest.subarray(at + piece)]);
      if (errorOf(target, shorter) !== undefined) shortest = shorter;
      else at += piece;
    }
  }
  return shortest;
}
