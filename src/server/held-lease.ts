/** Whether a Release or Decline names a lease that its client holds. */
import { leasesOfIa } from './client-leases.ts';
import { leasableIas } from './context.ts';
import type { ClientContext } from './context.ts';
import { isSameLease } from './grant.ts';

/** A copy of one that was acted upon, and came late, may name what the client got since (R-LH5). */
export function namesHeldLease(context: ClientContext): boolean {
  const { records } = context.server.table;
  return leasableIas(context.query).some((ia) =>
    leasesOfIa(context, ia.kind, ia.iaid).some((slot) => {
      const held = { address: records.address(slot), prefixLength: records.prefixLength(slot) };
      return ia.leases.some((named) => isSameLease(named, held));
    }),
  );
}
