/** The two ways to give a lease, and the way to tell of one that is not extended. */
import { LeaseKind, NO_SLOT, granted, hasEnded, remainingLifetime } from '../lease/index.ts';
import type { LeaseName } from '../lease/index.ts';
import { INFINITY_SECONDS, epochSeconds, isLinkLocal, sameBytes, seconds } from '../wire/index.ts';
import type { Address, Seconds } from '../wire/index.ts';
import { reportedLinkLayerAddress } from './client-link-layer-address.ts';
import type { Lifetimes } from './configuration.ts';
import type { ClientContext, LeasableIa } from './context.ts';
import type { GrantedLease, LeaseTerms } from './ia-result.ts';
import { namesFor } from './lease-names.ts';
import { termsOf } from './lease-terms.ts';

export function isSameLease(a: LeaseName, b: LeaseName): boolean {
  return a.prefixLength === b.prefixLength && sameBytes(a.address, b.address);
}

/** What a client would get of a lease that is free; nothing is noted. */
export function offerLease(context: ClientContext, kind: LeaseKind, name: LeaseName, terms: LeaseTerms): GrantedLease {
  const dns = namesFor(context, kind, name.address, undefined);
  if (!terms.replicated) return grantOn(name, terms, dns);
  return grantOn(name, allowedTerms(context, context.server.table.find(name.address, 0, name.prefixLength), terms), dns);
}

/** What a client would get of a lease that is bound to it; nothing is noted. */
export function offerExtension(context: ClientContext, slot: number, terms: LeaseTerms): GrantedLease {
  const { records } = context.server.table;
  const dns = namesFor(context, records.kind(slot), records.address(slot), records.dns(slot));
  return grantOn(nameOf(context, slot), allowedTerms(context, slot, terms), dns);
}

/** Binds a lease that is free to this IA. */
export function bindLease(context: ClientContext, ia: LeasableIa, name: LeaseName, wanted: LeaseTerms): GrantedLease {
  const { query, server } = context;
  const { table } = server;
  const free = table.find(name.address, 0, name.prefixLength);
  const terms = allowedTerms(context, free, wanted);
  const { preferred, valid } = terms.lifetimes;
  const previous = free === NO_SLOT ? undefined : table.readPresent(free, query.now);
  // Of a lease that was free in between nothing is left in the DNS, or somebody is about to remove it.
  const before = previous !== undefined && hasEnded(previous.status) ? previous.dns : undefined;
  const dns = namesFor(context, ia.kind, name.address, before);
  const grant = {
    address: name.address,
    prefixLength: name.prefixLength,
    kind: ia.kind,
    duid: context.client,
    iaid: ia.iaid,
    preferredLifetime: preferred,
    validLifetime: valid,
    linkLayerAddress: reportedLinkLayerAddress(query),
    relay: context.relay,
    relayAgent: context.relayAgent,
    reconfigureData: context.reconfigureData,
    clientAddress: reachedAt(context, ia.kind),
    dns,
  };
  const slot = table.put(granted(grant, previous, query.now, query.revision));
  noteReplaced(context, slot, before, dns);
  noteForPartner(context, slot, wanted, terms.lifetimes);
  context.changed.push(slot);
  return grantOn(name, terms, dns);
}

/** Extends a lease that is bound to this client. */
export function extendLease(context: ClientContext, slot: number, wanted: LeaseTerms): GrantedLease {
  const { query, server } = context;
  const { table } = server;
  const terms = allowedTerms(context, slot, wanted);
  const { preferred, valid } = terms.lifetimes;
  table.extend(slot, preferred, valid, query.now, query.revision);
  noteForPartner(context, slot, wanted, terms.lifetimes);
  const kind = table.records.kind(slot);
  table.setWay(slot, context.relay, context.relayAgent, reachedAt(context, kind));
  if (table.records.reconfigureData(slot) !== context.reconfigureData) table.setReconfigureData(slot, context.reconfigureData);
  const before = table.records.dns(slot);
  const dns = namesFor(context, kind, table.records.address(slot), before);
  if (dns !== before) {
    table.setDns(slot, dns);
    noteReplaced(context, slot, before, dns);
  }
  context.changed.push(slot);
  return grantOn(nameOf(context, slot), terms, dns);
}

/**
 * The way of a delegated prefix, for the route of this box and for a partner that has it as well (R-ST3), and of a Reconfigure. Relay agents
 * know it themselves.
 */
function reachedAt({ query, reconfigureData }: ClientContext, kind: LeaseKind): Address | undefined {
  if (query.levels.length > 0 || (kind !== LeaseKind.IA_PD && reconfigureData === undefined)) return undefined;
  return isLinkLocal(query.source) ? query.source : undefined;
}

/** What is left of a bound lease is told, not extended; a partner that shares it has to know that its client was heard. */
export function tellLeft(context: ClientContext, slot: number): GrantedLease {
  const { query, server, link } = context;
  const left = leftOf(context, slot);
  const isNoted = query.isDurable === true || !link.isReplicated(server.table.records.pool(slot));
  if (!isNoted && left.valid > 0) server.table.told.note(slot, left.preferred, left.valid, query.now);
  return left;
}

/**
 * Whether it is known what is left of a lease that its client holds. One that was told of an upper bound would keep it for longer than it
 * lasts (R-ST2); and where nothing is left by this box's own word, the partner may have extended it (RFC 8156 section 7.3).
 */
export function isLeftKnown({ query, server }: ClientContext, slot: number): boolean {
  if (server.table.records.stateExpirationTime(slot) <= query.now) return false;
  return server.table.records.isExact(slot);
}

/**
 * What is left of a bound lease, within what failover allows now (RFC 8156 section 4.4): what this box gave alone its client may not have
 * been told yet, as the commit failed and was on the disk all the same. Who is told less than is kept for it, or asks while nothing can be
 * written, is to ask again in time: T1 and T2 at the end would say that nothing is extended (RFC 9915 section 18.3.4).
 */
export function leftOf(context: ClientContext, slot: number): GrantedLease {
  const { query, link, server } = context;
  const { records } = server.table;
  const kept = remainingLifetime(records.stateExpirationTime(slot), query.now);
  // No more than was given, whatever the clock did since.
  const left = seconds(Math.min(kept, records.validLifetime(slot)));
  const valid = link.isReplicated(records.pool(slot)) ? allowedLifetime(context, slot, left) : left;
  const terms = query.storage.writable ? undefined : termsOf(context, slot);
  return {
    ...nameOf(context, slot),
    preferred: seconds(Math.min(preferredLeft(context, slot), valid)),
    valid,
    terms: terms && { ...terms, lifetimes: shortened(terms.lifetimes, valid) },
    isToAskAgain: terms !== undefined || valid < kept,
    dns: records.dns(slot),
  };
}

function preferredLeft(context: ClientContext, slot: number): Seconds {
  const { records } = context.server.table;
  const preferred = records.preferredLifetime(slot);
  if (preferred === INFINITY_SECONDS) return INFINITY_SECONDS;
  const age = context.query.now - records.clientLastTransactionTime(slot);
  return seconds(Math.max(0, preferred - Math.max(0, age)));
}

/** Tells the client to stop using a lease now; its record runs until what was promised before is over. */
export function endedLease(name: LeaseName): GrantedLease {
  return { address: name.address, prefixLength: name.prefixLength, preferred: seconds(0), valid: seconds(0), terms: undefined };
}

function nameOf({ server }: ClientContext, slot: number): LeaseName {
  const { records } = server.table;
  return { address: records.address(slot), prefixLength: records.prefixLength(slot) };
}

function grantOn(name: LeaseName, terms: LeaseTerms, dns: Uint8Array | undefined): GrantedLease {
  const { preferred, valid } = terms.lifetimes;
  return { address: name.address, prefixLength: name.prefixLength, preferred, valid, terms, dns };
}

function noteReplaced({ server, client }: ClientContext, slot: number, before: Uint8Array | undefined, dns: Uint8Array | undefined): void {
  if (before !== undefined && dns !== before) server.names?.replaced(server.table.records.address(slot), client, before, dns);
}

/** The terms with what failover allows of their lifetimes; `slot` may be NO_SLOT. */
function allowedTerms(context: ClientContext, slot: number, terms: LeaseTerms): LeaseTerms {
  if (!terms.replicated) return terms;
  const valid = allowedLifetime(context, slot, terms.lifetimes.valid);
  return valid >= terms.lifetimes.valid ? terms : { ...terms, lifetimes: shortened(terms.lifetimes, valid) };
}

/** What failover allows of a lifetime; `slot` may be NO_SLOT. */
function allowedLifetime({ authority, query, server }: ClientContext, slot: number, desired: Seconds): Seconds {
  const { records } = server.table;
  // What may be over already allows nothing: an upper bound may only keep a lease (R-ST2).
  const acked = slot === NO_SLOT || !records.isExact(slot) ? epochSeconds(0) : records.ackedPartnerLifetime(slot);
  return authority.lifetimeFor(desired, acked, query.now);
}

/** T1 and T2 follow the actual lifetimes (RFC 8156 section 4.4.1), as configured ones may lie behind their end. */
function shortened(lifetimes: Lifetimes, valid: Seconds): Lifetimes {
  return { preferred: seconds(Math.min(lifetimes.preferred, valid)), valid, t1: 'auto', t2: 'auto' };
}

/** Where T1 is configured the client renews no later than that: one of the other leases of the Reply may make it earlier. */
function noteForPartner(context: ClientContext, slot: number, wanted: LeaseTerms, { valid, t1 }: Lifetimes): void {
  if (!wanted.replicated) return;
  const { authority, query, server } = context;
  server.table.noteForPartner(slot, authority.partnerLifetimeFor(valid, wanted.lifetimes.valid, t1, query.now));
}
