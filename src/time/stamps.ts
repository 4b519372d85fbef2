/**
 * Time stamps of what the daemon says: of log lines, alarms, reports and messages to partners. What is kept in memory is kept as a
 * moment of the monotonic clock, and has the date that is known for it when it is shown: a log that began at 1970 reads right
 * when the time is known.
 */
import type { Appliance } from '../appliance/index.ts';
import { epochSeconds, monotonicMs } from '../wire/index.ts';
import type { EpochSeconds, MonotonicMs } from '../wire/index.ts';
import { SYSTEM_CLOCKS } from './system-time.ts';
import type { SystemClocks } from './system-time.ts';

export interface Stamps {
  /** Now, as a moment that can be kept. */
  readonly moment: () => MonotonicMs;
  /** Whole seconds. @param moment now, where it is left out */
  readonly date: (moment?: MonotonicMs) => Date;
  readonly epoch: () => EpochSeconds;
  /** Whether anybody has confirmed what time it is. */
  readonly isTrusted: () => boolean;
}

interface StampsInUse extends Stamps {
  /** From now on they are by the clock of the appliance. */
  follow(appliance: Pick<Appliance, 'epoch' | 'clock'>): void;
}

/**
 * By the system's clock until there is an appliance; a command that works without a daemon has no other one.
 * @param isSystemTrusted whether anything is known to keep that right
 */
export function createStamps(isSystemTrusted: () => boolean = () => false, clocks: SystemClocks = SYSTEM_CLOCKS): StampsInUse {
  let appliance: Pick<Appliance, 'epoch' | 'clock'> | undefined;
  const epochAt = (moment: number, monotonicNow: number): EpochSeconds => {
    const shown = epochSeconds(Math.max(0, Math.floor((clocks.epochMs() - (monotonicNow - moment)) / 1_000)));
    return appliance?.epoch({ epoch: shown, monotonic: monotonicMs(moment) }) ?? shown;
  };
  const epoch = (): EpochSeconds => {
    const now = clocks.monotonicMs();
    return epochAt(now, now);
  };
  return {
    moment: () => monotonicMs(clocks.monotonicMs()),
    date: (moment) => new Date(1_000 * (moment === undefined ? epoch() : epochAt(moment, clocks.monotonicMs()))),
    epoch,
    isTrusted: () => appliance?.clock.isTrusted ?? isSystemTrusted(),
    follow(followed) {
      appliance = followed;
    },
  };
}
