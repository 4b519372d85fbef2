/** Which link a lease is on. */
import type { LeaseTable } from '../lease/index.ts';
import { formatHex } from '../wire/index.ts';
import type { Address } from '../wire/index.ts';
import type { Link } from './configuration.ts';
import { numberedPools } from './pool-numbers.ts';
import { PrefixIndex } from './prefix-index.ts';

/** @returns what finds the link of the lease in a slot; undefined where no link has it now */
export function linkFinder({ records }: LeaseTable, links: readonly Link[]): (slot: number) => Link | undefined {
  const pools = numberedPools(links);
  const linkOfStray = strayFinder(links);
  return (slot) => pools[records.pool(slot)]?.link ?? linkOfStray(records.address(slot), records.prefixLength(slot));
}

/**
 * @returns what finds the link of a lease that no pool has: an address by the prefixes on the link (a reserved one, or one of a former
 * configuration), a prefix by its reservation, as no link is on what it delegates
 */
export function strayFinder(links: readonly Link[]): (address: Address, prefixLength: number) => Link | undefined {
  let known: Strays | undefined;
  return (address, prefixLength) => {
    // Few configurations have any.
    known ??= straysOf(links);
    return known.onLink.find(address) ?? known.reserved.get(nameOf(address, prefixLength));
  };
}

interface Strays {
  readonly onLink: PrefixIndex<Link>;
  readonly reserved: ReadonlyMap<string, Link>;
}

function straysOf(links: readonly Link[]): Strays {
  const onLink = new PrefixIndex<Link>();
  const reserved = new Map<string, Link>();
  for (const link of links) {
    for (const prefix of link.prefixes) onLink.put(prefix, link);
    for (const { prefixes } of link.reservations) for (const { prefix } of prefixes) {
      const name = nameOf(prefix.address, prefix.length);
      if (!reserved.has(name)) reserved.set(name, link);
    }
  }
  return { onLink, reserved };
}

function nameOf(address: Address, prefixLength: number): string {
  return `${formatHex(address, '')}/${prefixLength}`;
}
