import type { EpochSeconds } from '../wire/index.ts';
import type { LeaseRecords } from './lease-records.ts';
import { movedTime } from './lifetimes.ts';
import { NO_SLOT, Word } from './record.ts';

/** For a value of `Binding.timescale`: what to add to the times, and what it is from now on (R-ST2). */
export type Rebase = (timescale: number) => { readonly by: number; readonly label: number };

/** The fields of a record that are moments. */
const PROMISES = [Word.STATE_EXPIRATION_TIME, Word.PARTNER_LIFETIME, Word.ACKED_PARTNER_LIFETIME, Word.EXPIRATION_TIME];
const TIMES = [Word.CLIENT_LAST_TRANSACTION_TIME, Word.START_TIME_OF_STATE, Word.PARTNER_RAW_CLT_TIME, ...PROMISES];

/** Moves the times of every lease. @returns whether one has moved */
export function moveTimesOfRecords(records: LeaseRecords, rebase: Rebase): boolean {
  const { slabs } = records;
  let hasMoved = false;
  for (let slot = NO_SLOT + 1; slot < slabs.end; slot += 1) {
    if (!records.inUse(slot)) continue;
    const { by, label } = rebase(slabs.get(slot, Word.TIMESCALE));
    slabs.set(slot, Word.TIMESCALE, label);
    if (by === 0) continue;
    hasMoved = true;
    for (const word of TIMES) slabs.set(slot, word, movedTime(slabs.get(slot, word) as EpochSeconds, by));
  }
  return hasMoved;
}
