/** Runs the table of states: which rows apply when something happens (RFC 8156 section 8.1). */
import { invariant } from '../wire/index.ts';
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
  holds(condition: Condition): boolean;
}

/** A row that applies, and between which states. */
export interface Step {
  readonly row: Transition;
  readonly from: EndpointState;
  readonly to: EndpointState;
}

/** More rows in one go than the longest way through the table has. */
const STEPS_MAX = 6;

/** The rows that apply now, in their order; none when the table has no row for this. */
export function stepsFor(trigger: Trigger, situation: Situation): readonly Step[] {
  const steps: Step[] = [];
  let { state } = situation;
  let on: Trigger | undefined = trigger;
  while (on !== undefined) {
    const row = rowFor(on, state, situation);
    if (row === undefined) break;
    invariant(steps.length < STEPS_MAX, 'the table of states leads somewhere');
    const to = destination(row, state, situation);
    steps.push({ row, from: state, to });
    state = to;
    on = row.again === true ? lookAgain(situation) : undefined;
  }
  return steps;
}

function rowFor(trigger: Trigger, state: EndpointState, { role, partner, holds }: Situation): Transition | undefined {
  return TRANSITIONS.find(
    (row) =>
      row.from.includes(state) &&
      row.on.includes(trigger) &&
      (row.role === undefined || row.role === role) &&
      (row.partner === undefined || (partner !== undefined && row.partner.includes(partner.state))) &&
      (row.if === undefined || holds(row.if)),
  );
}

function destination({ next }: Transition, state: EndpointState, { previousState }: Situation): EndpointState {
  if (next === SAME) return state;
  return next === PREVIOUS ? previousState : next;
}

function lookAgain({ partner }: Situation): Trigger | undefined {
  if (partner === undefined) return undefined;
  return partner.isStarting ? 'partner-starting' : 'partner-state';
}
