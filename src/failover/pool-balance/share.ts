/** How many delegable prefixes of a pool have to change hands (RFC 8156 section 4.2.2). */

/**
 * A prefix in the secondary's hands is a record in the table of both boxes, and a message. It serves new clients while the primary is
 * gone, until PARTNER-DOWN opens all of the pool: that many are enough. So they are where the two divide the clients and the secondary
 * gives all the time: what it has given is made good within a round trip.
 */
const GIVEN_MAX = 4_096;

/** What the configuration says of the two shares. */
export interface ShareTarget {
  /** The part that the secondary is to have, 0..1. */
  readonly prefixShare: number;
  /** How far its share may be off before anything is done, as a part of it. */
  readonly rebalanceThreshold: number;
}

/**
 * How many delegations the primary has to give to the secondary; negative: has to take back. 0 while the shares are within the threshold.
 * `primary` and `secondary` are the delegations that each could make by itself.
 */
export function toHandOver(primary: number, secondary: number, { prefixShare, rebalanceThreshold }: ShareTarget): number {
  const target = Math.min(Math.floor((primary + secondary) * prefixShare), GIVEN_MAX);
  const missing = target - secondary;
  return Math.abs(missing) > target * rebalanceThreshold ? missing : 0;
}
