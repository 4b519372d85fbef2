/**
 * The reconfigure key of a client (RFC 9915 section 20.4.2): it is chosen when a client that accepts Reconfigure gets its leases, is kept
 * with each of them, and told in the Reply that gives them; what is told is durable by then. A client that says nothing of Reconfigure in its
 * Request has no key any more; in a Renew or Rebind many leave it out that said it in their Request.
 */
import { BindingStatus, NO_SLOT, reconfigureData, reconfigureKeyOf } from '../../lease/index.ts';
import type { LeaseTable } from '../../lease/index.ts';
import type { Duid } from '../../wire/index.ts';
import type { ClientContext, Context } from '../context.ts';

/** The lease that tells most of how to reach a client that has a key: of those with one, that which it was heard of last; NO_SLOT: it has none. */
export function keyedLease(table: LeaseTable, client: Duid): number {
  const { records } = table;
  let latest = NO_SLOT;
  let latestTime = -1;
  for (let slot = table.firstOfClient(client, 0, client.length); slot !== NO_SLOT; slot = table.nextOfClient(slot)) {
    if (records.status(slot) !== BindingStatus.ACTIVE || reconfigureKeyOf(records.reconfigureData(slot)) === undefined) continue;
    const time = Math.max(records.clientLastTransactionTime(slot), records.partnerRawCltTime(slot));
    if (time <= latestTime) continue;
    latest = slot;
    latestTime = time;
  }
  return latest;
}

function keptData({ server: { table }, client }: ClientContext): Uint8Array | undefined {
  return table.records.reconfigureData(keyedLease(table, client));
}

/** Whether the client is told that this server may send it Reconfigure (RFC 9915 sections 18.3.2 and 18.3.9). */
export function isOffered({ server: { configuration, reconfigure }, query }: Context): boolean {
  return query.message.reconfigureAccept && configuration.reconfigure !== undefined && reconfigure?.replay.isUsable === true;
}

/** For a message whose Reply gives a client its leases and tells it its key: a Request, or a Solicit that is answered at once. */
export function withKeyToTell(context: ClientContext): ClientContext {
  const { query, server } = context;
  if (!query.message.reconfigureAccept) return context;
  const kept = keptData(context);
  if (kept !== undefined) return { ...context, reconfigureData: kept };
  // What can't be written can't be told.
  if (!isOffered(context) || !query.storage.writable || server.reconfigure === undefined) return context;
  return { ...context, reconfigureData: reconfigureData(query.now, server.reconfigure.newKey()) };
}

/** For a message whose Reply says nothing of the key: leases that it gives have the key of the others. */
export function withKeyKept(context: ClientContext): ClientContext {
  const kept = keptData(context);
  return kept === undefined ? context : { ...context, reconfigureData: kept };
}

/** What the Reply tells: the key, where a lease holds it by now; one that nothing was leased with is forgotten. */
export function keyToTell(context: ClientContext): Uint8Array | undefined {
  return context.reconfigureData !== undefined && isOffered(context) ? reconfigureKeyOf(keptData(context)) : undefined;
}
