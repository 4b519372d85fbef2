/** Looks things up in the table of states (RFC 8156 section 8.1). */
import type { EndpointState, Role } from './endpoint-state.ts';
import { PREVIOUS, SAME, TRANSITIONS } from './state-table.ts';
import type { Condition, Transition, Trigger } from './state-table.ts';

/** What the machine sees of an endpoint. */
export interface Situation {
  readonly role: Role;
  readonly state: EndpointState;
  /** Where STARTUP leads back to. */
  readonly previousState: EndpointState;
  /** As its last STATE on this connection said; undefined unless communications are OK. */
  readonly partner: { readonly state: EndpointState; readonly isStarting: boolean } | undefined;
  readonly holds: (condition: Condition) => boolean;
}

/** A row that applies, and where it leads. */
export interface Step {
  readonly row: Transition;
  readonly from: EndpointState;
  readonly to: EndpointState;
}

/** The first row that fits; undefined when the table has none. */
export function nextStep(trigger: Trigger, situation: Situation): Step | undefined {
  const row = TRANSITIONS.find((candidate) => fits(candidate, trigger, situation));
  return row === undefined ? undefined : { row, from: situation.state, to: destination(row, situation) };
}

/** What to look up behind a step, with the situation that it led to; undefined: nothing. */
export function nextTrigger({ row }: Step, { partner }: Situation): Trigger | undefined {
  if (row.again === undefined || partner === undefined) return undefined;
  return partner.isStarting ? 'partner-starting' : 'partner-state';
}

function fits(row: Transition, trigger: Trigger, { role, state, partner, holds }: Situation): boolean {
  return (
    row.from.includes(state) &&
    row.on.includes(trigger) &&
    (row.role === undefined || row.role === role) &&
    (row.partner === undefined || (partner !== undefined && row.partner.includes(partner.state))) &&
    (row.if === undefined || holds(row.if))
  );
}

function destination({ next }: Transition, { state, previousState }: Situation): EndpointState {
  if (next === SAME) return state;
  return next === PREVIOUS ? previousState : next;
}
