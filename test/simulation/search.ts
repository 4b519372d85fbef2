/** Runs many schedules on several threads, and adds up what they say. */
import { Worker } from 'node:worker_threads';
import { noSeeds } from './seeds.ts';
import type { SeedsDone } from './seeds.ts';
import type { Portion, PortionDone } from './seeds-thread.ts';

export interface Search {
  readonly first: number;
  readonly count: number;
  readonly jobs: number;
  /** What fails is counted, and the search goes on behind it. */
  readonly keepsGoing: boolean;
  /** Called after each portion. */
  readonly progress: (done: Readonly<SeedsDone>, portion: PortionDone) => void;
}

/** Few enough that all threads end at about the same time. */
const PORTION = 20;

export async function search({ first, count, jobs, keepsGoing, progress }: Search): Promise<Readonly<SeedsDone>> {
  const done = noSeeds();
  let next = first;
  const end = first + count;
  const isOver = (): boolean => next >= end || (!keepsGoing && done.failing.length > 0);

  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const thread = new Worker(new URL('seeds-thread.ts', import.meta.url));
      const goOn = (): void => {
        if (isOver()) {
          void thread.terminate().then(() => { resolve(); });
          return;
        }
        const portion: Portion = { first: next, count: Math.min(PORTION, end - next), stopsAtFailure: !keepsGoing };
        next += portion.count;
        thread.postMessage(portion);
      };
      thread.on('error', reject);
      thread.on('message', (portion: PortionDone) => {
        add(done, portion);
        progress(done, portion);
        goOn();
      });
      goOn();
    });

  await Promise.all(Array.from({ length: jobs }, work));
  return done;
}

function add(done: SeedsDone, portion: PortionDone): void {
  done.seeds += portion.seeds;
  done.faults += portion.faults;
  done.faultsMin = Math.min(done.faultsMin, portion.faultsMin);
  done.steps += portion.steps;
  done.grants += portion.grants;
  done.simulatedMs += portion.simulatedMs;
  done.failing.push(...portion.failing);
  done.coverage.add(portion.transitions, portion.cells);
}
