/**
 * The stable-storage heartbeat: proof that a box was serving and heard its partner (RFC 8156 sections 8.2, 8.3.2). It rides
 * on every write of the endpoint's record and on commits of leases; alone it is written once a minute.
 */
import { monotonicMs } from '../wire/index.ts';
import type { EpochSeconds, MonotonicMs, Now } from '../wire/index.ts';
import type { Endpoint } from './endpoint.ts';
import type { EndpointRecord } from './endpoint-record.ts';
import { EndpointState } from './endpoint-state.ts';
import { responsivenessIn } from './endpoint-split.ts';
import { HANDED_OVER, UNRESPONSIVE, stricter } from './responsiveness.ts';
import type { Responsiveness } from './responsiveness.ts';
import { HEARTBEAT_SECONDS } from './startup.ts';

/** What this box may do for clients now. */
export function responsivenessNow(endpoint: Endpoint): Responsiveness {
  const { durableState, state, held, storageFails } = endpoint;
  // An answer that extends nothing keeps a client from asking the partner, which can.
  if (storageFails && state !== EndpointState.PARTNER_DOWN) return UNRESPONSIVE;
  const inState = stricter(responsivenessIn(endpoint, durableState), responsivenessIn(endpoint, state));
  return held === 'handover' ? stricter(inState, HANDED_OVER) : inState;
}

/** F-GAP-16: only a box that answers clients is operating. */
export function isServing(endpoint: Endpoint): boolean {
  return !responsivenessNow(endpoint).silent;
}

/** What every write of the record takes along. */
export function signsOfLife(endpoint: Endpoint, now: Now): Partial<EndpointRecord> {
  const { record, partnerSeen, servedUntil, lastContact } = endpoint;
  const { current } = record;
  endpoint.heartbeatAt = now.monotonic;
  return {
    lastOperation: latest(current.lastOperation, servedUntil),
    lastContact: latest(current.lastContact, lastContact),
    ...(partnerSeen === undefined
      ? undefined
      : { partnerGeneration: partnerSeen.generation, partnerCounter: partnerSeen.counter }),
  };
}

/** When the record is written for the heartbeat's sake. */
export function heartbeatDueAt(endpoint: Endpoint): MonotonicMs | undefined {
  if (!endpoint.record.isDurable()) return undefined;
  if (!isServing(endpoint) && endpoint.connection?.phase !== 'ok') return undefined;
  return monotonicMs(endpoint.heartbeatAt + HEARTBEAT_SECONDS * 1_000);
}

function latest(a: EpochSeconds, b: EpochSeconds): EpochSeconds {
  return a > b ? a : b;
}
