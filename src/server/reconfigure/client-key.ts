/**
 * The reconfigure key of a client (RFC 9915 section 20.4.2): it is chosen when a client that accepts Reconfigure gets its leases, is kept
 * with each of them, and told in the Reply that gives them; what is told is durable by then. A client that says nothing of Reconfigure in its
 * Request has no key any more; in a Renew or Rebind many leave it out that said it in their Request.
 *
 * Who knows a DUID can ask in its client's name. So a key is told as long as its client may have missed it, and by the way that it came by; what
 * comes later, or from elsewhere, gets a new one, and on each link a client has its own: nobody learns the key that a client elsewhere goes by.
 */
import { BindingStatus, NO_SLOT, reconfigureData, reconfigureKeyOf, reconfigureTimeOf } from '../../lease/index.ts';
import type { LeaseTable } from '../../lease/index.ts';
import { decodeRelayHeaders, epochSeconds, sameBytes } from '../../wire/index.ts';
import type { Duid, EpochSeconds } from '../../wire/index.ts';
import type { ClientContext, Context } from '../context.ts';

/** A Request that is not answered is sent again for some 4 minutes (RFC 9915 section 7.6: REQ_MAX_RC of up to REQ_MAX_RT). */
const TOLD_AGAIN_SECONDS = 300;

/** When the client of a lease was heard last, by this box or by its partner. */
export function heardAt({ records }: LeaseTable, slot: number): EpochSeconds {
  return epochSeconds(Math.max(records.clientLastTransactionTime(slot), records.partnerRawCltTime(slot)));
}

/**
 * The lease that tells how to reach a client on a link: that which it was heard of last, of those that it has there. NO_SLOT: it has none, or
 * has no key with it: it did not accept Reconfigure then.
 * @param isThere whether the lease in a slot is on the link
 */
export function keyedLease(table: LeaseTable, client: Duid, isThere: (slot: number) => boolean): number {
  const { records } = table;
  let latest = NO_SLOT;
  let latestTime = -1;
  let isLatestKeyed = false;
  for (let slot = table.firstOfClient(client, 0, client.length); slot !== NO_SLOT; slot = table.nextOfClient(slot)) {
    if (records.status(slot) !== BindingStatus.ACTIVE || !isThere(slot)) continue;
    const time = heardAt(table, slot);
    const isKeyed = reconfigureKeyOf(records.reconfigureData(slot)) !== undefined;
    // Of the same second nobody knows which came last.
    if (time < latestTime || (time === latestTime && (isLatestKeyed || !isKeyed))) continue;
    latest = slot;
    latestTime = time;
    isLatestKeyed = isKeyed;
  }
  return isLatestKeyed ? latest : NO_SLOT;
}

/** On the link that the client is heard on; what is on none any more was there. */
function leaseHere({ server: { table, linkOfLease }, link: { configuration: here }, client }: ClientContext): number {
  return keyedLease(table, client, (slot) => (linkOfLease(slot) ?? here) === here);
}

function keptData(context: ClientContext): Uint8Array | undefined {
  return context.server.table.records.reconfigureData(leaseHere(context));
}

/** Whether the client is told that this server may send it Reconfigure (RFC 9915 sections 18.3.2 and 18.3.9). */
export function isOffered({ server: { configuration, reconfigure }, query }: Context): boolean {
  return query.message.reconfigureAccept && configuration.reconfigure !== undefined && reconfigure?.replay.isUsable === true;
}

/** For a message whose Reply gives a client its leases and tells it its key: a Request, or a Solicit that is answered at once. */
export function withKeyToTell(context: ClientContext): ClientContext {
  const { query, server } = context;
  if (!query.message.reconfigureAccept) return context;
  const slot = leaseHere(context);
  const kept = server.table.records.reconfigureData(slot);
  if (kept !== undefined && mayTellAgain(context, slot, kept)) return { ...context, reconfigureData: kept, tellsKey: true };
  // What can't be written can't be told.
  if (!isOffered(context) || !query.storage.writable || server.reconfigure === undefined) return { ...context, reconfigureData: kept };
  return { ...context, reconfigureData: reconfigureData(query.now, server.reconfigure.newKey()), tellsKey: true };
}

/** The client may have missed the Reply that told it the key: it asks soon, and from where it asked. */
function mayTellAgain({ query, server: { table: { records } } }: ClientContext, slot: number, kept: Uint8Array): boolean {
  if (Math.abs(query.now - reconfigureTimeOf(kept)) > TOLD_AGAIN_SECONDS) return false;
  const [chain, nearest] = [records.relay(slot), query.levels.at(-1)];
  if (nearest === undefined) return chain === undefined && isSame(records.clientAddress(slot), query.source);
  const known = chain === undefined ? undefined : decodeRelayHeaders(chain)?.at(-1);
  return known !== undefined && isSame(known.peerAddress, nearest.peerAddress) && isSame(known.linkAddress, nearest.linkAddress);
}

function isSame(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && sameBytes(a, b);
}

/** For a message whose Reply says nothing of the key: leases that it gives have the key of the others. */
export function withKeyKept(context: ClientContext): ClientContext {
  const kept = keptData(context);
  return kept === undefined ? context : { ...context, reconfigureData: kept };
}

/** What the Reply tells: the key, where a lease holds it by now; one that nothing was leased with is forgotten. */
export function keyToTell(context: ClientContext): Uint8Array | undefined {
  const { reconfigureData: data, tellsKey, changed, server: { table: { records } } } = context;
  if (tellsKey !== true || data === undefined || !isOffered(context)) return undefined;
  const isHeld = changed.some((slot) => isSame(records.reconfigureData(slot), data)) || isSame(keptData(context), data);
  return isHeld ? reconfigureKeyOf(data) : undefined;
}
