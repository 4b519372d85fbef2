/** The lease that a RADIUS server has for a client (RFC 7037). */
import type { LeaseName } from '../lease/index.ts';
import { OptionCode, RadiusAttributeType, delegatedPrefix, framedAddress } from '../wire/index.ts';
import { leasableIas } from './context.ts';
import type { ClientContext, LeasableIa } from './context.ts';
import { radiusValues } from './radius-values.ts';

/**
 * The lease that RADIUS has for this IA: the first IA of a kind gets what comes first, the second what comes behind that. It is a wish like a client's
 * own, but goes ahead of it, and of what the IA had before.
 */
export function radiusWish({ query, link }: ClientContext, ia: LeasableIa): LeaseName | undefined {
  if (!link.configuration.radiusAssignments || query.levels.length === 0) return undefined;
  const place = leasableIas(query).filter(({ kind }) => kind === ia.kind).findIndex(({ iaid }) => iaid === ia.iaid);
  if (ia.kind === OptionCode.IA_NA) {
    const value = radiusValues(query.levels, RadiusAttributeType.FRAMED_IPV6_ADDRESS)[place];
    const address = value && framedAddress(value);
    return address && { address, prefixLength: 128 };
  }
  const value = radiusValues(query.levels, RadiusAttributeType.DELEGATED_IPV6_PREFIX)[place];
  const prefix = value && delegatedPrefix(value);
  return prefix && { address: prefix.address, prefixLength: prefix.length };
}
