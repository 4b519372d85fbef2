/** Which link a lease is on. */
import type { LeaseTable } from '../lease/index.ts';
import { numberedPools } from '../server/index.ts';
import type { Link } from '../server/index.ts';
import { samePrefix } from '../wire/index.ts';
import type { Address } from '../wire/index.ts';

/** @returns what finds the link of the lease in a slot; undefined where no link has it now */
export function linkFinder({ records }: LeaseTable, links: readonly Link[]): (slot: number) => Link | undefined {
  const pools = numberedPools(links);
  return (slot) => pools[records.pool(slot)]?.link ?? linkOnPrefix(links, records.address(slot));
}

/** For leases outside of the pools: reserved ones, and those of a former configuration. */
function linkOnPrefix(links: readonly Link[], address: Address): Link | undefined {
  return links.find((link) => link.prefixes.some((prefix) => samePrefix(prefix.address, address, prefix.length)));
}
