/** Takes an endpoint through the table of states (RFC 8156 section 8.1). */
import { epochSeconds, invariant, monotonicMs } from '../wire/index.ts';
import type { Now } from '../wire/index.ts';
import { logOf } from './endpoint.ts';
import type { Endpoint, UpdateRequestKind } from './endpoint.ts';
import { isServing } from './endpoint-heartbeat.ts';
import { noteSeen } from './endpoint-sightings.ts';
import type { EndpointRecord } from './endpoint-record.ts';
import { EndpointState, endpointStateName } from './endpoint-state.ts';
import { LAST_REPLY_MARGIN } from './last-reply.ts';
import { isAfterFailure } from './startup.ts';
import { nextStep, nextTrigger } from './state-machine.ts';
import type { Situation, Step } from './state-machine.ts';
import type { Action, Condition, Trigger } from './state-table.ts';

/** More rows in one go than the longest way through the table has. */
const STEPS_MAX = 6;

/** @returns whether the table has a row for this now */
export function fire(endpoint: Endpoint, trigger: Trigger, now: Now): boolean {
  const first = nextStep(trigger, situationOf(endpoint));
  let step = first;
  for (let left = STEPS_MAX; step !== undefined; left--) {
    invariant(left > 0, 'the table of states leads somewhere');
    if (step.row.does !== undefined) perform(endpoint, step.row.does);
    if (step.to !== step.from) enter(endpoint, step, now);
    const situation = situationOf(endpoint);
    const again = nextTrigger(step, situation);
    step = again === undefined ? undefined : nextStep(again, situation);
  }
  return first !== undefined;
}

function situationOf(endpoint: Endpoint): Situation {
  return {
    role: endpoint.configuration.role,
    state: endpoint.state,
    previousState: endpoint.previousState,
    partner: partnerOf(endpoint),
    holds: (condition) => holds(endpoint, condition),
  };
}

function partnerOf({ connection, record }: Endpoint): Situation['partner'] {
  const { partnerState } = record.current;
  if (connection?.phase !== 'ok' || partnerState === 0) return undefined;
  return { state: partnerState, isStarting: connection.partnerIsStarting };
}

function holds(endpoint: Endpoint, condition: Condition): boolean {
  const { connection, record, configuration, database } = endpoint;
  const { partnerState, partnerStartTimeOfState, hasCommunicated, updateAllNeeded } = record.current;
  switch (condition) {
    case 'served-alone-after-us':
      return isAfterFailure(partnerStartTimeOfState, endpoint.failureTime) && endpoint.clock.isExact(endpoint.failureLabel);
    case 'first-start-alone':
      return endpoint.isFirstStart && !updateAllNeeded && configuration.standAloneStart;
    case 'first-meeting':
      // A box that lost its storage does not know that; and its partner's may be an old copy.
      return !hasCommunicated && !database.isLost && !updateAllNeeded && connection?.partnerHadCommunicated === false;
    case 'storage-lost':
      return updateAllNeeded;
    case 'partner-gone':
      return connection?.phase !== 'ok' || (updateAllNeeded && isRecovering(partnerState));
  }
}

/** Neither serves nor has all leases. */
export function isRecovering(state: EndpointState | 0): boolean {
  return (
    state === EndpointState.RECOVER || state === EndpointState.RECOVER_WAIT || state === EndpointState.RECOVER_DONE
  );
}

/** What is to be asked of the partner as soon as stable storage has all that was decided: less is never asked instead of everything. */
export function want(endpoint: Endpoint, kind: UpdateRequestKind): void {
  if (endpoint.wanted !== 'all') endpoint.wanted = kind;
}

function perform(endpoint: Endpoint, action: Action): void {
  const { record, connection } = endpoint;
  switch (action) {
    case 'ask-for-updates': {
      const isForgotten = !record.current.hasCommunicated && connection?.partnerHadCommunicated === true;
      want(endpoint, record.current.updateAllNeeded || record.current.restNeeded || isForgotten ? 'all' : 'unacked');
      break;
    }
    case 'ask-for-what-is-left':
      // It served alone, and never was in NORMAL, or has no record of that: what it asked for when the operator said so may not have reached the partner.
      if (endpoint.state === EndpointState.PARTNER_DOWN && !record.current.hasCommunicated && !endpoint.isRebuilt) record.update({ restNeeded: true });
      if (record.current.restNeeded) want(endpoint, 'all');
      break;
    case 'distrust-storage':
      endpoint.emit({ kind: 'setDatabaseAside' });
      voidAcknowledgements(endpoint);
      record.update({ updateAllNeeded: true, lastOperation: epochSeconds(0) });
      endpoint.failureTime = undefined;
      endpoint.previousState = EndpointState.RECOVER;
      break;
    case 'accept-storage':
      // The partner that lost its leases as well may have some of those that this box lacks.
      if (record.current.updateAllNeeded && connection?.phase === 'ok') want(endpoint, 'all');
      record.update({ updateAllNeeded: false, restNeeded: record.current.restNeeded || record.current.updateAllNeeded });
      break;
  }
}

/** Also those that a commit on its way is writing. */
function voidAcknowledgements({ record, flow, commitCounter }: Endpoint): void {
  const acksVoidThrough = commitCounter() + 1;
  record.update({ acksVoidThrough });
  flow.voidAcknowledgements(acksVoidThrough);
}

function enter(endpoint: Endpoint, { row, from, to }: Step, now: Now): void {
  const { record } = endpoint;
  if (from === EndpointState.PARTNER_DOWN) leavePartnerDown(endpoint);
  if (isServing(endpoint)) endpoint.servedUntil = now.epoch;
  logOf(
    endpoint,
    to === EndpointState.NORMAL ? 'info' : 'warning',
    `${endpointStateName(from)} -> ${endpointStateName(to)}: ${row.because} (RFC 8156 ${row.section})`,
  );
  endpoint.emit({ kind: 'transition', relationship: endpoint.configuration.name, from, to, why: row.because });
  endpoint.state = to;
  endpoint.why = row.because;
  endpoint.startupEndsAt = undefined;
  record.update(recordOf(endpoint, from, to, now));
  endpoint.waitEndsAt = to === EndpointState.RECOVER_WAIT ? monotonicMs(now.monotonic + waitMs(endpoint, now)) : undefined;
  const { connection } = endpoint;
  if (connection === undefined) return;
  connection.owesState = true;
  noteSeen(endpoint, connection);
}

/** A box that starts again in the state that it was in has been in it all the time. */
function recordOf(endpoint: Endpoint, from: EndpointState, to: EndpointState, now: Now): Partial<EndpointRecord> {
  const { current } = endpoint.record;
  if (from === EndpointState.STARTUP && to === current.state) return {};
  return {
    state: to,
    previousState: current.state,
    startTimeOfState: now.epoch,
    hasCommunicated: current.hasCommunicated || to === EndpointState.NORMAL,
  };
}

/**
 * What is left of MCLT and a little since the time of failure, or since the start where that is unknown (section 8.6.2), or not exactly
 * known: how long the box was off is not then, either (R-ST2).
 */
function waitMs({ record, failureTime, failureLabel, clock, bootTime, servedUntil }: Endpoint, now: Now): number {
  const { mclt } = record.current;
  const from = Math.max(clock.isExact(failureLabel) ? (failureTime ?? bootTime) : bootTime, servedUntil);
  const wait = mclt + LAST_REPLY_MARGIN;
  return Math.min(Math.max(from + wait - now.epoch, 0), wait) * 1_000;
}

/** What is the partner's is the partner's again, at once. */
function leavePartnerDown({ emit, configuration: { name } }: Endpoint): void {
  emit({ kind: 'partnerShare', relationship: name, usableFrom: undefined });
  emit({ kind: 'endTimes', relationship: name, entry: undefined });
}
