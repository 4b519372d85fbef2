/** Where a new lease for an IA comes from: the pools of the link, as the client's hints order them. */
import { poolsByLengthHint } from '../lease/index.ts';
import type { LeaseName } from '../lease/index.ts';
import { OptionCode, isUnspecified } from '../wire/index.ts';
import type { Address } from '../wire/index.ts';
import type { ClientContext, LeasableIa } from './context.ts';
import type { LeaseTerms } from './ia-result.ts';
import { radiusWish } from './radius-wish.ts';
import { mayUse, onOwnTerms } from './lease-terms.ts';

export interface FoundLease {
  readonly name: LeaseName;
  readonly terms: LeaseTerms;
}

export function findLease(context: ClientContext, ia: LeasableIa): FoundLease | undefined {
  const assigned = radiusWish(context, ia);
  const hint = assigned ?? ia.leases.find((lease) => !isUnspecified(lease.address));
  for (const pools of poolsInOrder(context, ia, assigned)) {
    const found = context.server.allocator.find(pools, context.client, ia.iaid, hint, assigned !== undefined);
    // Where nothing was found there is no pool.
    const terms = context.link.termsOfPool(found.pool);
    if (terms !== undefined) return { name: { address: found.address.slice() as Address, prefixLength: found.prefixLength }, terms: onOwnTerms(context, terms) };
  }
  return undefined;
}

/**
 * Pools to try, one group after the other. The length that a client asks for decides before it gets
 * an old prefix of another length back (RFC 8168 section 3.2).
 */
function poolsInOrder(context: ClientContext, ia: LeasableIa, assigned: LeaseName | undefined): readonly (readonly number[])[] {
  const { addressPools, prefixPools: allPrefixPools, delegatedLength } = context.link;
  if (ia.kind === OptionCode.IA_NA) return [usable(context, addressPools)];
  const prefixPools = usable(context, allPrefixPools);
  const lengthHint = assigned?.prefixLength ?? ia.leases.find((lease) => lease.prefixLength > 0)?.prefixLength;
  return lengthHint === undefined ? [prefixPools] : poolsByLengthHint(prefixPools, delegatedLength, lengthHint);
}

/** Those that the client may use by its classes. */
function usable(context: ClientContext, pools: readonly number[]): readonly number[] {
  return context.link.classesOfPools.size === 0 ? pools : pools.filter((pool) => mayUse(context, pool));
}
