/**
 * Whether a connection is alive (RFC 8156 sections 6.5, 6.6). Between boxes of this program a CONTACT goes out several times a
 * second, and silence is judged in seconds; with any other partner the RFC's timers count.
 */
import { monotonicMs } from '../wire/index.ts';
import type { MonotonicMs, Seconds } from '../wire/index.ts';
import type { PartnerReach } from './event.ts';

/** FO_CONTACT_PER_KEEPALIVE_TIME */
const CONTACTS_PER_KEEPALIVE = 4;
/** However short the partner's keepalive time is (F-KA-7). */
const SEND_MIN_MS = 1_000;
/** With frequent CONTACT, and a partner whose host is gone, too: as many intervals, and no less than a second. */
const GONE_INTERVALS = 4;
const GONE_MIN_MS = 1_000;
/** The same while its host answers, or nobody knows: a daemon may be slow. */
const SILENT_INTERVALS = 20;
const SILENT_MIN_MS = 5_000;

export interface Keepalive {
  /** A message came. */
  heard(now: MonotonicMs): void;
  /** When the last message came, or an excuse for its absence. */
  readonly heardAt: MonotonicMs;
  /** A message went. */
  sent(now: MonotonicMs): void;
  /** This box did not listen for so long: silence in that time proves nothing. */
  stalled(ms: number, now: MonotonicMs): void;
  /** What the partner asked for in CONNECT or CONNECTREPLY. */
  agreed(partnerKeepalive: Seconds): void;
  /** Both send CONTACT this often, in milliseconds. */
  agreedInterval(interval: number): void;
  isContactDue(now: MonotonicMs): boolean;
  /** Why the connection is dead, in plain words; undefined while it is alive. To be asked when all that came was read. */
  verdict(now: MonotonicMs, reach: PartnerReach): string | undefined;
  /** When to ask next. */
  nextAt(reach: PartnerReach): MonotonicMs;
}

/** `keepalive` is this box's FO_KEEPALIVE_TIME. */
export function createKeepalive(keepalive: Seconds, now: MonotonicMs): Keepalive {
  let heardAt = now;
  let sentAt = now;
  let sendEvery = sendTime(keepalive);
  let interval = 0;

  const silenceMax = (reach: PartnerReach): number => {
    if (interval === 0) return keepalive * 1_000;
    const max =
      reach === 'answers'
        ? Math.max(SILENT_INTERVALS * interval, SILENT_MIN_MS)
        : Math.max(GONE_INTERVALS * interval, GONE_MIN_MS);
    return Math.min(max, keepalive * 1_000);
  };

  return {
    heard(at) {
      heardAt = at;
    },
    get heardAt() {
      return heardAt;
    },
    sent(at) {
      sentAt = at;
    },
    stalled(ms, at) {
      heardAt = monotonicMs(Math.min(heardAt + ms, at));
    },
    agreed(partnerKeepalive) {
      sendEvery = sendTime(partnerKeepalive);
    },
    agreedInterval(ms) {
      interval = ms;
      sendEvery = Math.min(sendEvery, ms);
    },
    isContactDue: (at) => at - sentAt >= sendEvery,
    verdict(at, reach) {
      const silence = at - heardAt;
      if (silence < silenceMax(reach)) return undefined;
      return `nothing was heard for ${(silence / 1_000).toFixed(1)} s${REACH_TEXT[reach]}`;
    },
    nextAt: (reach) => monotonicMs(Math.min(sentAt + sendEvery, heardAt + silenceMax(reach))),
  };
}

const REACH_TEXT: Readonly<Record<PartnerReach, string>> = {
  answers: '',
  silent: ', and the host answers no echo',
  'no-carrier': ', and the management port has no carrier',
};

/** FO_SEND_TIME in milliseconds. */
function sendTime(keepalive: Seconds): number {
  return Math.max((keepalive * 1_000) / CONTACTS_PER_KEEPALIVE, SEND_MIN_MS);
}
