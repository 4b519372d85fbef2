/** Many schedules, one after the other. */
import type { Coverage } from './coverage.ts';
import type { Violation } from './oracle/violation.ts';
import { generateSchedule } from './schedule/generate.ts';
import type { Schedule } from './schedule/schedule.ts';
import { simulate } from './simulation.ts';

export interface SeedsDone {
  seeds: number;
  faults: number;
  steps: number;
  grants: number;
  simulatedMs: number;
  failed: { readonly schedule: Schedule; readonly violation: Violation } | undefined;
}

/** Runs the schedules of the seeds from `first` on, up to the first that fails. */
export function runSeeds(first: number, goOn: (done: Readonly<SeedsDone>) => boolean, coverage: Coverage): Readonly<SeedsDone> {
  const done: SeedsDone = { seeds: 0, faults: 0, steps: 0, grants: 0, simulatedMs: 0, failed: undefined };
  while (done.failed === undefined && goOn(done)) {
    const schedule = generateSchedule(first + done.seeds);
    const { violation, steps, grants, faults, endedMs } = simulate(schedule, { coverage });
    done.seeds++;
    done.faults += faults;
    done.steps += steps;
    done.grants += grants;
    done.simulatedMs += endedMs;
    if (violation !== undefined) done.failed = { schedule, violation };
  }
  return done;
}
