/** Leases for an IA in a Solicit or Request (RFC 9915 sections 18.3.2, 18.3.9). */
import type { LeaseName } from '../lease/index.ts';
import { OptionCode } from '../wire/index.ts';
import { leasesOfIa } from './client-leases.ts';
import { leasableIas } from './context.ts';
import type { ClientContext, LeasableIa } from './context.ts';
import { bindLease, extendLease, isLeftKnown, leftOf, offerExtension, offerLease, tellLeft } from './grant.ts';
import { NO_ADDRS_AVAIL, NO_PREFIX_AVAIL } from './ia-result.ts';
import type { GrantedLease, IaResult, LeaseTerms } from './ia-result.ts';
import { findLease } from './lease-search.ts';
import { isAppropriate, termsOf } from './lease-terms.ts';
import { reservedLease } from './reserved-lease.ts';

/** `offer`: say what would be given. `commit`: give it. */
export type AssignmentMode = 'offer' | 'commit';

/** Why nothing at all can be said of an IA. */
export type Refusal = 'storage-lost' | 'storage-unavailable' | 'partner-may-know';

/** What became of the IAs of a message. Refused ones are left out: the client asks for them again. */
export interface IaOutcomes {
  readonly results: readonly IaResult[];
  readonly refusal: Refusal | undefined;
}

/** Answers each IA that the server deals with by `answer`. */
export function forEachIa(context: ClientContext, answer: (ia: LeasableIa) => IaResult | Refusal): IaOutcomes {
  const results: IaResult[] = [];
  let refusal: Refusal | undefined;
  for (const ia of leasableIas(context.query)) {
    const outcome = answer(ia);
    if (typeof outcome === 'string') refusal ??= outcome;
    else results.push(outcome);
  }
  return { results, refusal };
}

export function assignIa(context: ClientContext, ia: LeasableIa, mode: AssignmentMode): IaResult | Refusal {
  const own = leasesOfIa(context, ia.kind, ia.iaid);
  if (!context.query.storage.writable) return withoutWriting(context, ia, own, mode);
  const reserved = reservedLease(context, ia, own);
  if (reserved !== undefined && reserved.slot === undefined) {
    return result(ia, [give(context, ia, reserved.name, reserved.terms, mode)]);
  }
  const kept = own.flatMap((slot) => {
    const terms = reserved === undefined || reserved.slot === slot ? termsOf(context, slot) : undefined;
    return terms === undefined ? [] : [keep(context, slot, terms, mode)];
  });
  if (kept.length > 0) return result(ia, kept);
  if (context.query.storage.lost) return 'storage-lost';
  if (!context.authority.newLeases) return 'partner-may-know';
  const found = findLease(context, ia);
  if (found === undefined) {
    return {
      kind: ia.kind,
      iaid: ia.iaid,
      leases: [],
      status: ia.kind === OptionCode.IA_NA ? NO_ADDRS_AVAIL : NO_PREFIX_AVAIL,
    };
  }
  return result(ia, [give(context, ia, found.name, found.terms, mode)]);
}

/** Stable storage takes nothing now: what is durable, and right for the link, is told as it is, where it is known (R-ST2). */
function withoutWriting(context: ClientContext, ia: LeasableIa, own: readonly number[], mode: AssignmentMode): IaResult | Refusal {
  const tell = mode === 'commit' ? tellLeft : leftOf;
  const right = own.filter((slot) => isAppropriate(context, slot));
  return right.length === 0 || !right.every((slot) => isLeftKnown(context, slot)) ? 'storage-unavailable' : result(ia, right.map((slot) => tell(context, slot)));
}

function result(ia: LeasableIa, leases: readonly GrantedLease[]): IaResult {
  return { kind: ia.kind, iaid: ia.iaid, leases, status: undefined };
}

function give(
  context: ClientContext,
  ia: LeasableIa,
  name: LeaseName,
  terms: LeaseTerms,
  mode: AssignmentMode,
): GrantedLease {
  return mode === 'commit' ? bindLease(context, ia, name, terms) : offerLease(context, ia.kind, name, terms);
}

function keep(context: ClientContext, slot: number, terms: LeaseTerms, mode: AssignmentMode): GrantedLease {
  return mode === 'commit' ? extendLease(context, slot, terms) : offerExtension(context, slot, terms);
}
