import { epochSeconds } from '../wire/index.ts';
import type { EpochSeconds, MonotonicMs, Now } from '../wire/index.ts';
import { responsivenessNow } from './endpoint-heartbeat.ts';
import type { Endpoint } from './endpoint.ts';
import type { RelationshipView } from './relationship-view.ts';

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
    mayReturn: (slot) => endpoint.flow.mayReturn(slot),
  };
}

function onWallClock(at: MonotonicMs | undefined, now: Now): EpochSeconds | undefined {
  return at === undefined ? undefined : epochSeconds(now.epoch + Math.ceil((at - now.monotonic) / 1_000));
}
