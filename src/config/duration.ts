/** Durations as people write them: `90s`, `30m`, `1h`, `7d`, `infinite`, or a number of seconds. */
import { INFINITY_SECONDS, type Seconds, seconds } from '../wire/index.ts';
import type { Parsed } from './parsed.ts';

const UNITS = [
  { suffix: 'd', length: 86_400 },
  { suffix: 'h', length: 3_600 },
  { suffix: 'm', length: 60 },
  { suffix: 's', length: 1 },
] as const;

export interface DurationBounds {
  readonly least: number;
  /** The greatest finite duration; `forever` when `infinite` is allowed as well. */
  readonly most: number | 'forever';
}

export function readDuration(written: string | number, bounds: DurationBounds): Parsed<Seconds> {
  const value = toSeconds(written);
  if (value === undefined) return { problem: 'this is not a duration' };
  const most = bounds.most === 'forever' ? INFINITY_SECONDS : bounds.most;
  if (value < bounds.least) return { problem: 'the duration is too short' };
  if (value > most) return { problem: 'the duration is too long' };
  return { value: seconds(value) };
}

/** Whole seconds; Infinity for a number that only `infinite` may stand for. */
function toSeconds(written: string | number): number | undefined {
  if (written === 'infinite') return INFINITY_SECONDS;
  const match = /^(\d{1,12})([smhd]?)$/.exec(String(written));
  if (match === null) return undefined;
  const unit = UNITS.find(({ suffix }) => suffix === match[2])?.length ?? 1;
  const value = Number(match[1]) * unit;
  return value < INFINITY_SECONDS ? value : Number.POSITIVE_INFINITY;
}

/** In the greatest unit that divides it: 7200 is `2h`, 90 is `90s`. */
export function formatDuration(value: Seconds): string {
  if (value === INFINITY_SECONDS) return 'infinite';
  const unit = UNITS.find(({ length }) => value % length === 0 && value >= length);
  return unit === undefined ? `${value}s` : `${value / unit.length}${unit.suffix}`;
}

export function describeBounds({ least, most }: DurationBounds): string {
  const units = 'a number followed by s, m, h or d';
  if (most === 'forever') return `${formatDuration(seconds(least))} or longer (${units}), or infinite`;
  return `${formatDuration(seconds(least))} to ${formatDuration(seconds(most))} (${units})`;
}
