/** Many schedules, one after the other. */
import { createCoverage } from './coverage.ts';
import type { Coverage } from './coverage.ts';
import { generateSchedule } from './schedule/generate.ts';
import { simulate } from './simulation.ts';

/** A seed whose schedule breaks an invariant. */
export interface FailingSeed {
  readonly seed: number;
  readonly message: string;
}

export interface SeedsDone {
  seeds: number;
  /** Those that did something. */
  faults: number;
  /** The fewest that one schedule had. */
  faultsMin: number;
  steps: number;
  grants: number;
  simulatedMs: number;
  readonly failing: FailingSeed[];
  readonly coverage: Coverage;
}

export function noSeeds(): SeedsDone {
  return { seeds: 0, faults: 0, faultsMin: Infinity, steps: 0, grants: 0, simulatedMs: 0, failing: [], coverage: createCoverage() };
}

/** Runs the schedules of the seeds from `first` on, for as long as `goOn` says so. */
export function runSeeds(first: number, goOn: (done: Readonly<SeedsDone>) => boolean): Readonly<SeedsDone> {
  const done = noSeeds();
  while (goOn(done)) {
    const seed = first + done.seeds;
    const { violation, steps, grants, faults, endedMs } = simulate(generateSchedule(seed), { coverage: done.coverage });
    done.seeds++;
    done.faults += faults;
    done.faultsMin = Math.min(done.faultsMin, faults);
    done.steps += steps;
    done.grants += grants;
    done.simulatedMs += endedMs;
    if (violation !== undefined) done.failing.push({ seed, message: violation.message });
  }
  return done;
}
