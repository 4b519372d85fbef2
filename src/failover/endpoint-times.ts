/**
 * The times of an endpoint when the clock of the box is set, or more is known of a former timescale (R-ST2). Of each it is known
 * whether it is exact in the present one.
 */
import { movedTime } from '../lease/index.ts';
import type { Endpoint } from './endpoint.ts';
import { emitPartnerDown } from './endpoint-debts.ts';
import { movedRecord } from './endpoint-record.ts';
import type { MoveTime } from './endpoint-record.ts';
import { EndpointState } from './endpoint-state.ts';

export function moveTimes(endpoint: Endpoint, move: MoveTime): void {
  const { by } = move(0);
  endpoint.record.move((record) => movedRecord(record, move));
  endpoint.bootTime = movedTime(endpoint.bootTime, by);
  endpoint.servedUntil = movedTime(endpoint.servedUntil, by);
  endpoint.lastContact = movedTime(endpoint.lastContact, by);
  const failure = move(endpoint.failureLabel);
  if (endpoint.failureTime !== undefined) endpoint.failureTime = movedTime(endpoint.failureTime, failure.by);
  endpoint.failureLabel = failure.label;
  if (endpoint.durableState === EndpointState.PARTNER_DOWN && endpoint.state === EndpointState.PARTNER_DOWN) emitPartnerDown(endpoint);
}
