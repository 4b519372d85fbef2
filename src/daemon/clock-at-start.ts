/** What is known of the time when the appliance begins to work (R-ST2). */
import { randomBytes } from 'node:crypto';
import type { ApplianceParameters } from '../appliance/index.ts';
import { MADE_AFTER } from '../made-after.ts';
import type { OpenedStore } from '../store/index.ts';
import type { ClockKeeper, SystemTime } from '../time/index.ts';

export function clockAtStart({ timescales, saved }: OpenedStore, time: SystemTime, keeper: ClockKeeper): ApplianceParameters['clock'] {
  return { timescales, saved, builtAt: MADE_AFTER, seed: randomBytes(8), system: time.status(), continued: keeper.continued(), now: time.read() };
}
