/** What an endpoint does with its partner's messages (RFC 8156 sections 5.3, 6.4, 7.5.1). */
import { FailoverMessageType, FailoverStatusCode, epochSeconds, failoverMessageTypeName } from '../wire/index.ts';
import type { BareMessage, DisconnectMessage, EpochSeconds, FailoverMessage, Now, StateMessage } from '../wire/index.ts';
import { describeSkew } from './clock-skew.ts';
import type { Connection } from './connection.ts';
import { clockHeard } from './endpoint-clock.ts';
import { logOf } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import { certificatesHeard } from './endpoint-certificates.ts';
import { connectReplied, disconnect, heardExtensions, isExpected, lost } from './endpoint-connection.ts';
import { fire } from './endpoint-machine.ts';
import { relayHeard } from './endpoint-relaying.ts';
import { jointWorkHeard } from './endpoint-joint-work.ts';
import { noteSeen } from './endpoint-sightings.ts';
import { EndpointState, toEndpointState } from './endpoint-state.ts';

/** What the partner asked for and this box can't serve yet; one that asks more often than that is not served twice. */
const REQUESTS_MAX = 16;

export function received(
  endpoint: Endpoint,
  connection: Connection,
  message: FailoverMessage,
  receivedAt: EpochSeconds,
  now: Now,
): void {
  connection.keepalive.heard(now.monotonic);
  endpoint.lastContact = now.epoch;
  if (!isExpected(connection, message.type)) {
    const text = `${failoverMessageTypeName(message.type)} was not expected now`;
    disconnect(endpoint, { code: FailoverStatusCode.UnspecFail, text }, 'refused', now);
    return;
  }
  if (clockHeard(endpoint, connection, message, receivedAt, now)) return;
  if (message.sentTime !== undefined && !connection.awaitsClock) connection.skew.heard(message.sentTime, receivedAt);
  if (connection.skew.isExcessive && message.type !== FailoverMessageType.DISCONNECT) {
    const text = describeSkew(connection.skew.seconds ?? 0);
    endpoint.skewRefusal = text;
    disconnect(endpoint, { code: FailoverStatusCode.ExcessiveTimeSkew, text }, 'refused', now);
    return;
  }
  dispatch(endpoint, connection, message, now);
}

function dispatch(endpoint: Endpoint, connection: Connection, message: FailoverMessage, now: Now): void {
  switch (message.type) {
    case FailoverMessageType.CONNECTREPLY:
      if (message.transactionId === connection.connectId) connectReplied(endpoint, connection, message, now);
      else logOf(endpoint, 'warning', 'a CONNECTREPLY answers no CONNECT of this box: it is ignored');
      break;
    case FailoverMessageType.STATE:
      stateHeard(endpoint, connection, message, now);
      break;
    case FailoverMessageType.CONTACT:
      heardExtensions(endpoint, connection, message.vendor, now);
      certificatesHeard(endpoint, connection, message);
      jointWorkHeard(endpoint, connection, message);
      if (connection.phase === 'ok') relayHeard(endpoint, connection, message, now);
      break;
    case FailoverMessageType.DISCONNECT:
      disconnected(endpoint, connection, message, now);
      break;
    case FailoverMessageType.BNDUPD:
      endpoint.quietSince = now.monotonic;
      // It had this box's STATE before the request, and in that what was seen of its database.
      if (endpoint.asked !== undefined) partnerFoundOut(endpoint, connection);
      endpoint.flow.received(message, now.epoch);
      break;
    case FailoverMessageType.BNDREPLY:
      endpoint.flow.received(message, now.epoch);
      break;
    case FailoverMessageType.POOLREQ:
    case FailoverMessageType.POOLRESP:
    case FailoverMessageType.UPDREQ:
    case FailoverMessageType.UPDREQALL:
    case FailoverMessageType.UPDDONE:
      bareHeard(endpoint, connection, message, now);
      break;
    case FailoverMessageType.CONNECT:
    case FailoverMessageType.STARTTLS:
    case FailoverMessageType.REPLY:
      break;
  }
}

function bareHeard(endpoint: Endpoint, connection: Connection, { type, transactionId }: BareMessage, now: Now): void {
  switch (type) {
    case FailoverMessageType.UPDREQ:
    case FailoverMessageType.UPDREQALL: {
      const kind = type === FailoverMessageType.UPDREQ ? 'unacked' : 'all';
      if (endpoint.requests.length < REQUESTS_MAX) endpoint.requests.push({ kind, transactionId });
      partnerFoundOut(endpoint, connection);
      break;
    }
    case FailoverMessageType.UPDDONE:
      updatesDone(endpoint, connection, transactionId, now);
      break;
    case FailoverMessageType.POOLREQ:
    case FailoverMessageType.POOLRESP:
      endpoint.flow.received({ type, transactionId }, now.epoch);
      break;
  }
}

function partnerFoundOut(endpoint: Endpoint, connection: Connection): void {
  connection.partnerHasFoundOut = true;
  noteSeen(endpoint, connection);
}

function updatesDone(endpoint: Endpoint, connection: Connection, transactionId: number, now: Now): void {
  const { asked, record, transactionIds } = endpoint;
  if (asked?.transactionId !== transactionId) {
    logOf(endpoint, 'warning', 'an UPDDONE answers nothing that this box asked for: it is ignored');
    return;
  }
  partnerFoundOut(endpoint, connection);
  transactionIds.release(transactionId);
  endpoint.asked = undefined;
  // Everything is about to be asked for, and was not told by this.
  if (asked.kind === 'unacked' && endpoint.wanted === 'all') return;
  endpoint.wanted = undefined;
  if (asked.kind === 'all') {
    endpoint.isRebuilt = true;
    endpoint.flow.everythingTold();
    if (record.current.updateAllNeeded || record.current.restNeeded) record.update({ updateAllNeeded: false, restNeeded: false });
  }
  logOf(endpoint, 'info', asked.kind === 'all' ? 'the partner has sent all that it knows' : 'the partner has sent all that was new');
  fire(endpoint, 'updates-done', now);
}

/** RFC 8156 section 6.4. */
function stateHeard(endpoint: Endpoint, connection: Connection, message: StateMessage, now: Now): void {
  const { serverFlags } = message;
  const state = toEndpointState(message.serverState);
  if (state === undefined || state === EndpointState.STARTUP) {
    const text = `there is no state ${message.serverState} to be in`;
    disconnect(endpoint, { code: FailoverStatusCode.UnspecFail, text }, 'refused', now);
    return;
  }
  const { record } = endpoint;
  const isFirst = connection.phase !== 'ok';
  const isNews = isFirst || state !== record.current.partnerState || serverFlags.startup !== connection.partnerIsStarting;
  connection.partnerIsStarting = serverFlags.startup;
  heardExtensions(endpoint, connection, message.vendor, now);
  record.update({
    partnerState: state,
    partnerStartTimeOfState: message.startTimeOfState,
    partnerDownTime: (state === EndpointState.PARTNER_DOWN ? message.partnerDownTime : undefined) ?? epochSeconds(0),
  });
  noteSeen(endpoint, connection);
  if (isFirst) communicate(endpoint, connection, serverFlags.communicated, now);
  if (isNews) fire(endpoint, serverFlags.startup ? 'partner-starting' : 'partner-state', now);
}

/** Communications are OK (section 6.1). */
function communicate(endpoint: Endpoint, connection: Connection, knowsThisBox: boolean, now: Now): void {
  connection.phase = 'ok';
  connection.partnerHadCommunicated = knowsThisBox;
  if (connection.contactInterval > 0) connection.keepalive.agreedInterval(connection.contactInterval);
  endpoint.reconnect.communicates(now.monotonic);
  logOf(endpoint, 'info', `communications with ${endpoint.configuration.partnerName} are OK`);
  endpoint.flow.opened(connection.maxUnackedBndupd, connection.extensions);
}

function disconnected(endpoint: Endpoint, connection: Connection, { status }: DisconnectMessage, now: Now): void {
  const text = status === undefined || status.text === '' ? 'the partner disconnected' : `the partner disconnected: ${status.text}`;
  if (status?.code === FailoverStatusCode.ExcessiveTimeSkew) endpoint.skewRefusal = status.text;
  if (status?.code !== FailoverStatusCode.ServerShuttingDown) endpoint.refusal = text;
  endpoint.emit({ kind: 'close', connection: connection.id });
  lost(endpoint, text, 'refused', now);
}
