/** Which link a lease is on. */
import type { LeaseTable } from '../lease/index.ts';
import type { Link } from './configuration.ts';
import { numberedPools } from './pool-numbers.ts';
import { sameBytes, samePrefix } from '../wire/index.ts';
import type { Address } from '../wire/index.ts';

/** @returns what finds the link of the lease in a slot; undefined where no link has it now */
export function linkFinder({ records }: LeaseTable, links: readonly Link[]): (slot: number) => Link | undefined {
  const pools = numberedPools(links);
  return (slot) => pools[records.pool(slot)]?.link ?? linkOfStray(links, records.address(slot), records.prefixLength(slot));
}

/** The link of a lease that no pool has. */
export function linkOfStray(links: readonly Link[], address: Address, length: number): Link | undefined {
  return linkOnPrefix(links, address) ?? linkOfReservation(links, address, length);
}

/** For reserved prefixes outside of the pools: no link is on what it delegates. */
function linkOfReservation(links: readonly Link[], address: Address, length: number): Link | undefined {
  return links.find(({ reservations }) =>
    reservations.some(({ prefixes }) => prefixes.some(({ prefix }) => prefix.length === length && sameBytes(prefix.address, address))),
  );
}

/** For addresses outside of the pools: reserved ones, and those of a former configuration. */
function linkOnPrefix(links: readonly Link[], address: Address): Link | undefined {
  return links.find((link) => link.prefixes.some((prefix) => samePrefix(prefix.address, address, prefix.length)));
}
