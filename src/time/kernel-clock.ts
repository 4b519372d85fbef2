/** Whether anything keeps the kernel's clock right, as the kernel itself knows it. */
import { loadNativeAddon } from '../native-addon.ts';

interface NativeKernelClock {
  maxError(): number;
}

const native = loadNativeAddon('kernel-clock') as NativeKernelClock;

export interface KernelClock {
  readonly isSynchronized: boolean;
  /** How far it may be off, in seconds; undefined where that is not known. */
  readonly maxError: number | undefined;
}

const UNKNOWN: KernelClock = { isSynchronized: false, maxError: undefined };

/**
 * The error that the kernel takes for "nobody knows" (NTP_PHASE_LIMIT, in microseconds): it begins with it, goes back to it when the
 * clock is set, and comes to it some nine hours after NTP fell silent. The flag STA_UNSYNC says something else: chrony leaves it set
 * unless it has `rtcsync`, so that the kernel does not write to an RTC.
 */
const ERROR_MAX = 16_000_000;

/** A microsecond or two. A sandbox that forbids adjtimex(2) leaves a clock of which nothing is known. */
export function readKernelClock(): KernelClock {
  try {
    const error = native.maxError();
    return error < ERROR_MAX ? { isSynchronized: true, maxError: error / 1_000_000 } : UNKNOWN;
  } catch {
    return UNKNOWN;
  }
}
