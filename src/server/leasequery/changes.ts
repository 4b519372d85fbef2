/** Leases that changed in a span of time (RFC 7653 sections 6.3.2 and 6.3.3). */
import type { LeaseQuerySpan } from '../../wire/index.ts';
import type { ChangeJournal } from './change-journal.ts';
import type { LeasequeryScope } from './scope.ts';

/** @param journal undefined: none is kept @returns whether a lease changed then, as far as anybody knows; where in doubt, it did */
export function changedIn({ table }: LeasequeryScope, { from, to }: LeaseQuerySpan, journal: ChangeJournal | undefined): (slot: number) => boolean {
  const { records } = table;
  const isCovered = from !== undefined && journal?.covers(from) === true;
  return (slot) => {
    const [own, partners, noted] = [records.clientLastTransactionTime(slot), records.partnerRawCltTime(slot), journal?.timeOf(slot)];
    const changed = noted ?? Math.max(own, partners, records.startTimeOfState(slot));
    if (to !== undefined && changed > to) return false;
    if (from === undefined || changed >= from) return true;
    // What the partner told was learnt later than it happened: nobody knows when, if it was not noted.
    return !isCovered && partners > 0 && partners >= own;
  };
}
