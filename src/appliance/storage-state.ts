/** What the appliance knows of its stable storage. */
import { NEVER, BindingStatus, LeaseKind, PRESENT_TIMESCALE, isHeldBack } from '../lease/index.ts';
import type { LeaseTable } from '../lease/index.ts';
import type { StorageCondition } from '../server/index.ts';
import { epochSeconds, iaid, monotonicMs, seconds } from '../wire/index.ts';
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
const RETRY_MS = 300;
/** A commit that takes longer is taken for failing: what can be answered without one is answered meanwhile. */
const COMMIT_MAX_MS = 2_000;
/** Where a commit failed and none succeeded for so long, storage does not work; one that failed by chance is made good before. */
const FAILS_AFTER_MS = 500;

export interface StorageState {
  condition(now: MonotonicMs): StorageCondition;
  lost(): LostRecords;
  /** From when on storage does not work, as commits fail or don't end; Infinity: it works, or none was tried. */
  failsAt(): number;
  commitBegan(now: MonotonicMs): void;
  failed(reason: string, now: MonotonicMs, effects: Effect[]): void;
  succeeded(effects: Effect[]): void;
  /** The operator accepts the loss: what was held back may be given out. */
  accept(effects: Effect[]): void;
  /** Everything came back from the partners: the same. The mark on the disk stays for the operator. */
  recovered(effects: Effect[]): void;
}

export function createStorageState(table: LeaseTable, initiallyLost: LostRecords): StorageState {
  let lost = initiallyLost;
  let retryAt: MonotonicMs | undefined;
  let stuckAt = Infinity;
  let failsAt = Infinity;
  let held: readonly number[] = typeof lost === 'string' ? [] : lost.map((lease) => holdBack(table, lease));

  const giveOut = (effects: Effect[], text: string): void => {
    for (const slot of held) if (isHeldBack(table.records, slot)) table.remove(slot);
    held = [];
    lost = 'none';
    effects.push({ kind: 'log', severity: 'warning', text });
  };

  return {
    lost() {
      return lost;
    },
    condition: (now) => ({
      writable: now < stuckAt && (retryAt === undefined || now >= retryAt),
      lost: lost === 'unknown',
    }),
    failsAt() {
      return Math.min(failsAt, stuckAt);
    },
    commitBegan(now) {
      stuckAt = now + COMMIT_MAX_MS;
    },
    failed(reason, now, effects) {
      if (retryAt === undefined) {
        failsAt = now + FAILS_AFTER_MS;
        effects.push({
          kind: 'log',
          severity: 'error',
          text: `a commit failed (${reason}): clients keep the leases they have, nothing new is given`,
        });
      }
      retryAt = monotonicMs(now + RETRY_MS);
      stuckAt = Infinity;
    },
    succeeded(effects) {
      stuckAt = Infinity;
      failsAt = Infinity;
      if (retryAt === undefined) return;
      retryAt = undefined;
      effects.push({ kind: 'log', severity: 'info', text: 'commits succeed again' });
    },
    accept: (effects) => giveOut(effects, 'the operator accepted that records were lost'),
    recovered: (effects) =>
      giveOut(
        effects,
        'the partners have sent all leases again: clients are served as before; ' +
          'say "twinlease store accept", or the next start will fetch them once more',
      ),
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
    stateExpirationTime: NEVER,
    partnerLifetime: epochSeconds(0),
    ackedPartnerLifetime: epochSeconds(0),
    expirationTime: epochSeconds(0),
    partnerRawCltTime: epochSeconds(0),
    updateNeeded: false,
    timescale: PRESENT_TIMESCALE,
    revision: 0,
  });
}
