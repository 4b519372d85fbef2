import { INFINITY_SECONDS, type EpochSeconds, type Seconds, invariant } from '../wire/index.ts';
import { type RenewalSetting, saturatedExpirationTime } from './lifetimes.ts';

/** The part of a lifetime after which clients renew (4.4.1). */
const T1_FRACTION = 0.5;

/**
 * The lifetime arithmetic of RFC 8156 section 4.4. Its fundamental relationship: what a client is promised never ends later
 * than the maximum client lead time (MCLT) behind the later of now and what the partner acknowledged.
 */

/**
 * The longest valid lifetime that may be given now where `desired` is wanted (4.4.1: the lease time of figure 1, whose
 * "floor" means the minimum). `ackedPartnerLifetime` is 0 for a new lease.
 */
export function grantableLifetime(desired: Seconds, ackedPartnerLifetime: EpochSeconds, mclt: Seconds, now: EpochSeconds): Seconds {
  return Math.min(desired, Math.max(0, ackedPartnerLifetime - now) + mclt) as Seconds;
}

/** After how long the client of a lease that was given for `actual` renews it at the latest, where T1 was configured so. */
export function latestRenewal(actual: Seconds, t1: RenewalSetting): Seconds {
  const usual = Math.floor(actual * T1_FRACTION);
  return (t1 === 'auto' ? usual : Math.max(usual, t1)) as Seconds;
}

/**
 * The partner-lifetime to send after a lease was given for `actual` where `desired` was wanted: by the time of the renewal, `t1`
 * after now, the partner will still know of it for the whole desired lifetime (4.4.1). `t1` is as told to the client, or what
 * the client will choose.
 */
export function partnerLifetimeFor(now: EpochSeconds, t1: Seconds, actual: Seconds, desired: Seconds): EpochSeconds {
  invariant(desired !== INFINITY_SECONDS, 'no lease that a partner is told of lasts forever');
  return saturatedExpirationTime(now, (Math.min(t1, actual) + desired) as Seconds);
}

/** What tells how long a partner that is down may have promised a lease to a client, and this box. */
export interface PromisedTimes {
  readonly partnerLifetime: EpochSeconds;
  readonly ackedPartnerLifetime: EpochSeconds;
  readonly expirationTime: EpochSeconds;
  /** When the client's lease ended, or was to end. */
  readonly clientExpirationTime: EpochSeconds;
}

/**
 * When a lease that ended may be given to another client while the partner is down, since `entry` (4.2.2.1, 8.4.1): the
 * MCLT behind everything that was promised, and behind `entry`.
 */
export function partnerDownReuseTime(promised: PromisedTimes, entry: EpochSeconds, mclt: Seconds): EpochSeconds {
  const latest = Math.max(
    promised.partnerLifetime,
    promised.ackedPartnerLifetime,
    promised.expirationTime,
    promised.clientExpirationTime,
    entry,
  );
  return saturatedExpirationTime(latest as EpochSeconds, mclt);
}
