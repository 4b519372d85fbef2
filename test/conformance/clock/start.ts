import { createWorkingClock } from '../../../src/clock/index.ts';
import type { ClockContinuation, ClockRecord, ClockStart, SystemClock, Timescale, WorkingClock } from '../../../src/clock/index.ts';
import { epochSeconds, monotonicMs } from '../../../src/wire/index.ts';
import type { Now } from '../../../src/wire/index.ts';

export const HOUR = 3_600;
export const DAY = 24 * HOUR;
/** When the program was made. */
export const BUILT = 1_790_000_000;
export const MONTH_LATER = BUILT + 30 * DAY;

/** What the clocks of the system show `ms` milliseconds after the start, where the wall clock showed `epoch` then. */
export function shown(epoch: number, ms = 0): Now {
  return { epoch: epochSeconds(epoch + Math.floor(ms / 1_000)), monotonic: monotonicMs(5_000 + ms) };
}

/** The database of one box, as far as its clock is concerned, from start to start. */
export interface ClockDisk {
  timescales: Timescale[];
  saved: ClockStart['saved'];
  starts: number;
}

export function emptyDisk(): ClockDisk {
  return { timescales: [], saved: undefined, starts: 0 };
}

export function startClock(disk: ClockDisk, system: SystemClock, now: Now, continued?: ClockContinuation): WorkingClock {
  disk.starts += 1;
  return createWorkingClock({
    timescales: disk.timescales,
    saved: disk.saved,
    builtAt: epochSeconds(BUILT),
    seed: Uint8Array.from({ length: 8 }, (_, i) => (i === 0 ? disk.starts : 0)),
    system,
    continued,
    now,
  });
}

/** A commit of this moment that succeeds. */
export function save(disk: ClockDisk, clock: WorkingClock, given: Now): ClockRecord {
  const record = clock.takeRecord(clock.read(given));
  for (const timescale of record.timescales) {
    disk.timescales = [...disk.timescales.filter(({ index }) => index !== timescale.index), timescale].sort((a, b) => a.index - b.index);
  }
  disk.saved = { time: record.time, timescale: record.timescale };
  clock.recorded(true);
  return record;
}
