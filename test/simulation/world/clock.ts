/** The clocks of one box: a wall clock that may be wrong, drift and jump, and a monotonic one that begins anew at each start. */
import { epochSeconds, monotonicMs } from '../../../src/wire/index.ts';
import type { Now } from '../../../src/wire/index.ts';

/** When the world begins, in seconds since 1970. */
export const WORLD_START_EPOCH = 1_800_000_000;

export interface BoxClock {
  /** Wall clock in milliseconds since 1970. */
  wallMs(nowMs: number): number;
  now(nowMs: number): Now;
  /** NTP is reached, and says that the wall clock is right. */
  isKept(): boolean;
  /** When, in simulated time, the monotonic clock shows this. */
  timeOf(monotonic: number): number;
  jump(byMs: number): void;
  /** The box starts: the monotonic clock begins anew. Without a battery the wall clock does, too. */
  restart(nowMs: number, wall: 'keeps time' | 'shows 1970'): void;
  /** NTP puts the wall clock right, but for this error, and keeps it. */
  correct(nowMs: number, errorMs: number): void;
}

const ROOM_MS = 1_000;

/** @param driftPpm by how much the clocks of the box are fast, in millionths */
export function createBoxClock(driftPpm: number, errorMs: number): BoxClock {
  const rate = 1 + driftPpm / 1_000_000;
  let wallAtStart = WORLD_START_EPOCH * 1_000 + errorMs;
  let startedAtMs = 0;
  let isKept = true;

  const wallMs = (nowMs: number): number => wallAtStart + nowMs * rate;
  return {
    wallMs,
    now: (nowMs) => ({
      epoch: epochSeconds(Math.max(0, Math.floor(wallMs(nowMs) / 1_000))),
      monotonic: monotonicMs(ROOM_MS + (nowMs - startedAtMs) * rate),
    }),
    isKept: () => isKept,
    timeOf: (monotonic) => startedAtMs + (monotonic - ROOM_MS) / rate,
    jump(byMs) {
      wallAtStart += byMs;
    },
    restart(nowMs, wall) {
      startedAtMs = nowMs;
      if (wall === 'keeps time') return;
      wallAtStart = -nowMs * rate;
      isKept = false;
    },
    correct(nowMs, error) {
      isKept = true;
      wallAtStart = WORLD_START_EPOCH * 1_000 + nowMs + error - nowMs * rate;
    },
  };
}
