import type { EpochSeconds } from '../wire/index.ts';
import { type Binding, LeaseKind } from './binding.ts';
import type { LeaseTable } from './lease-table.ts';
import { NO_POOL } from './record.ts';
import { freed, freedToOwner, toBeTold } from './transitions.ts';

/**
 * What becomes of an address that a host registered (RFC 9686) and has no more: it is free for leases where a pool or a reservation has it; else
 * nothing is kept of it (`isForgotten`). `ended` is its binding, EXPIRED or RELEASED.
 */
export function unregistered(table: LeaseTable, slot: number, ended: Binding, now: EpochSeconds, revision: number): Binding {
  const isShared = table.isShared(slot);
  if (!isShared && table.records.pool(slot) === NO_POOL) return freed(ended, now, revision);
  const lease = { ...ended, kind: LeaseKind.IA_NA };
  return isShared ? freedToOwner(lease, now, revision) : freed(lease, now, revision);
}

/** What becomes of a lease that ended here, other than by its client: the partner that shares it has to know before it is free (RFC 8156 section 7.2). */
export function behindEnd(table: LeaseTable, slot: number, ended: Binding, now: EpochSeconds, revision: number): Binding {
  if (ended.kind === LeaseKind.REGISTERED) return unregistered(table, slot, ended, now, revision);
  return table.isShared(slot) ? toBeTold(ended) : freed(ended, now, revision);
}
