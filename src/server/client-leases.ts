/** The leases that a client holds now. */
import { BindingStatus, NO_SLOT } from '../lease/index.ts';
import type { LeaseKind } from '../lease/index.ts';
import type { Iaid } from '../wire/index.ts';
import type { ClientContext } from './context.ts';
import { termsOf } from './lease-terms.ts';

/** Calls `visit` with every lease of the client, of any kind, IA and status. */
export function eachLeaseOfClient(context: ClientContext, visit: (slot: number) => void): void {
  const { table } = context.server;
  const { client } = context;
  for (
    let slot = table.firstOfClient(client, 0, client.length);
    slot !== NO_SLOT;
    slot = table.nextOfClient(slot)
  ) {
    visit(slot);
  }
}

/** Slots of the leases that are bound to this IA and have not run out. */
export function leasesOfIa(context: ClientContext, kind: LeaseKind, iaid: Iaid): readonly number[] {
  const { records } = context.server.table;
  const found: number[] = [];
  eachLeaseOfClient(context, (slot) => {
    if (records.iaid(slot) === iaid && records.kind(slot) === kind && isHeld(context, slot)) found.push(slot);
  });
  return found;
}

/**
 * What a Renew or Rebind for this IA extends: the leases that it holds; else those that ran out here, as the client may hold
 * them still: a partner that is not heard extended them. Nobody was told of their end.
 */
export function extendableLeasesOfIa(context: ClientContext, kind: LeaseKind, iaid: Iaid): readonly number[] {
  const held = leasesOfIa(context, kind, iaid);
  if (held.length > 0 || !context.query.storage.writable) return held;
  const { records } = context.server.table;
  const found: number[] = [];
  eachLeaseOfClient(context, (slot) => {
    if (records.status(slot) !== BindingStatus.EXPIRED || records.iaid(slot) !== iaid || records.kind(slot) !== kind) return;
    if (context.authority.mayReturn(slot) && termsOf(context, slot) !== undefined) found.push(slot);
  });
  return found;
}

export function countDeclined(context: ClientContext): number {
  let count = 0;
  eachLeaseOfClient(context, (slot) => {
    if (context.server.table.records.status(slot) === BindingStatus.ABANDONED) count++;
  });
  return count;
}

/** Whether a lease of this client waits for a commit. */
export function isClientLocked(context: ClientContext): boolean {
  let locked = false;
  eachLeaseOfClient(context, (slot) => {
    if (context.server.table.records.lock(slot) !== 0) locked = true;
  });
  return locked;
}

export function isHeld(context: ClientContext, slot: number): boolean {
  const { records } = context.server.table;
  return records.status(slot) === BindingStatus.ACTIVE && records.heldUntil(slot) > context.query.now;
}
