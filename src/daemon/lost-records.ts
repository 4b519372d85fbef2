/** What stable storage lost, and what the operator is told of it (R-ST1). */
import type { LostRecords } from '../appliance/index.ts';
import type { Store } from '../store/index.ts';

export function lostRecordsOf(store: Store): LostRecords {
  const { mark, records } = store.loss;
  if (mark !== undefined) return 'unknown';
  return records.length === 0 ? 'none' : records.map(({ lease }) => lease);
}

export function lossAlarm(lost: LostRecords): string {
  const what =
    typeof lost === 'string'
      ? 'lease records were lost and nobody knows which: clients keep the leases that are known, nobody gets a new one'
      : `${String(lost.length)} lease records can't be read: those leases are not given to anybody`;
  return `${what}; when no client can hold them any more, say "twinlease store accept"`;
}
