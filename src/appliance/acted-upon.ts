/**
 * Releases and Declines that were acted upon: a copy that comes late, over the LAN or through the partner, must not free what its
 * client got since (R-LH5). A client that sends one again keeps its transaction-id (RFC 9915 section 15).
 */
import { MessageType, formatHex } from '../wire/index.ts';
import type { ClientMessage, MonotonicMs } from '../wire/index.ts';

/** Longer than a client goes on with one (REL_TIMEOUT and REL_MAX_RC, RFC 9915 section 7.6), and a copy may be on its way. */
const KEPT_MS = 30_000;
const KEPT_MAX = 4_096;

export interface ActedUpon {
  isCopy(message: ClientMessage, now: MonotonicMs): boolean;
  note(message: ClientMessage, now: MonotonicMs): void;
  /** A commit failed: nobody knows any more what was done. */
  forget(): void;
}

export function createActedUpon(): ActedUpon {
  const times = new Map<string, MonotonicMs>();
  return {
    isCopy(message, now) {
      if (!endsLeases(message)) return false;
      const at = times.get(keyOf(message));
      return at !== undefined && now - at <= KEPT_MS;
    },
    note(message, now) {
      if (!endsLeases(message)) return;
      const key = keyOf(message);
      times.delete(key);
      times.set(key, now);
      for (const [oldest, at] of times) {
        if (times.size <= KEPT_MAX && now - at <= KEPT_MS) return;
        times.delete(oldest);
      }
    },
    forget() {
      times.clear();
    },
  };
}

export function endsLeases({ type }: Pick<ClientMessage, 'type'>): boolean {
  return type === MessageType.RELEASE || type === MessageType.DECLINE;
}

function keyOf({ type, transactionId, clientId }: ClientMessage): string {
  return `${type} ${transactionId} ${clientId === undefined ? '' : formatHex(clientId, '')}`;
}
