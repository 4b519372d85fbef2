/**
 * Times of a box as the oracle reckons: by the clock that nobody in the world has. The clock of a box that restarted without the time
 * lags until it is told what time it is; that of one that never did is off by no more than what RFC 8156 section 7.1 allows for, and
 * taken as it is.
 */
import { conversion } from '../../../src/clock/index.ts';
import type { Timescale } from '../../../src/clock/index.ts';
import { movedTime } from '../../../src/lease/index.ts';
import type { Binding } from '../../../src/lease/index.ts';
import { sameBytes } from '../../../src/wire/index.ts';
import type { BoxRun } from '../box/running-box.ts';
import { WORLD_START_EPOCH } from './clock.ts';

/** Seconds. Partners that are further apart put that right before they say anything else. */
const SAME_TIME = 6;

/** By the clock that the box works by, in milliseconds since 1970. */
export function workingMs(run: BoxRun, nowMs: number): number {
  const given = run.now();
  const epoch = run.appliance.epoch(given);
  // Where it follows the wall clock that is read to the millisecond.
  return epoch === given.epoch ? run.box.clock.wallMs(nowMs) : epoch * 1_000;
}

/** The true time, in milliseconds since 1970. */
export function trueMs(nowMs: number): number {
  return WORLD_START_EPOCH * 1_000 + nowMs;
}

/** Seconds that the clock of the box lacks; 0 where it was told the time, and is about right. */
export function lacksSeconds(run: BoxRun, nowMs: number): number {
  const lacks = Math.round((trueMs(nowMs) - workingMs(run, nowMs)) / 1_000);
  return run.appliance.clock.isTrusted && Math.abs(lacks) <= SAME_TIME ? 0 : lacks;
}

/** What to add to a time on the disk for the present one of the box; undefined while the disk does not know what that is. */
export function placedBy({ appliance, box }: BoxRun, { timescale }: Binding): number | undefined {
  const { timescales } = box.disk;
  const present = timescales.at(-1);
  if (present === undefined || !sameBytes(present.id, appliance.clock.timescale)) return undefined;
  return timescales.length === 1 ? 0 : conversion(timescales, timescale).by;
}

/** What a commit is about to write, in true times. @param chain of the commit and before it */
export function inTrueTime(binding: Binding, chain: readonly Timescale[], lacks: number): Binding {
  const by = (chain.length === 1 ? 0 : conversion(chain, binding.timescale).by) + lacks;
  if (by === 0) return binding;
  return { ...binding, stateExpirationTime: movedTime(binding.stateExpirationTime, by), expirationTime: movedTime(binding.expirationTime, by) };
}
