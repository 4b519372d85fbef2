/**
 * Solicits that this box left to its partner, for the moment at which it turns out that the partner is dead: their clients wait for an
 * Advertise all the time until they ask again, which may be seconds (RFC 9915 section 15). One that comes twice does no harm: it
 * commits nothing.
 */
import type { MonotonicMs } from '../wire/index.ts';
import type { ReceivedDatagram } from './event.ts';

/** A client's third Solicit comes some 2.1 s behind the second, and the fourth 4.2 s behind that (RFC 9915 sections 7.6 and 15). */
const KEPT_MS = 4_500;
const KEPT_MAX = 512;
/** Longer ones are no client's. */
const OCTETS_MAX = 1_500;

export interface UnansweredSolicits {
  /** @param client who asks: of each the last one is kept */
  keep(relationship: string, client: string, datagram: ReceivedDatagram, now: MonotonicMs): void;
  /** Those of one relationship, oldest first; they are forgotten. */
  take(relationship: string, now: MonotonicMs): readonly ReceivedDatagram[];
}

interface Kept {
  readonly relationship: string;
  readonly datagram: ReceivedDatagram;
  readonly since: MonotonicMs;
}

export function createUnansweredSolicits(): UnansweredSolicits {
  const kept = new Map<string, Kept>();
  return {
    keep(relationship, client, datagram, now) {
      if (datagram.bytes.length > OCTETS_MAX) return;
      kept.delete(client);
      kept.set(client, { relationship, datagram, since: now });
      for (const [oldest, { since }] of kept) {
        if (kept.size <= KEPT_MAX && now - since <= KEPT_MS) return;
        kept.delete(oldest);
      }
    },
    take(relationship, now) {
      const own = [...kept].filter(([, one]) => one.relationship === relationship);
      for (const [client] of own) kept.delete(client);
      return own.filter(([, { since }]) => now - since <= KEPT_MS).map(([, { datagram }]) => datagram);
    },
  };
}
