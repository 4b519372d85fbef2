/** The table of states in words: figure 6 of RFC 8156, as one box has it. */
import { SPLIT } from './client-split.ts';
import { EndpointState, endpointStateName } from './endpoint-state.ts';
import type { Role } from './endpoint-state.ts';
import { responsiveness } from './responsiveness.ts';
import { CONDITIONS, PREVIOUS, SAME, TRANSITIONS } from './state-table.ts';
import type { Transition, Trigger } from './state-table.ts';

export interface DiagramState {
  readonly state: EndpointState;
  readonly name: string;
  /** Which clients are answered in it (RFC 8156 section 3). */
  readonly serving: string;
  readonly ways: readonly DiagramWay[];
}

export interface DiagramWay {
  /** What has to happen, in words. */
  readonly when: string;
  /** Where it leads; undefined: back to where the box was before it started. */
  readonly next: EndpointState | undefined;
  readonly nextName: string;
  /** Of RFC 8156. */
  readonly section: string;
}

/**
 * Every state with the ways out of it, in the order in which they are tried. What stays is left out.
 * @param isSplit the two divide the clients in NORMAL
 */
export function stateDiagram(role: Role, isSplit = false): readonly DiagramState[] {
  return Object.values(EndpointState).map((state) => ({
    state,
    name: endpointStateName(state),
    serving: isSplit && state === EndpointState.NORMAL ? SPLIT : responsiveness(state, role).name,
    ways: waysFrom(
      state,
      TRANSITIONS.filter((row) => row.from.includes(state) && (row.role ?? role) === role),
    ),
  }));
}

function waysFrom(state: EndpointState, rows: readonly Transition[]): readonly DiagramWay[] {
  return rows.flatMap((row, i): DiagramWay[] => {
    const { next, section } = row;
    if (next === SAME || next === state) return [];
    const isRest = row.partner === undefined && rows.slice(0, i).some((before) => leavesRest(before, row));
    const when = describe(row, isRest);
    if (next === PREVIOUS) return [{ when, next: undefined, nextName: next, section }];
    return [{ when, next, nextName: endpointStateName(next), section }];
  });
}

/** Some states of the partner are dealt with by a row before this one. */
function leavesRest(before: Transition, row: Transition): boolean {
  return before.partner !== undefined && before.if === undefined && row.on.some((trigger) => before.on.includes(trigger));
}

const TRIGGERS: Readonly<Record<Trigger, string>> = {
  'partner-state': 'partner heard',
  'partner-starting': 'partner starting',
  'communications-failed': 'partner not heard',
  'no-acknowledgements': 'updates unanswered',
  'updates-done': 'all updates received',
  'wait-over': 'MCLT is over',
  'startup-over': 'startup time is over',
  'auto-partner-down': 'auto-partner-down',
  'partner-down': 'operator: partner-down',
  'force-partner-down': 'operator: force-partner-down',
  'storage-old': 'own database is an old one',
};

function describe({ on, partner, if: condition }: Transition, isRest: boolean): string {
  // Whoever is heard is starting or has started; whoever may declare may do so by force.
  const said = on.filter((trigger) => trigger !== 'partner-starting' || !on.includes('partner-state'));
  const plain = said.filter((trigger) => trigger !== 'force-partner-down' || !said.includes('partner-down'));
  const where = on.includes('partner-state') ? ' in' : ', partner in';
  const named = partner === undefined ? '' : `${where} ${partner.map(endpointStateName).join(', ')}`;
  const states = isRest ? ' in another state' : named;
  const also = condition === undefined ? '' : `; ${CONDITIONS[condition]}`;
  return `${plain.map((trigger) => TRIGGERS[trigger]).join(' or ')}${states}${also}`;
}
