/**
 * What was exercised of the table of states and of the table of conflicts (RFC 8156 figure 4), row by row and cell by cell. The
 * instrumented product tells of each step and each verdict.
 */
import type { Role } from '../../../src/failover/endpoint-state.ts';
import type { Situation } from '../../../src/failover/state-machine.ts';
import type { Transition, Trigger } from '../../../src/failover/state-table.ts';
import { cellName, stepName } from './names.ts';

const counts = new Map<string, number>();

/** The table of states had this row for this moment. */
export function stepTaken(trigger: Trigger, { state, partner }: Situation, row: Transition): void {
  count(stepName(row, state, trigger, row.partner === undefined ? undefined : partner?.state));
}

/** An update with the status `received` met a lease with the status `own` (0: no record), and this came of it. */
export function verdictGiven(own: number, received: number, isSameClient: boolean, role: Role, verdict: number): void {
  count(cellName(own, received, isSameClient, role, verdict));
}

function count(name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

export function exercised(): ReadonlyMap<string, number> {
  return counts;
}

