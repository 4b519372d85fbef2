// A thread of `make simulate JOBS=n`: runs the seeds that it is told, and tells what came of them.

import { parentPort } from 'node:worker_threads';
import { runSeeds } from './seeds.ts';
import type { SeedsDone } from './seeds.ts';

/** Seeds that follow each other. */
export interface Portion {
  readonly first: number;
  readonly count: number;
  /** The first that fails ends it. */
  readonly stopsAtFailure: boolean;
}

/** What passes between threads: data without functions. */
export interface PortionDone extends Omit<SeedsDone, 'coverage'> {
  readonly transitions: ReadonlyMap<string, number>;
  readonly cells: ReadonlyMap<string, number>;
}

parentPort?.on('message', ({ first, count, stopsAtFailure }: Portion) => {
  const { coverage, ...rest } = runSeeds(first, (done) => done.seeds < count && !(stopsAtFailure && done.failing.length > 0));
  const answer: PortionDone = { ...rest, transitions: coverage.transitions, cells: coverage.cells };
  parentPort?.postMessage(answer);
});
