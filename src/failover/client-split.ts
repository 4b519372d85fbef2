/**
 * How two boxes divide the clients between them while both are in NORMAL (R-LB1, R-LB2): by the hash of RFC 3074 section 6 over what
 * identifies a client. A client that names a server is that server's, whatever the hash says.
 */
import { HASH_BUCKETS, countBuckets, firstBuckets, hasBucket, otherBuckets, pearsonHash, sameBytes } from '../wire/index.ts';
import type { HashMap } from '../wire/index.ts';
import { RESPONSIVE_ALONE } from './responsiveness.ts';
import type { ClientShare, Responsiveness } from './responsiveness.ts';

/** The name of what is left to each. */
export const SPLIT = 'responsive to its hash buckets';

/** What the two agreed on when they connected. */
export interface ClientSplit {
  /** The buckets of this box. */
  readonly map: HashMap;
  /** What NORMAL leaves to it, both being in it. */
  readonly both: Responsiveness;
  /** What it leaves to a secondary whose primary has not said that it is in NORMAL, and may answer everybody. */
  readonly beside: Responsiveness;
}

/** The map that a primary proposes. @param share its part of the buckets, 0..1; each box gets one at least */
export function proposedMap(share: number): HashMap {
  return firstBuckets(Math.min(Math.max(Math.round(share * HASH_BUCKETS), 1), HASH_BUCKETS - 1));
}

/** What is left to a secondary; undefined where one of the two would have no clients: that is no proposal. */
export function mapBeside(proposed: HashMap): HashMap | undefined {
  const count = countBuckets(proposed);
  return count === 0 || count === HASH_BUCKETS ? undefined : otherBuckets(proposed);
}

/** Both maps together are all ones, and no bucket is in both. */
export function isOther(map: HashMap, own: HashMap): boolean {
  return sameBytes(map, otherBuckets(own));
}

export function clientSplit(map: HashMap): ClientSplit {
  const share: ClientShare = { has: (identity) => hasBucket(map, pearsonHash(identity)), buckets: countBuckets(map) };
  const both: Responsiveness = { ...RESPONSIVE_ALONE, name: SPLIT, share };
  return { map, both, beside: { ...both, alone: false } };
}
