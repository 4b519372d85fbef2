/**
 * Clients whose messages are dropped for a while, because the daemon failed over them twice
 * (a poison message must not kill the box again and again).
 */
import { formatDuid } from '../wire/index.ts';
import type { Duid, MonotonicMs } from '../wire/index.ts';

const CLIENTS_MAX = 1_024;

export interface Quarantine {
  readonly isEmpty: boolean;
  /** @returns false where too many clients are quarantined already */
  put(client: Duid, until: MonotonicMs): boolean;
  holds(client: Duid, now: MonotonicMs): boolean;
}

export function createQuarantine(): Quarantine {
  const untilByClient = new Map<string, MonotonicMs>();
  return {
    get isEmpty() {
      return untilByClient.size === 0;
    },
    put(client, until) {
      if (untilByClient.size >= CLIENTS_MAX) return false;
      untilByClient.set(formatDuid(client), until);
      return true;
    },
    holds(client, now) {
      if (untilByClient.size === 0) return false;
      const key = formatDuid(client);
      const until = untilByClient.get(key);
      if (until === undefined) return false;
      if (now < until) return true;
      untilByClient.delete(key);
      return false;
    },
  };
}
