// The clock of one box's system, as the programs on it see it: it may be off, and NTP may or may not keep it right.

import { writeFileSync } from 'node:fs';
import { withClock } from './programs.ts';

/** NTP_PHASE_LIMIT: the kernel knows nothing of its clock. */
const unknownErrorUs = 16_000_000n;
const smallErrorUs = 20_000n;

/** What is said of it takes effect at once, also for a program that runs. */
export interface SystemClock {
  /** Its time of day is off by so many seconds. */
  shift(seconds: number): void;
  /** It shows 1970, and nobody keeps it right. */
  losesTime(): void;
  /** NTP is reached: it shows the right time, and the kernel says so. */
  isKept(): void;
  /** NTP is not reached: the kernel knows nothing of it. */
  isLeft(): void;
  /** The command line that runs `command` by this clock. */
  under(command: readonly string[]): Promise<readonly string[]>;
}

/** Right, and kept so. @param file for its settings, which programs map: it stays the same file */
export function makeSystemClock(file: string): SystemClock {
  let shiftNs = 0n;
  let errorUs = smallErrorUs;
  const write = (): void => {
    writeFileSync(file, new Uint8Array(BigInt64Array.of(shiftNs, errorUs).buffer), { flag: isMade ? 'r+' : 'w' });
  };
  let isMade = false;
  write();
  isMade = true;
  const shift = (seconds: number): void => {
    shiftNs = BigInt(Math.round(seconds * 1_000_000_000));
    write();
  };
  return {
    shift,
    losesTime() {
      errorUs = unknownErrorUs;
      // A minute after the epoch.
      shift(60 - Math.floor(Date.now() / 1_000));
    },
    isKept() {
      errorUs = smallErrorUs;
      shift(0);
    },
    isLeft() {
      errorUs = unknownErrorUs;
      write();
    },
    under: async (command) => await withClock(file, command),
  };
}
