/** What a box holds in memory is what its disk holds, whenever no commit is under way. */
import { BindingStatus, NO_SLOT, hasEnded } from '../../../src/lease/index.ts';
import type { Binding } from '../../../src/lease/index.ts';
import type { BoxRun } from '../box/running-box.ts';
import { leaseKey, leaseName } from '../world/lease-key.ts';
import { Violation } from './violation.ts';

export function checkTable({ box, appliance }: BoxRun): void {
  const table = appliance.leases;
  const held = typeof box.disk.lost === 'string' ? [] : box.disk.lost.map(leaseKey);
  for (const [key, binding] of box.disk.durable) {
    if (held.includes(key)) continue;
    const slot = table.find(binding.address, 0, binding.prefixLength);
    if (slot === NO_SLOT) throw new Violation('table-is-not-the-disk', `${box.plan.name} does not know ${leaseName(binding)}`);
    const difference = differenceOf(table.read(slot), binding);
    if (difference !== undefined || table.records.lock(slot) !== 0) {
      throw new Violation('table-is-not-the-disk', `${box.plan.name} and its disk differ in ${leaseName(binding)}: ${difference ?? 'it is locked'}`);
    }
  }
  const readable = [...box.disk.durable.keys()].filter((key) => !held.includes(key)).length;
  // What can't be read is held back, until that is accepted or the partner has told all.
  const known = readable + (appliance.lostRecords === 'none' ? 0 : held.length);
  if (table.size !== known) {
    throw new Violation('table-is-not-the-disk', `${box.plan.name} knows ${String(table.size)} leases, its disk ${String(known)}`);
  }
}

function differenceOf(inTable: Binding, onDisk: Binding): string | undefined {
  if (waitsForRide(inTable.status, onDisk.status)) return undefined;
  for (const field of ['status', 'iaid', 'stateExpirationTime', 'startTimeOfState', 'clientLastTransactionTime'] as const) {
    if (inTable[field] !== onDisk[field]) return `${field} ${String(inTable[field])} and ${String(onDisk[field])}`;
  }
  return inTable.duid.length === onDisk.duid.length && inTable.duid.every((octet, i) => octet === onDisk.duid[i]) ? undefined : 'client';
}

/**
 * What the partner acknowledged rides on a later commit, also behind one that failed: to forget it is safe. It is the end of a lease, or
 * that the secondary gave back a prefix (RFC 8156 section 7.7).
 */
function waitsForRide(inTable: BindingStatus, onDisk: BindingStatus): boolean {
  const isGivenBack = inTable === BindingStatus.FREE && onDisk === BindingStatus.FREE_BACKUP;
  return isGivenBack || ((inTable === BindingStatus.FREE || inTable === BindingStatus.FREE_BACKUP) && hasEnded(onDisk));
}
