import { BindingStatus, NO_SLOT } from '../../lease/index.ts';
import type { LeaseTable } from '../../lease/index.ts';
import { firstAddress } from '../../wire/index.ts';
import type { Address } from '../../wire/index.ts';

/** The lease of an address, or of the longest delegated prefix that holds it; one that waits for a commit may be it, too. */
export function holderOf(table: LeaseTable, address: Address): number | undefined {
  const { records } = table;
  for (let length = 128; length > 0; length -= 1) {
    const slot = table.find(firstAddress(address, length), 0, length);
    if (slot !== NO_SLOT && (records.status(slot) === BindingStatus.ACTIVE || records.lock(slot) !== 0)) return slot;
  }
  return undefined;
}
