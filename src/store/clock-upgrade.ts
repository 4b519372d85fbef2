import { ENDPOINT_TIMES } from '../failover/index.ts';
import { Family } from './key.ts';

/** The time of the last commit was not kept. */
const NEVER_SAVED = [0, 0] as const;
/** The clock of the system was believed: what it showed counts as true. */
const TRUE_TIME = 0;
const FIRST_TIMESCALE = 0;

/** The fields of a record of schema version 3, which knew of one timescale alone, as those of version 4. */
export function upgradeClockFrom3(family: Family, fields: readonly unknown[]): readonly unknown[] {
  switch (family) {
    case Family.STATE:
      return [...fields, ...NEVER_SAVED];
    case Family.TIMESCALE: {
      const [id, correction, ...unknown] = fields;
      return [id, correction ?? TRUE_TIME, 0, 0, ...unknown];
    }
    case Family.ENDPOINT:
      return [...fields, ENDPOINT_TIMES.map(() => FIRST_TIMESCALE)];
    default:
      return fields;
  }
}
