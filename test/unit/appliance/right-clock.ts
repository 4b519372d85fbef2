import type { ClockStart } from '../../../src/clock/index.ts';
import type { ClockFacts } from '../../../src/failover/index.ts';
import { epochSeconds, monotonicMs } from '../../../src/wire/index.ts';

const ID = new Uint8Array(8);

/** The clock of a box that has always been right, for tests that are about something else; it shows this when the monotonic clock shows 0. */
export function rightClock(epoch: number): ClockStart {
  return {
    timescales: [{ index: 0, id: ID, correction: 0, ahead: 0, begins: 'start' }],
    saved: undefined,
    builtAt: epochSeconds(0),
    seed: ID,
    system: 'believed',
    now: { epoch: epochSeconds(epoch), monotonic: monotonicMs(0) },
  };
}

/** The same for an endpoint by itself. */
export const RIGHT_CLOCK: ClockFacts = {
  isTrusted: () => true,
  isDurable: () => true,
  isExact: () => true,
  report: () => ({ trusted: true, source: 1, timescales: [{ id: ID, correction: 0 }] }),
};
