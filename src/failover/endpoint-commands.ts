/** What the operator may tell an endpoint, and when not (RFC 8156 sections 8.4, 8.8.2, 8.9.2, 8.11.2; F-GAP-18). */
import { FailoverStatusCode } from '../wire/index.ts';
import type { Now } from '../wire/index.ts';
import { comeBack, disconnect } from './endpoint-connection.ts';
import { fire, isRecovering, want } from './endpoint-machine.ts';
import { logOf } from './endpoint.ts';
import type { Endpoint, UpdateRequestKind } from './endpoint.ts';
import { EndpointState, endpointStateName } from './endpoint-state.ts';
import type { FailoverCommand } from './event.ts';
import type { Trigger } from './state-table.ts';

/** @returns why it is refused; undefined when it is done */
export function command(endpoint: Endpoint, given: FailoverCommand, now: Now): string | undefined {
  const refusal = obey(endpoint, given, now);
  if (refusal === undefined) logOf(endpoint, 'warning', `the operator said: ${given}`);
  else logOf(endpoint, 'info', `the operator said ${given}, which was refused: ${refusal}`);
  return refusal;
}

function obey(endpoint: Endpoint, given: FailoverCommand, now: Now): string | undefined {
  switch (given) {
    case 'partner-down':
    case 'force-partner-down':
      return partnerDown(endpoint, given, now);
    case 'resync':
      return resync(endpoint, 'unacked');
    case 'resync-all':
      return resync(endpoint, 'all');
    case 'pause':
      return hold(endpoint, 'pause', now);
    case 'handover':
      return hold(endpoint, 'handover', now);
    case 'resume':
      return resume(endpoint, now);
  }
}

/** A partner that is there all the same waits for a conflict to be settled, and says so only when they meet anew. */
function partnerDown(endpoint: Endpoint, given: FailoverCommand & Trigger, now: Now): string | undefined {
  const isWaitedFor = endpoint.state === EndpointState.POTENTIAL_CONFLICT && endpoint.record.current.partnerState === EndpointState.POTENTIAL_CONFLICT;
  if (!fire(endpoint, given, now)) return whyNotPartnerDown(endpoint, given);
  if (isWaitedFor) disconnect(endpoint, { code: FailoverStatusCode.ServerShuttingDown, text: 'the operator said that the partner is down' }, 'lost', now);
  return undefined;
}

function whyNotPartnerDown({ state, configuration: { partnerName } }: Endpoint, given: FailoverCommand): string {
  switch (state) {
    case EndpointState.PARTNER_DOWN:
      return 'this box is in PARTNER-DOWN already';
    case EndpointState.STARTUP:
      return 'this box is only starting: it first has to see whether the partner is there';
    default:
      return given === 'force-partner-down'
        ? `${partnerName} is connected and has what this box lacks: stop it first, if this box is to serve alone`
        : `in ${endpointStateName(state)} this box lacks leases that ${partnerName} knows; ` +
            `"force-partner-down" goes on without them, for a partner that is gone for good`;
  }
}

function resync(endpoint: Endpoint, kind: UpdateRequestKind): string | undefined {
  const { connection, asked, configuration, record } = endpoint;
  const { updateAllNeeded, partnerState } = record.current;
  if (connection?.phase !== 'ok') return `there is no connection to ${configuration.partnerName}`;
  if (isRecovering(partnerState)) {
    if (updateAllNeeded) return 'neither box has the leases: "force-partner-down" on one of the two lets it begin anew';
    // What it says is free it may have promised before it forgot (section 8.6).
    return `${configuration.partnerName} is recovering, and knows nothing that this box lacks: they are in step when it has`;
  }
  if (asked?.kind === 'all' || asked?.kind === kind) return 'the partner is sending what it was asked for already';
  want(endpoint, kind);
  return undefined;
}

const HOLDING = { pause: 'the operator paused the partnership', handover: 'the operator hands the clients to the partner' };

function hold(endpoint: Endpoint, how: 'pause' | 'handover', now: Now): string | undefined {
  if (endpoint.held !== undefined) return `it is held already ("${endpoint.held}"): resume first`;
  if (how === 'handover' && !(endpoint.state === EndpointState.NORMAL && endpoint.connection?.phase === 'ok')) {
    return `in ${endpointStateName(endpoint.state)} nobody else would serve the clients`;
  }
  endpoint.held = how;
  endpoint.reconnect.halt();
  disconnect(endpoint, { code: FailoverStatusCode.ServerShuttingDown, text: HOLDING[how] }, 'lost', now);
  return undefined;
}

function resume(endpoint: Endpoint, now: Now): string | undefined {
  if (endpoint.held === undefined) return 'it is not held';
  endpoint.held = undefined;
  comeBack(endpoint, now);
  return undefined;
}
