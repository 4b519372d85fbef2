/** What a box holds in memory is what its disk holds, whenever no commit is under way. */
import { conversion } from '../../../src/clock/index.ts';
import { BindingStatus, NO_SLOT, hasEnded, movedTime } from '../../../src/lease/index.ts';
import type { Binding, LeaseReader } from '../../../src/lease/index.ts';
import { sameBytes } from '../../../src/wire/index.ts';

import type { BoxRun } from '../box/running-box.ts';
import { leaseKey, leaseName } from '../world/lease-key.ts';
import { Violation } from './violation.ts';

type Conversion = ReturnType<typeof conversion>;

const NOTHING = new Uint8Array();
const AS_IT_IS: Conversion = { by: 0, isExact: true };

export function checkTable({ box, appliance }: BoxRun): void {
  const table = appliance.leases;
  const { durable, lost, timescales } = box.disk;
  // Until the disk knows of the timescale that memory is in the two can't be compared.
  if (!sameBytes(timescales.at(-1)?.id ?? NOTHING, appliance.clock.timescale)) return;
  const held = typeof lost === 'string' ? [] : lost.map(leaseKey);
  for (const [key, binding] of durable) {
    if (held.length > 0 && held.includes(key)) continue;
    const slot = table.find(binding.address, 0, binding.prefixLength);
    if (slot === NO_SLOT) throw new Violation('table-is-not-the-disk', `${box.plan.name} does not know ${leaseName(binding)}`);
    const difference = differenceOf(table.records, slot, binding, timescales.length === 1 ? AS_IT_IS : conversion(timescales, binding.timescale));
    if (difference !== undefined || table.records.lock(slot) !== 0) {
      throw new Violation('table-is-not-the-disk', `${box.plan.name} and its disk differ in ${leaseName(binding)}: ${difference ?? 'it is locked'}`);
    }
  }
  const readable = durable.size - held.filter((key) => durable.has(key)).length;
  // What can't be read is held back, until that is accepted or the partner has told all.
  const known = readable + (appliance.lostRecords === 'none' ? 0 : held.length);
  if (table.size !== known) {
    throw new Violation('table-is-not-the-disk', `${box.plan.name} knows ${String(table.size)} leases, its disk ${String(known)}`);
  }
}

/** `by`: what to add to the times on the disk for those in memory (R-ST2). Compared where it is: nothing is copied for a comparison that is made all the time. */
function differenceOf(inTable: LeaseReader, slot: number, onDisk: Binding, { by, isExact }: Conversion): string | undefined {
  if (waitsForRide(inTable.status(slot), onDisk.status)) return undefined;
  // The partner agreed to upper bounds, and what was is not later than that moment: this rides on a later commit as well.
  const isRewritten = !isExact && inTable.isExact(slot);
  const past = isRewritten ? notLater : unequal;
  return (
    unequal('status', inTable.status(slot), onDisk.status) ??
    unequal('iaid', inTable.iaid(slot), onDisk.iaid) ??
    unequal('stateExpirationTime', inTable.stateExpirationTime(slot), movedTime(onDisk.stateExpirationTime, by)) ??
    past('startTimeOfState', inTable.startTimeOfState(slot), movedTime(onDisk.startTimeOfState, by)) ??
    past('clientLastTransactionTime', inTable.clientLastTransactionTime(slot), movedTime(onDisk.clientLastTransactionTime, by)) ??
    (inTable.isClient(slot, onDisk.duid, 0, onDisk.duid.length) ? undefined : 'client')
  );
}

function unequal(field: string, inTable: number, onDisk: number): string | undefined {
  return inTable === onDisk ? undefined : `${field} ${String(inTable)} and ${String(onDisk)}`;
}

function notLater(field: string, inTable: number, onDisk: number): string | undefined {
  return inTable <= onDisk ? undefined : `${field} ${String(inTable)}, ${String(onDisk)} at most`;
}

/**
 * What the partner acknowledged rides on a later commit, also behind one that failed: to forget it is safe. It is the end of a lease, or
 * that the secondary gave back a prefix (RFC 8156 section 7.7).
 */
function waitsForRide(inTable: BindingStatus, onDisk: BindingStatus): boolean {
  const isGivenBack = inTable === BindingStatus.FREE && onDisk === BindingStatus.FREE_BACKUP;
  return isGivenBack || ((inTable === BindingStatus.FREE || inTable === BindingStatus.FREE_BACKUP) && hasEnded(onDisk));
}
