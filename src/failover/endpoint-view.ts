import { LinkVerdict, epochSeconds } from '../wire/index.ts';
import type { EpochSeconds, LinkHealth, MonotonicMs, Now } from '../wire/index.ts';
import { responsivenessNow } from './endpoint-heartbeat.ts';
import type { Endpoint } from './endpoint.ts';
import { evidenceText, verdictName } from './relaying/link-health-text.ts';
import { isCutOff } from './endpoint-relaying.ts';
import type { LinkOpinion, LinkView, RelationshipView } from './relationship-view.ts';

/** `clock`: the time of the last event. */
export function viewOf(endpoint: Endpoint, clock: () => Now): RelationshipView {
  const { record } = endpoint;
  return {
    name: endpoint.configuration.name,
    role: endpoint.configuration.role,
    get partnerName() {
      return endpoint.configuration.partnerName;
    },
    get state() {
      return endpoint.state;
    },
    get since() {
      return record.current.startTimeOfState;
    },
    get why() {
      return endpoint.why;
    },
    get partnerState() {
      return record.current.partnerState;
    },
    get partnerSince() {
      return record.current.partnerStartTimeOfState;
    },
    get lastContact() {
      return epochSeconds(Math.max(record.current.lastContact, endpoint.lastContact));
    },
    get communications() {
      if (endpoint.connection === undefined) return 'none';
      return endpoint.connection.phase === 'ok' ? 'ok' : 'connecting';
    },
    get responsiveness() {
      return responsivenessNow(endpoint);
    },
    get mclt() {
      return record.current.mclt;
    },
    get skew() {
      return endpoint.connection?.skew.seconds;
    },
    get updates() {
      return endpoint.flow.pending();
    },
    get updateCounters() {
      return endpoint.flow.counters;
    },
    get asking() {
      return endpoint.asked?.kind;
    },
    get held() {
      return endpoint.held;
    },
    get waitUntil() {
      return onWallClock(endpoint.waitEndsAt, clock());
    },
    get partnerDownAt() {
      return onWallClock(endpoint.partnerDownAt, clock());
    },
    get links() {
      return endpoint.configuration.links.map((link) => linkView(endpoint, link));
    },
    get beacons() {
      const { connection, relaying: { partnerBeacons } } = endpoint;
      if (partnerBeacons === undefined || connection?.phase !== 'ok') return undefined;
      // One that says nothing by itself for a while may live all the same.
      const aliveAt = connection.contactInterval > 0 ? connection.keepalive.heardAt : clock().monotonic;
      return { ...partnerBeacons, aliveAt };
    },
    get relayCounters() {
      return endpoint.relaying.counters;
    },
    mayReturn: (slot) => endpoint.flow.mayReturn(slot),
  };
}

function onWallClock(at: MonotonicMs | undefined, now: Now): EpochSeconds | undefined {
  return at === undefined ? undefined : epochSeconds(now.epoch + Math.ceil((at - now.monotonic) / 1_000));
}

function linkView(endpoint: Endpoint, link: string): LinkView {
  const { relaying } = endpoint;
  const partner = relaying.partner.get(link);
  return { link, own: opinion(relaying.own.get(link)), partner: opinion(partner), isRelayed: isCutOff(endpoint, link), partnerEvidence: partner?.evidence ?? 0 };
}

function opinion(health: LinkHealth | undefined): LinkOpinion | undefined {
  if (health === undefined || health.verdict === LinkVerdict.UNKNOWN) return undefined;
  return { verdict: verdictName(health.verdict), evidence: evidenceText(health), since: health.since };
}
