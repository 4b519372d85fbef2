/**
 * What an endpoint owes its partner, and says as soon as stable storage has what it speaks of (RFC 8156 sections 6.3, 8.1):
 * CONNECTREPLY, then STATE, then what it asks for. And what it may do once its state is durable.
 */
import { FailoverMessageType, epochSeconds } from '../wire/index.ts';
import type { Now } from '../wire/index.ts';
import type { Connection } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import { isServing, signsOfLife } from './endpoint-heartbeat.ts';
import { isRecovering } from './endpoint-machine.ts';
import { send, stateMessage } from './endpoint-send.ts';
import { EndpointState } from './endpoint-state.ts';
import { announcement, introduction } from './extensions.ts';
import { connectReply } from './handshake.ts';
import { LAST_REPLY_MARGIN } from './last-reply.ts';
import { updateMode } from './update-mode.ts';

/** To be called at the end of every step. */
export function settle(endpoint: Endpoint, now: Now): void {
  const { record, connection } = endpoint;
  if (isServing(endpoint)) endpoint.servedUntil = now.epoch;
  record.flush(now.monotonic, () => signsOfLife(endpoint, now));
  if (record.isDurable()) {
    if (endpoint.durableState !== endpoint.state) becomeDurable(endpoint);
    if (connection !== undefined) payDebts(endpoint, connection, now);
  }
  if (connection?.phase !== 'ok' || !connection.hasToldState) return;
  const mode = updateMode(endpoint.durableState, endpoint.state);
  endpoint.flow.setMode(mode);
  if (mode !== 'idle' && record.isDurable() && !hasNothingToTell(endpoint)) serve(endpoint);
  endpoint.flow.pump(now.epoch);
}

function becomeDurable(endpoint: Endpoint): void {
  endpoint.durableState = endpoint.state;
  if (endpoint.state === EndpointState.PARTNER_DOWN) emitPartnerDown(endpoint);
}

/**
 * What PARTNER-DOWN allows, and from when on (section 8.4.1). Where nobody knows for how long the box was off, MCLT is waited for
 * anew from its start (R-ST2).
 */
export function emitPartnerDown({ emit, configuration, clock, record, bootTime }: Endpoint): void {
  const { startTimeOfState, mclt, timescales } = record.current;
  const entry = epochSeconds(clock.isExact(timescales?.startTimeOfState ?? 0) ? startTimeOfState : Math.max(startTimeOfState, bootTime));
  const usableFrom = epochSeconds(entry + mclt + LAST_REPLY_MARGIN);
  emit({ kind: 'partnerShare', relationship: configuration.name, usableFrom });
  emit({ kind: 'endTimes', relationship: configuration.name, entry });
}

function payDebts(endpoint: Endpoint, connection: Connection, now: Now): void {
  if (connection.reply !== undefined) {
    const { configuration, record } = endpoint;
    const said =
      connection.extensions.length === 0
        ? []
        : [announcement(endpoint), ...introduction(endpoint, connection.extensions)];
    send(endpoint, connectReply(configuration, connection.reply, record.current.mclt, said), now);
    connection.reply = undefined;
    connection.isIntroduced = true;
  }
  if (connection.owesState && connection.phase !== 'connecting') {
    send(endpoint, stateMessage(endpoint, connection), now);
    connection.owesState = false;
    connection.hasToldState = true;
    connection.isIntroduced = true;
  }
  if (connection.phase === 'ok') ask(endpoint, now);
}

/** UPDREQ or UPDREQALL; the one that is outstanding is asked again only where it asked for less. */
function ask(endpoint: Endpoint, now: Now): void {
  const { wanted: kind, asked, transactionIds, record, flow } = endpoint;
  endpoint.wanted = undefined;
  if (kind === undefined || asked?.kind === kind || asked?.kind === 'all') return;
  if (asked !== undefined) transactionIds.release(asked.transactionId);
  const transactionId = transactionIds.next();
  transactionIds.reserve(transactionId);
  endpoint.asked = { kind, transactionId };
  endpoint.quietSince = now.monotonic;
  if (kind === 'all' && record.current.updateAllNeeded) flow.askedForEverything();
  const type = kind === 'all' ? FailoverMessageType.UPDREQALL : FailoverMessageType.UPDREQ;
  send(endpoint, { type, transactionId }, now);
}

/** A box that lost its leases can't say what a partner without them lacks: an UPDDONE would be a lie (R-ST1). */
function hasNothingToTell({ record }: Endpoint): boolean {
  return record.current.updateAllNeeded && isRecovering(record.current.partnerState);
}

function serve({ requests, flow }: Endpoint): void {
  if (requests.length === 0) return;
  for (const { kind, transactionId } of requests) flow.serveRequest(kind, transactionId);
  requests.length = 0;
}
