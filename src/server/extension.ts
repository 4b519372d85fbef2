/** An IA that the client has a binding for, in a Renew or Rebind (RFC 9915 sections 18.3.4, 18.3.5). */
import { isUnspecified } from '../wire/index.ts';
import { assignIa } from './assignment.ts';
import type { Refusal } from './assignment.ts';
import type { ClientContext, LeasableIa } from './context.ts';
import { bindLease, endedLease, extendLease, isLeftKnown, isSameLease, tellLeft } from './grant.ts';
import type { GrantedLease, IaResult } from './ia-result.ts';
import { isAppropriate, termsOf } from './lease-terms.ts';
import { reservedLease } from './reserved-lease.ts';

/** @param own slots of the leases that are bound to the IA, at least one */
export function extendIa(context: ClientContext, ia: LeasableIa, own: readonly number[]): IaResult | Refusal {
  const leases: GrantedLease[] = [];
  let extended = false;
  if (context.query.storage.writable) {
    const reserved = reservedLease(context, ia, own);
    if (reserved !== undefined && reserved.slot === undefined) {
      leases.push(bindLease(context, ia, reserved.name, reserved.terms));
      extended = true;
    }
    for (const slot of own) {
      // A reservation stands before what the client got without it.
      const terms = reserved === undefined || reserved.slot === slot ? termsOf(context, slot) : undefined;
      if (terms === undefined) {
        leases.push(notExtended(context, slot, reserved !== undefined));
      } else {
        leases.push(extendLease(context, slot, terms));
        extended = true;
      }
    }
    if (!extended) leases.push(...replacement(context, ia));
  } else {
    // What is left of it nobody knows, and nothing can be promised instead (R-ST2).
    if (own.some((slot) => isAppropriate(context, slot) && !isLeftKnown(context, slot))) return 'storage-unavailable';
    for (const slot of own) leases.push(notExtended(context, slot, false));
  }
  leases.push(...notOfThisIa(ia, leases));
  return { kind: ia.kind, iaid: ia.iaid, leases, status: undefined };
}

/** A lease of the IA that is not extended: what is left of it where that is known, and the lease still right for the link. */
function notExtended(context: ClientContext, slot: number, replaced: boolean): GrantedLease {
  const { records } = context.server.table;
  const address = records.address(slot);
  const prefixLength = records.prefixLength(slot);
  const stays = !replaced && isAppropriate(context, slot) && isLeftKnown(context, slot);
  return stays ? tellLeft(context, slot) : endedLease({ address, prefixLength });
}

/** A new lease beside those that can't be extended, where there is one to give. */
function replacement(context: ClientContext, ia: LeasableIa): readonly GrantedLease[] {
  if (!context.server.configuration.createOnRenew || !context.authority.alone) return [];
  const assigned = assignIa(context, ia, 'commit');
  return typeof assigned === 'string' ? [] : assigned.leases;
}

/** Nobody holds more; a message may list thousands. */
const ENDED_MAX = 64;

/** What the client believes to hold in this IA and does not (section 18.3.4). */
function notOfThisIa(ia: LeasableIa, granted: readonly GrantedLease[]): readonly GrantedLease[] {
  return ia.leases
    .filter((lease) => !isUnspecified(lease.address) && !granted.some((other) => isSameLease(lease, other)))
    .slice(0, ENDED_MAX)
    .map(endedLease);
}
