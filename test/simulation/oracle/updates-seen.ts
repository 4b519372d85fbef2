/** Which cells of the table of conflicts (RFC 8156 figure 4) the updates of a partner meet. */
import { BindingStatus, NO_SLOT } from '../../../src/lease/index.ts';
import type { LeaseTable } from '../../../src/lease/index.ts';
import { FailoverMessageType } from '../../../src/wire/index.ts';
import type { FailoverMessage } from '../../../src/wire/index.ts';
import type { Coverage } from '../coverage.ts';
import type { Named } from '../world/lease-key.ts';

/** `free` is called for the leases that the partner says are free. */
export function noteUpdates(table: LeaseTable, message: FailoverMessage, coverage: Coverage, free: (lease: Named) => void): void {
  if (message.type !== FailoverMessageType.BNDUPD) return;
  const { binding } = message;
  const leases = binding.kind === 'prefix' ? [binding.lease] : binding.ias.flatMap((ia) => ia.leases);
  for (const { address, prefixLength, bindingStatus } of leases) {
    const slot = table.find(address, 0, prefixLength);
    coverage.update(slot === NO_SLOT ? 0 : table.records.status(slot), bindingStatus ?? 0);
    if (bindingStatus === BindingStatus.FREE || bindingStatus === BindingStatus.FREE_BACKUP) free({ address, prefixLength });
  }
}
