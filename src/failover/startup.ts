/** What a box makes of its stable storage when it starts (RFC 8156 sections 8.2, 8.3.2). */
import { epochSeconds } from '../wire/index.ts';
import type { EpochSeconds } from '../wire/index.ts';
import type { RelationshipConfiguration } from './configuration.ts';
import type { EndpointRecord } from './endpoint-record.ts';
import { EndpointState } from './endpoint-state.ts';

/** Alone, the heartbeat is written this often; so the box may have been serving for so long after the last one. */
export const HEARTBEAT_SECONDS = 60;
/** Two times that differ by no more are the same time (section 7.5.1). */
const SAME_TIME_SECONDS = 5;
const NONE = epochSeconds(0);

/** Of a box without a record (section 8.3.2, step 1; F-GAP-15: a primary as well). */
export function firstRecord(configuration: RelationshipConfiguration): EndpointRecord {
  return {
    relationship: configuration.name,
    role: configuration.role,
    state: EndpointState.RECOVER,
    previousState: EndpointState.RECOVER,
    startTimeOfState: NONE,
    partnerState: 0,
    partnerStartTimeOfState: NONE,
    partnerDownTime: NONE,
    lastContact: NONE,
    lastOperation: NONE,
    hasCommunicated: false,
    mclt: configuration.mclt,
    partnerGeneration: new Uint8Array(),
    partnerCounter: 0,
    updateAllNeeded: false,
    restNeeded: false,
    acksVoidThrough: 0,
  };
}

/** Where STARTUP leads back to (section 8.3.2, step 2): communications that were OK are so no more. */
export function previousStateOf(recorded: EndpointState): EndpointState {
  switch (recorded) {
    case EndpointState.NORMAL:
      return EndpointState.COMMUNICATIONS_INTERRUPTED;
    case EndpointState.POTENTIAL_CONFLICT:
      return EndpointState.RESOLUTION_INTERRUPTED;
    default:
      return recorded;
  }
}

/** TIME-OF-FAILURE: the box can't have been serving after it. Undefined where nothing is known (section 8.3.2, step 1). */
export function timeOfFailure(lastOperation: EpochSeconds, boot: EpochSeconds): EpochSeconds | undefined {
  if (lastOperation === NONE) return undefined;
  return epochSeconds(Math.min(lastOperation + HEARTBEAT_SECONDS, boot));
}

/** Whether the partner went to PARTNER-DOWN when this box certainly served no more (section 8.3.2, step 5; F-SM-13). */
export function isAfterFailure(partnerDown: EpochSeconds, failure: EpochSeconds | undefined): boolean {
  return failure === undefined || partnerDown - failure > SAME_TIME_SECONDS;
}
