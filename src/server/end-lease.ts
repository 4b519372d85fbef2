/** Leases that end, or are set aside, by a client's message. */
import { freed, toBeTold } from '../lease/index.ts';
import type { Binding } from '../lease/index.ts';
import type { ClientContext } from './context.ts';

/** A lease that ended is free at once, unless a partner has to know before (RFC 8156 section 7.2). */
export function endLease(context: ClientContext, slot: number, ended: Binding): void {
  const { now, revision } = context.query;
  put(context, slot, isReplicated(context, slot) ? toBeTold(ended) : freed(ended, now, revision));
}

/** A declined address is nobody's for a while; the partner, if there is one, is to be told. */
export function setAside(context: ClientContext, slot: number, abandoned: Binding): void {
  put(context, slot, isReplicated(context, slot) ? toBeTold(abandoned) : abandoned);
}

function put(context: ClientContext, slot: number, binding: Binding): void {
  context.server.table.put(binding);
  context.changed.push(slot);
}

function isReplicated({ link, server }: ClientContext, slot: number): boolean {
  return link.isReplicated(server.table.records.pool(slot));
}
