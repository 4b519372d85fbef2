/**
 * Keeps one client from using up the server: messages of a client beyond a steady rate and a burst
 * are refused before they are queued. Clients share buckets by a keyed hash, so memory is fixed.
 *
 * The rate is that of the generic cell rate algorithm: a bucket stores the time at which its client
 * will have paid for what it sent so far.
 */
import type { HashKey } from '../lease/index.ts';
import { halfSipHash32 } from '../wire/index.ts';
import type { MonotonicMs } from '../wire/index.ts';

/** A client that obeys RFC 9915 section 15 sends less than two messages a second, retransmissions included. */
const MESSAGE_COST_MS = 50;
/** A router with many IAs may start them all at once. */
const BURST_MS = 2_000;
const BUCKETS = 1 << 14;

export interface ClientRate {
  /** @returns false where the client whose identifier stands at `start` sent too much lately */
  admits(bytes: Uint8Array, start: number, length: number, now: MonotonicMs): boolean;
}

export function clientRate(hashKey: HashKey): ClientRate {
  const paidUntil = new Float64Array(BUCKETS);
  return {
    admits(bytes, start, length, now) {
      const bucket = halfSipHash32(hashKey.k0, hashKey.k1, bytes, start, length) & (BUCKETS - 1);
      const owed = Math.max(paidUntil[bucket] ?? 0, now);
      if (owed - now > BURST_MS) return false;
      paidUntil[bucket] = owed + MESSAGE_COST_MS;
      return true;
    },
  };
}
