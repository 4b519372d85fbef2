/**
 * How far the partner's clock is off, judged by the sent-times of its messages (RFC 8156 sections 7.1, 7.5.1). A message that
 * waited on its way looks older than it is, never newer: so of a few messages the one that looks least old counts.
 */
import type { EpochSeconds } from '../wire/index.ts';

/** Clocks further apart than this can't order what happens to leases. */
export const SKEW_MAX_SECONDS = 5;

/** So many messages have to agree that the partner's clock is behind. That it is ahead, one can prove. */
const MESSAGES = 4;

export interface ClockSkew {
  heard(sentTime: EpochSeconds, receivedAt: EpochSeconds): void;
  /** Seconds that the partner's clock is behind (negative: ahead of) this one; undefined before the first message. */
  readonly seconds: number | undefined;
  readonly isExcessive: boolean;
}

export function createClockSkew(): ClockSkew {
  const recent: number[] = [];
  const least = (): number => Math.min(...recent);
  return {
    heard(sentTime, receivedAt) {
      recent.push(receivedAt - sentTime);
      if (recent.length > MESSAGES) recent.shift();
    },
    get seconds() {
      return recent.length === 0 ? undefined : least();
    },
    get isExcessive() {
      if (recent.length === 0) return false;
      return least() < -SKEW_MAX_SECONDS || (recent.length === MESSAGES && least() > SKEW_MAX_SECONDS);
    },
  };
}

/** "the partner's clock is 7 s behind" */
export function describeSkew(skew: number): string {
  return `the partner's clock is ${Math.abs(skew)} s ${skew > 0 ? 'behind' : 'ahead'}`;
}
