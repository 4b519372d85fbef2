import type { Stamps } from '../../../src/time/index.ts';
import { epochSeconds, monotonicMs } from '../../../src/wire/index.ts';

/** Time stands still here, or goes on as `date` does. */
export function stampsAt(date: Date | (() => Date), isTrusted = true): Stamps {
  const now = (): number => (typeof date === 'function' ? date() : date).getTime();
  return {
    moment: () => monotonicMs(now()),
    date: (moment) => new Date(moment ?? now()),
    epoch: () => epochSeconds(Math.floor(now() / 1_000)),
    isTrusted: () => isTrusted,
  };
}
