import type { EpochSeconds } from '../../wire/index.ts';

/** Times of the two boxes that are not further apart than this are the same time (RFC 8156 section 7.5.1). */
export const SAME_TIME_SECONDS = 5;

/** How one time stands to another when the clocks that they come from may differ. */
export type TimeOrder = 'earlier' | 'same' | 'later';

/** How `time` stands to `other`. */
export function timeOrder(time: EpochSeconds, other: EpochSeconds): TimeOrder {
  if (time > other + SAME_TIME_SECONDS) return 'later';
  return time < other - SAME_TIME_SECONDS ? 'earlier' : 'same';
}

export function earlierOf(a: EpochSeconds, b: EpochSeconds): EpochSeconds {
  return a < b ? a : b;
}

export function laterOf(a: EpochSeconds, b: EpochSeconds): EpochSeconds {
  return a > b ? a : b;
}
