/** What a pool is called. */
import type { AddressPool, PrefixPool } from '../server/index.ts';
import { formatAddress, formatPrefix } from '../wire/index.ts';

/** `2001:db8::1 - 2001:db8::ff`, or `2001:db8:100::/40 by /56`. */
export function describePool(pool: AddressPool | PrefixPool): { readonly pool: string; readonly kind: 'IA_NA' | 'IA_PD' } {
  return 'first' in pool
    ? { pool: `${formatAddress(pool.first)} - ${formatAddress(pool.last)}`, kind: 'IA_NA' }
    : { pool: `${formatPrefix(pool.prefix)} by /${String(pool.delegatedLength)}`, kind: 'IA_PD' };
}
