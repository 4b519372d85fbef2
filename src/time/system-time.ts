/** The system's clocks, and what is known of the one that shows the time of day. */
import type { SystemClock } from '../clock/index.ts';
import { epochSeconds, monotonicMs } from '../wire/index.ts';
import type { Now } from '../wire/index.ts';
import { readKernelClock } from './kernel-clock.ts';
import type { KernelClock } from './kernel-clock.ts';

/** The two clocks; an interface of its own so that a test can drive them. */
export interface SystemClocks {
  readonly epochMs: () => number;
  readonly monotonicMs: () => number;
}

export const SYSTEM_CLOCKS: SystemClocks = { epochMs: Date.now, monotonicMs: () => performance.now() };

export interface SystemTime {
  /** What the clocks show. Where the wall clock was set since they were read last, the kernel is asked first whose doing that was. */
  read(): Now;
  /** What was known of the wall clock when it was looked at last. */
  status(): SystemClock;
  /** Asks the kernel now. NTP needs no event of ours to set its mark: somebody has to look from time to time. */
  look(): void;
  /** How often it was set since the start, as far as it was read. */
  steps(): number;
  /** What the provisioning file says of the system's clock. */
  configure(clock: 'ntp' | 'system'): void;
}

/** Slewing moves both clocks; what moves one of them by more was a step. */
const STEP_MS = 1_000;

export function createSystemTime(
  configured: 'ntp' | 'system',
  clocks: SystemClocks = SYSTEM_CLOCKS,
  kernel: () => KernelClock = readKernelClock,
): SystemTime {
  let source = configured;
  let status: SystemClock = 'unconfirmed';
  let steps = 0;
  let apart = clocks.epochMs() - clocks.monotonicMs();

  const look = (): void => {
    if (source === 'system') status = 'believed';
    else status = kernel().isSynchronized ? 'synchronized' : 'unconfirmed';
  };
  look();

  return {
    read() {
      const epochMs = clocks.epochMs();
      const monotonic = clocks.monotonicMs();
      const moved = epochMs - monotonic - apart;
      if (moved > STEP_MS || moved < -STEP_MS) {
        apart += moved;
        steps++;
        look();
      }
      return { epoch: epochSeconds(Math.floor(epochMs / 1_000)), monotonic: monotonicMs(monotonic) };
    },
    status: () => status,
    look,
    steps: () => steps,
    configure(clock) {
      source = clock;
      look();
    },
  };
}
