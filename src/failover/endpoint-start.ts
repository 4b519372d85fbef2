/** How an endpoint begins and ends with its box (RFC 8156 sections 5.3.10, 8.3.2). */
import { FailoverStatusCode, monotonicMs } from '../wire/index.ts';
import type { Now } from '../wire/index.ts';
import { disconnect } from './endpoint-connection.ts';
import { isAway, logOf } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import { endpointStateName } from './endpoint-state.ts';
import { timeOfFailure } from './startup.ts';

/** STARTUP (steps 3 and 4): wait for the partner for a while; a primary dials. */
export function start(endpoint: Endpoint, now: Now): void {
  const { configuration, record, previousState } = endpoint;
  endpoint.bootTime = now.epoch;
  endpoint.failureTime = timeOfFailure(record.current.lastOperation, now.epoch);
  endpoint.failureLabel = record.current.timescales?.lastOperation ?? 0;
  endpoint.heartbeatAt = now.monotonic;
  endpoint.startupEndsAt = monotonicMs(now.monotonic + configuration.startupTime * 1_000);
  if (record.durable === undefined) record.update({ startTimeOfState: now.epoch });
  if (configuration.role === 'primary') endpoint.reconnect.begin(now.monotonic);
  logOf(endpoint, 'info', `STARTUP, ${configuration.role} of ${configuration.partnerName}; before: ${endpointStateName(previousState)}`);
}

/** A planned end: the partner is told, and serves from now on. */
export function stop(endpoint: Endpoint, now: Now): void {
  endpoint.isStopping = true;
  endpoint.reconnect.halt();
  disconnect(endpoint, { code: FailoverStatusCode.ServerShuttingDown, text: 'this box is shutting down' }, 'lost', now);
}

/** The secondary could not be reached; it is said once for each reason. */
export function dialFailed(endpoint: Endpoint, reason: string, now: Now): void {
  if (endpoint.unreachable !== reason) {
    logOf(endpoint, 'warning', `${endpoint.configuration.partnerName} can't be reached: ${reason}`);
    endpoint.unreachable = reason;
  }
  if (!isAway(endpoint)) endpoint.reconnect.failed('lost', now.monotonic);
}
