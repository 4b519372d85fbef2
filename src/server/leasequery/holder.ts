import { BindingStatus, LeaseKind, NO_SLOT } from '../../lease/index.ts';
import type { LeaseTable } from '../../lease/index.ts';
import { firstAddress } from '../../wire/index.ts';
import type { Address } from '../../wire/index.ts';

/** The leases, of whatever status, of an address and of the prefixes that hold it, the longest first. */
export function leasesAround(table: LeaseTable, address: Address): readonly number[] {
  const slots: number[] = [];
  for (let length = 128; length > 0; length -= 1) {
    const slot = table.find(firstAddress(address, length), 0, length);
    // What a host registered in a prefix that is delegated to it nobody leased.
    if (slot !== NO_SLOT && table.records.kind(slot) !== LeaseKind.REGISTERED) slots.push(slot);
  }
  return slots;
}

/** The lease of an address, or of the longest delegated prefix that holds it; one that waits for a commit may be it, too. */
export function holderOf(table: LeaseTable, address: Address): number | undefined {
  const { records } = table;
  return leasesAround(table, address).find((slot) => records.status(slot) === BindingStatus.ACTIVE || records.lock(slot) !== 0);
}
