import { INFINITY_SECONDS, type EpochSeconds, type Seconds } from '../wire/index.ts';

/** The state-expiration-time of what never ends by itself. */
export const NEVER = 0xffffffff as EpochSeconds;

const LATEST = (NEVER - 1) as EpochSeconds;

/** When a lifetime that starts now ends. Infinity never ends; a finite one ends at 0xfffffffe at the latest. */
export function saturatedExpirationTime(now: EpochSeconds, lifetime: Seconds): EpochSeconds {
  if (lifetime === INFINITY_SECONDS) return NEVER;
  return Math.min(now + lifetime, LATEST) as EpochSeconds;
}

/** The same moment in a timescale whose clock is ahead by so many seconds; "none" (0) and NEVER stay what they are. */
export function movedTime(time: EpochSeconds, by: number): EpochSeconds {
  if (time === 0 || time === NEVER || by === 0) return time;
  return Math.min(Math.max(time + by, 1), LATEST) as EpochSeconds;
}

/** What is left at `now` of a lifetime with this end; infinity when it never ends, 0 when it is over. */
export function remainingLifetime(end: EpochSeconds, now: EpochSeconds): Seconds {
  if (end === NEVER) return INFINITY_SECONDS;
  return Math.max(0, end - now) as Seconds;
}

/** T1 and T2 of an IA (RFC 9915 21.4, 21.21), in seconds; 0: left to the client. */
export interface RenewalTimes {
  readonly t1: Seconds;
  readonly t2: Seconds;
}

/** A configured T1 or T2: a time, or what RFC 9915 21.4 recommends. */
export type RenewalSetting = Seconds | 'auto';

/**
 * T1 and T2 for every IA of a Reply (RFC 9915 18.3.4: the same in all), from the shortest preferred lifetime
 * that the Reply gives. By themselves they are 0.5 and 0.8 of it, infinity if it is infinite. Set ones count, but neither
 * comes after the preferred lifetime's end, and T1 never comes after T2: the client would discard the IA (21.4).
 */
export function renewalTimes(shortestPreferred: Seconds, t1: RenewalSetting, t2: RenewalSetting): RenewalTimes {
  const second = renewalTime(shortestPreferred, t2, 0.8);
  const first = renewalTime(shortestPreferred, t1, 0.5);
  return { t1: second > 0 && first > second ? second : first, t2: second };
}

function renewalTime(shortestPreferred: Seconds, setting: RenewalSetting, share: number): Seconds {
  if (setting !== 'auto') return Math.min(setting, shortestPreferred) as Seconds;
  if (shortestPreferred === INFINITY_SECONDS) return INFINITY_SECONDS;
  return Math.floor(shortestPreferred * share) as Seconds;
}
