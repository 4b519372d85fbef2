/** Where a configuration has leases: in which pool of which link, found by their addresses. */
import { compareBytes } from '../wire/index.ts';
import type { Address } from '../wire/index.ts';
import type { AddressPool, Link, PrefixPool } from './configuration.ts';
import { strayFinder } from './lease-links.ts';
import { PrefixIndex } from './prefix-index.ts';

/** Where a lease comes from: a pool, or none. */
export interface Place {
  readonly link: Link | undefined;
  readonly pool: AddressPool | PrefixPool | undefined;
}

/** @returns what finds the place of a lease: the same object for the same place */
export function placeFinder(links: readonly Link[]): (address: Address, prefixLength: number) => Place {
  const ranges = links
    .flatMap((link) => link.addressPools.map((pool) => ({ pool, place: { link, pool } satisfies Place })))
    .sort((a, b) => compareBytes(a.pool.first, b.pool.first));
  const byDelegatedLength = new Map<number, PrefixIndex<Place>>();
  for (const link of links) for (const pool of link.prefixPools) {
    let index = byDelegatedLength.get(pool.delegatedLength);
    if (index === undefined) byDelegatedLength.set(pool.delegatedLength, (index = new PrefixIndex<Place>()));
    index.put(pool.prefix, { link, pool });
  }
  const linkOfStray = strayFinder(links);
  const strays = new Map<Link | undefined, Place>();

  /** Pools do not overlap: the last that begins not behind the address is the only one that can have it. */
  const inRange = (address: Address): Place | undefined => {
    let [low, high] = [0, ranges.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareBytes((ranges[middle] as (typeof ranges)[number]).pool.first, address) <= 0) low = middle + 1;
      else high = middle;
    }
    const found = ranges[low - 1];
    return found !== undefined && compareBytes(address, found.pool.last) <= 0 ? found.place : undefined;
  };

  const stray = (link: Link | undefined): Place => {
    let place = strays.get(link);
    if (place === undefined) strays.set(link, (place = { link, pool: undefined }));
    return place;
  };

  return (address, prefixLength) =>
    (prefixLength === 128 ? inRange(address) : undefined) ?? byDelegatedLength.get(prefixLength)?.find(address) ?? stray(linkOfStray(address, prefixLength));
}
