/** The rows of the table of states and the cells of figure 4 by name: all that there are to exercise. */
import { endpointStateName } from '../../../src/failover/endpoint-state.ts';
import type { EndpointState, Role } from '../../../src/failover/endpoint-state.ts';
import { TRANSITIONS } from '../../../src/failover/state-table.ts';
import type { Transition, Trigger } from '../../../src/failover/state-table.ts';
import { BindingStatus } from '../../../src/lease/index.ts';
import { FailoverStatusCode } from '../../../src/wire/index.ts';

/** `partner`: where the row asks for states of the partner. */
export function stepName({ role, if: condition, because }: Transition, from: EndpointState, trigger: Trigger, partner: EndpointState | undefined): string {
  const parts = [endpointStateName(from), ...(role === undefined ? [] : [role]), trigger];
  if (partner !== undefined) parts.push(endpointStateName(partner));
  if (condition !== undefined) parts.push(condition);
  return `${parts.join(', ')}: ${because}`;
}

export function allSteps(): readonly string[] {
  return TRANSITIONS.flatMap((row) =>
    row.from.flatMap((from) => row.on.flatMap((trigger) => (row.partner ?? [undefined]).map((partner) => stepName(row, from, trigger, partner)))),
  );
}

type Name = 'ACTIVE' | 'EXPIRED' | 'RELEASED' | 'FREE' | 'RESET' | 'ABANDONED' | 'RESET or ABANDONED';

const OWN: readonly Name[] = ['ACTIVE', 'EXPIRED', 'RELEASED', 'FREE', 'RESET', 'ABANDONED'];
const RECEIVED: readonly Name[] = ['ACTIVE', 'EXPIRED', 'RELEASED', 'FREE', 'RESET or ABANDONED'];
const NAMES: Readonly<Record<number, Name>> = {
  [BindingStatus.ACTIVE]: 'ACTIVE',
  [BindingStatus.EXPIRED]: 'EXPIRED',
  [BindingStatus.RELEASED]: 'RELEASED',
  [BindingStatus.FREE]: 'FREE',
  [BindingStatus.FREE_BACKUP]: 'FREE',
  [BindingStatus.RESET]: 'RESET',
  [BindingStatus.ABANDONED]: 'ABANDONED',
};
/** What decides in these cells is told with them: the figure says more than "accept" there. */
const WITH_VERDICT: readonly string[] = ['ACTIVE <- EXPIRED', 'ACTIVE <- FREE', 'RESET <- ACTIVE'];
const VERDICTS: Readonly<Record<number, string>> = {
  0: 'accepted',
  [FailoverStatusCode.AddressInUse]: 'refused, AddressInUse',
  [FailoverStatusCode.OutdatedBindingInformation]: 'refused, OutdatedBindingInformation',
};
const NO_RECORD = 'no record <- any';

export function cellName(own: number, received: number, isSameClient: boolean, role: Role, verdict: number): string {
  if (own === 0) return NO_RECORD;
  const ownName = NAMES[own] ?? String(own);
  const receivedName = NAMES[received] ?? String(received);
  const cell = `${ownName} <- ${receivedName === 'RESET' || receivedName === 'ABANDONED' ? 'RESET or ABANDONED' : receivedName}`;
  const outcome = VERDICTS[verdict] ?? String(verdict);
  if (cell === 'ACTIVE <- ACTIVE') return isSameClient ? `${cell} of the same client` : `${cell} of another client, at the ${role}: ${outcome}`;
  return WITH_VERDICT.includes(cell) ? `${cell}: ${outcome}` : cell;
}

export function allCells(): readonly string[] {
  const cells = OWN.flatMap((own) => RECEIVED.map((received) => `${own} <- ${received}`));
  return [NO_RECORD, ...cells.flatMap(outcomesOf)];
}

function outcomesOf(cell: string): readonly string[] {
  if (cell === 'ACTIVE <- ACTIVE') {
    const other = `${cell} of another client, at the`;
    return [`${cell} of the same client`, `${other} secondary: accepted`, `${other} primary: accepted`, `${other} primary: refused, AddressInUse`];
  }
  return WITH_VERDICT.includes(cell) ? [`${cell}: accepted`, `${cell}: refused, OutdatedBindingInformation`] : [cell];
}
