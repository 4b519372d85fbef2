/** What an endpoint sends. */
import { FailoverMessageType } from '../wire/index.ts';
import type { FailoverMessage, FailoverStatus, Now, StateMessage } from '../wire/index.ts';
import type { Connection } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import { EndpointState } from './endpoint-state.ts';
import { introduction } from './extensions.ts';

/** Sends to the partner; nothing without a connection. */
export function send(endpoint: Endpoint, message: FailoverMessage, now: Now): void {
  const { connection } = endpoint;
  if (connection === undefined) return;
  connection.keepalive.sent(now.monotonic);
  endpoint.emit({ kind: 'send', connection: connection.id, message });
}

/** Says goodbye, and why (RFC 8156 section 5.3.10), and closes behind it. The endpoint forgets the connection elsewhere. */
export function sendDisconnect(endpoint: Endpoint, connection: Connection, status: FailoverStatus): void {
  endpoint.emit({
    kind: 'send',
    connection: connection.id,
    message: { type: FailoverMessageType.DISCONNECT, transactionId: endpoint.transactionIds.next(), status },
  });
  endpoint.emit({ kind: 'close', connection: connection.id });
}

/** What this endpoint is now (section 6.3); in STARTUP the state before it, and a flag (section 8.3.1). */
export function stateMessage(endpoint: Endpoint, connection: Connection): StateMessage {
  const { state, previousState, record } = endpoint;
  const isStarting = state === EndpointState.STARTUP;
  const told = isStarting ? previousState : state;
  const { startTimeOfState } = record.current;
  return {
    type: FailoverMessageType.STATE,
    transactionId: endpoint.transactionIds.next(),
    serverState: told,
    serverFlags: {
      startup: isStarting,
      communicated: connection.hadCommunicated,
      ackStartup: connection.partnerIsStarting,
    },
    startTimeOfState,
    partnerDownTime: told === EndpointState.PARTNER_DOWN ? startTimeOfState : undefined,
    vendor: connection.isIntroduced ? [] : introduction(endpoint, connection.extensions),
  };
}
