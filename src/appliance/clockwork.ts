/** What the clock does to the rest of the appliance: when it is set every time in memory moves along, before anything else (R-ST2). */
import { askedOnce } from '../clock/index.ts';
import { movedRecord } from '../failover/index.ts';
import type { LeaseTable } from '../lease/index.ts';
import type { Now } from '../wire/index.ts';
import type { Commits } from './commits.ts';
import type { Effect } from './effect.ts';
import type { LeasequeryWork } from './leasequery-work.ts';
import type { Partners } from './partners.ts';
import type { Reconfigures } from './reconfigure/reconfigures.ts';
import type { Timekeeping } from './timekeeping.ts';

export interface Clockwork {
  /** What time it is when the clocks of the system show this. */
  read(given: Now, effects: Effect[]): Now;
  /** What partners said of their clocks may set this one. @returns what time it is then */
  hear(now: Now, given: Now, effects: Effect[]): Now;
  /** To be called at the end of a step: who has to know of the clock is told. */
  keep(now: Now, effects: Effect[]): void;
}

export interface ClockworkRooms {
  readonly timekeeping: Timekeeping;
  readonly table: LeaseTable;
  readonly commits: Commits;
  readonly partners: Partners;
  readonly leasequery: Pick<LeasequeryWork, 'clockSet'>;
  /** Undefined where no client has a reconfigure key. */
  readonly reconfigures: Pick<Reconfigures, 'moveTimes'> | undefined;
}

export function createClockwork({ timekeeping, table, commits, partners, leasequery, reconfigures }: ClockworkRooms): Clockwork {
  const moveTimes = (now: Now, effects: Effect[]): void => {
    const rebase = timekeeping.takeRebase();
    if (rebase === undefined) return;
    table.moveTimes(askedOnce(rebase), timekeeping.facts.isExact);
    const { by } = rebase(0);
    commits.moveTimes((record) => movedRecord(record, rebase), by);
    reconfigures?.moveTimes(by);
    if (by !== 0) effects.push({ kind: 'log', severity: 'warning', text: `the clock was set by ${by} s` });
    leasequery.clockSet(by, now.epoch);
    partners.handle({ kind: 'clockSet', rebase }, now, effects);
  };

  const read = (given: Now, effects: Effect[]): Now => {
    const now = timekeeping.read(given);
    moveTimes(now, effects);
    return now;
  };

  return {
    read,
    hear(now, given, effects) {
      const said = partners.takeClockNews();
      if (said.length === 0) return now;
      for (const news of said) timekeeping.partnerSays(news, given);
      return read(given, effects);
    },
    keep(now, effects) {
      if (timekeeping.takeChange()) {
        timekeeping.lookForAlarms(effects);
        partners.handle({ kind: 'clock' }, now, effects);
      }
      if (timekeeping.wantsCommit(now)) commits.touch(undefined, now.monotonic);
    },
  };
}
