import type { Bug } from '../bugs/bugs.ts';

/** Where the product tells what is exercised, when it is loaded to be measured. */
export const PLACES: readonly Bug[] = [
  {
    name: 'a step of an endpoint',
    file: 'failover/state-machine.ts',
    find: 'return row === undefined ? undefined : {',
    replace: 'if (row !== undefined) stepTaken(trigger, situation, row);\n  return row === undefined ? undefined : {',
  },
  {
    name: 'a verdict on an update',
    file: 'failover/updates/conflict.ts',
    find: 'export function judge(records: LeaseReader, slot: number, received: ReceivedLease, role: Role, now: EpochSeconds): Verdict {',
    replace: `export function judge(records: LeaseReader, slot: number, received: ReceivedLease, role: Role, now: EpochSeconds): Verdict {
  const verdict = judged(records, slot, received, role, now);
  const isKnown = slot !== NO_SLOT;
  verdictGiven(isKnown ? records.status(slot) : 0, received.status, isKnown && isSameClient(records, slot, received), role, verdict);
  return verdict;
}
function judged(records: LeaseReader, slot: number, received: ReceivedLease, role: Role, now: EpochSeconds): Verdict {`,
  },
];
