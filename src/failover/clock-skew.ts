/**
 * How far the partner's clock is off, judged by the sent-times of its messages (RFC 8156 sections 7.1, 7.5.1). A message that
 * waited on its way looks older than it is, never newer: so of a few messages the one that looks least old counts.
 */
import type { EpochSeconds } from '../wire/index.ts';

/** Clocks further apart than this can't order what happens to leases. */
export const SKEW_MAX_SECONDS = 5;

/** So many messages, sent in as many seconds, have to agree that the partner's clock is behind. That it is ahead, one can prove. */
const MESSAGES = 4;

/**
 * From the first to the last of them at least so long lies between their sent-times. Where a box stood still all that came meanwhile is read
 * at once, and only the last of it looks new: after less than twice five seconds one of them does.
 */
const SPAN_SECONDS = SKEW_MAX_SECONDS;

export interface ClockSkew {
  heard(sentTime: EpochSeconds, receivedAt: EpochSeconds): void;
  /** Seconds that the partner's clock is behind (negative: ahead of) this one; undefined before the first message. */
  readonly seconds: number | undefined;
  readonly isExcessive: boolean;
}

/** Of what was sent in one second, how old that looked which looked least old. */
interface SentSecond {
  readonly sentTime: EpochSeconds;
  least: number;
}

export function createClockSkew(): ClockSkew {
  let recent: SentSecond[] = [];
  /** Of none it is infinite. */
  const least = (): number => recent.reduce((found, each) => Math.min(found, each.least), Infinity);
  const isEnough = (): boolean => recent.length >= MESSAGES && (recent.at(-1)?.sentTime ?? 0) - (recent[0]?.sentTime ?? 0) >= SPAN_SECONDS;
  return {
    heard(sentTime, receivedAt) {
      const late = receivedAt - sentTime;
      const last = recent.at(-1);
      if (last?.sentTime === sentTime) last.least = Math.min(last.least, late);
      else {
        // Its clock was set back: what was before says nothing any more.
        if (last !== undefined && last.sentTime > sentTime) recent = [];
        recent.push({ sentTime, least: late });
        while (recent.length > MESSAGES && sentTime - (recent[1]?.sentTime ?? 0) >= SPAN_SECONDS) recent.shift();
      }
    },
    get seconds() {
      return recent.length === 0 ? undefined : least();
    },
    get isExcessive() {
      return least() < -SKEW_MAX_SECONDS || (isEnough() && least() > SKEW_MAX_SECONDS);
    },
  };
}

/** "the partner's clock is 7 s behind" */
export function describeSkew(skew: number): string {
  return `the partner's clock is ${Math.abs(skew)} s ${skew > 0 ? 'behind' : 'ahead'}`;
}
