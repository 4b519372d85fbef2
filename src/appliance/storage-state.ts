/** What the appliance knows of its stable storage, and the alarms that go with it. */
import { NEVER, BindingStatus, LeaseKind } from '../lease/index.ts';
import type { LeaseTable } from '../lease/index.ts';
import type { StorageCondition } from '../server/index.ts';
import { epochSeconds, iaid, seconds } from '../wire/index.ts';
import type { Address, Duid, MonotonicMs } from '../wire/index.ts';
import type { Effect } from './effect.ts';

/** Records that could not be read when the database was opened. */
export type LostRecords =
  | 'none'
  /** Nobody knows which: the database was repaired or is missing. */
  | 'unknown'
  /** Exactly these leases: nothing else was lost. */
  | readonly { readonly address: Address; readonly prefixLength: number }[];

/** After a failed commit, one attempt in this time; what needs no commit goes on meanwhile. */
const RETRY_MS = 1_000;

const LOST_ALARM = 'storage-lost';
const FAILED_ALARM = 'storage-failed';

export interface StorageState {
  condition(now: MonotonicMs): StorageCondition;
  readonly lost: LostRecords;
  failed(reason: string, now: MonotonicMs, effects: Effect[]): void;
  succeeded(effects: Effect[]): void;
  /** The operator accepts the loss: what was held back may be given out. */
  accept(effects: Effect[]): void;
}

export function createStorageState(table: LeaseTable, initiallyLost: LostRecords): StorageState {
  let lost = initiallyLost;
  let retryAt: MonotonicMs | undefined;
  let held: readonly number[] = typeof lost === 'string' ? [] : lost.map((lease) => holdBack(table, lease));

  return {
    get lost() {
      return lost;
    },
    condition: (now) => ({ writable: retryAt === undefined || now >= retryAt, lost: lost === 'unknown' }),
    failed(reason, now, effects) {
      if (retryAt === undefined) {
        effects.push({
          kind: 'alarm',
          id: FAILED_ALARM,
          raised: true,
          text:
            `stable storage fails (${reason}): clients keep the leases they have, nothing new is given; ` +
            'make room on the disk or replace it, service resumes by itself',
        });
      }
      retryAt = (now + RETRY_MS) as MonotonicMs;
    },
    succeeded(effects) {
      if (retryAt === undefined) return;
      retryAt = undefined;
      effects.push({ kind: 'alarm', id: FAILED_ALARM, raised: false, text: 'stable storage works again' });
    },
    accept(effects) {
      for (const slot of held) table.remove(slot);
      held = [];
      lost = 'none';
      effects.push({ kind: 'alarm', id: LOST_ALARM, raised: false, text: 'the operator accepted the lost records' });
    },
  };
}

/** An entry in memory that keeps a lease from being given out; it is never written. */
function holdBack(table: LeaseTable, { address, prefixLength }: { address: Address; prefixLength: number }): number {
  return table.put({
    address,
    prefixLength,
    kind: prefixLength === 128 ? LeaseKind.IA_NA : LeaseKind.IA_PD,
    status: BindingStatus.ABANDONED,
    duid: new Uint8Array() as Duid,
    iaid: iaid(0),
    preferredLifetime: seconds(0),
    validLifetime: seconds(0),
    clientLastTransactionTime: epochSeconds(0),
    startTimeOfState: epochSeconds(0),
    expirationTime: NEVER,
    timescale: 0,
    revision: 0,
  });
}
