/** So many messages a second are relayed for links that the partner calls well: a flood on the LAN is no flood on the connection. */
import type { MonotonicMs } from '../../wire/index.ts';

const COST_MS = 5;
/** Two hundred clients that ask again at once. */
const BURST_MS = 1_000;

export interface RelayRate {
  admits(now: MonotonicMs): boolean;
}

/** The generic cell rate algorithm: one time, until which all that went before is paid for. */
export function createRelayRate(): RelayRate {
  let paidUntil = -Infinity;
  return {
    admits(now) {
      const owed = Math.max(paidUntil, now);
      if (owed - now >= BURST_MS) return false;
      paidUntil = owed + COST_MS;
      return true;
    },
  };
}
