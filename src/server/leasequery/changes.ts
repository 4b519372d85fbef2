/** Leases that changed in a span of time (RFC 7653 sections 6.3.2 and 6.3.3). */
import type { EpochSeconds, LeaseQuerySpan } from '../../wire/index.ts';
import type { ChangeJournal } from './change-journal.ts';
import type { LeasequeryScope } from './scope.ts';

/**
 * A start that has not come yet, or lies behind the end, was told before the clock was set: nobody knows what time it is now, so all that
 * changed up to the end is meant; and by a clock that nobody has confirmed no time means anything (R-ST2).
 * @param journal undefined: none is kept
 * @returns whether a lease changed then, as far as anybody knows; where in doubt, it did
 */
export function changedIn(scope: LeasequeryScope, { from, to }: LeaseQuerySpan, journal: ChangeJournal | undefined, now: EpochSeconds): (slot: number) => boolean {
  if (!scope.isClockTrusted()) return () => true;
  const { records } = scope.table;
  const start = from === undefined || from > now || (to !== undefined && from > to) ? undefined : from;
  const isCovered = start !== undefined && journal?.covers(start, now) === true;
  return (slot) => {
    const [own, partners, noted] = [records.clientLastTransactionTime(slot), records.partnerRawCltTime(slot), journal?.timeOf(slot)];
    const happened = Math.max(own, partners, records.startTimeOfState(slot));
    // Times that are not exact are upper bounds.
    if (to !== undefined && happened > to && records.isExact(slot)) return false;
    if (start === undefined || Math.max(happened, noted ?? 0) >= start) return true;
    // What the partner told was learnt later than it happened: nobody knows when, if it was not noted.
    return !isCovered && noted === undefined && partners > 0 && partners >= own;
  };
}
