/** The lease that is kept for a client's IA. */
import type { ClientContext, LeasableIa } from './context.ts';
import { onOwnTerms } from './lease-terms.ts';
import type { ReservedName } from './reservations.ts';

export interface ReservedLease extends ReservedName {
  /** Where the IA holds it already; undefined where it is free. */
  readonly slot: number | undefined;
}

/**
 * The lease that is reserved for this IA: one that it holds, or the first that is free. The
 * reservation that names the client most particularly comes first; each IA of a client gets one lease.
 * @param own slots of the leases that are bound to the IA
 */
export function reservedLease(
  context: ClientContext,
  ia: LeasableIa,
  own: readonly number[],
): ReservedLease | undefined {
  if (context.link.reservations.isEmpty) return undefined;
  const { table, allocator } = context.server;
  let free: ReservedLease | undefined;
  for (const reservation of context.link.reservations.of(context.client, ia.iaid, context.linkLayerAddress)) {
    for (const reserved of reservation.names) {
      if (reserved.kind !== ia.kind) continue;
      const { address, prefixLength } = reserved.name;
      const slot = table.find(address, 0, prefixLength);
      if (own.includes(slot)) return { ...reserved, terms: onOwnTerms(context, reserved.terms), slot };
      if (free === undefined && allocator.findReserved(reserved.name, context.client).outcome === 'found') {
        free = { ...reserved, terms: onOwnTerms(context, reserved.terms), slot: undefined };
      }
    }
  }
  return free;
}
