import type { EpochSeconds } from '../wire/index.ts';

/** `2026-01-31T12:00:00Z` */
export function isoTime(time: EpochSeconds): string {
  return `${new Date(time * 1_000).toISOString().slice(0, 19)}Z`;
}

/** The same for a time that may not be known: 0 stands for none. */
export function isoTimeOrNone(time: EpochSeconds | undefined): string | undefined {
  return time === undefined || time === 0 ? undefined : isoTime(time);
}
