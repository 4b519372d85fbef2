/** Leases that end by a client's message. */
import { freed } from '../lease/index.ts';
import type { Binding } from '../lease/index.ts';
import { epochSeconds } from '../wire/index.ts';
import type { ClientContext } from './context.ts';

/** A lease that ended is free at once, unless a partner has to know before (RFC 8156 section 7.2). */
export function endLease(context: ClientContext, slot: number, ended: Binding): void {
  if (isReplicated(context, slot)) {
    putForPartner(context, slot, ended);
    return;
  }
  const { now, revision } = context.query;
  context.server.table.put(freed(ended, now, revision));
  context.changed.push(slot);
}

/** Notes what became of a lease, and that the partner, if there is one, is to be told. */
export function putForPartner(context: ClientContext, slot: number, binding: Binding): void {
  const { table } = context.server;
  table.put(binding);
  if (isReplicated(context, slot)) table.noteForPartner(slot, epochSeconds(0));
  context.changed.push(slot);
}

function isReplicated({ link, server }: ClientContext, slot: number): boolean {
  return link.isReplicated(server.table.records.pool(slot));
}
