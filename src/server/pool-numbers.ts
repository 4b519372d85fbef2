/** The numbers of the pools: their places in the lease table, and in what failover is told of. */
import type { AddressPool, Link, PrefixPool } from './configuration.ts';

export interface NumberedPool {
  readonly link: Link;
  readonly pool: AddressPool | PrefixPool;
}

/** Every pool at the place of its number: through the links in the order of the configuration, addresses before prefixes. */
export function numberedPools(links: readonly Link[]): readonly NumberedPool[] {
  return links.flatMap((link) => [...link.addressPools, ...link.prefixPools].map((pool) => ({ link, pool })));
}
