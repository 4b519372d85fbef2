/** Address pools: inside of their link, apart from each other, and with at least one address that a host may have. */
import { type Address, isReservedInterfaceId, samePrefix } from '../../wire/index.ts';
import type { Report } from '../fault.ts';
import type { AddressPoolSection, ProvisioningDocument } from '../schema.ts';
import { type Interval, contains, eachOverlap, prefixInterval } from './intervals.ts';
import { describePrefixes, onLinkPrefixes } from './links.ts';

export function checkAddressPools(document: ProvisioningDocument, report: Report): void {
  const onLink = onLinkPrefixes(document);
  const pools: Interval[] = [];
  for (const [name, link] of Object.entries(document.links)) {
    for (const [i, pool] of link['address-pools'].entries()) {
      const path = ['links', name, 'address-pools', i];
      const interval = poolInterval(pool, path, name);
      if (interval === undefined) {
        report({
          path,
          problem: 'a pool says in one way which addresses it has',
          found: pool.range === undefined ? 'neither range nor prefix' : 'both range and prefix',
          allowed: 'range, or prefix',
        });
        continue;
      }
      pools.push(interval);
      if (!onLink.some((prefix) => prefix.link === name && contains(prefix, interval))) {
        report({
          path: interval.path,
          problem: `the pool is not inside a prefix of ${name}`,
          allowed: describePrefixes(document, name),
        });
      }
      if (hasOnlyReserved(interval.first, interval.last)) {
        report({
          path: interval.path,
          problem: 'the pool has only addresses that no host may have',
          allowed: 'addresses with other interface identifiers (RFC 5453 section 3)',
        });
      }
    }
  }
  eachOverlap(pools, (later, earlier) => {
    report({
      path: later.path,
      problem: 'the pool overlaps another one',
      allowed: 'pools that do not overlap',
      related: [{ path: earlier.path, note: `the other pool, of ${earlier.link}, is` }],
    });
  });
}

/** What the pools have, those left out that say it wrongly. */
export function poolIntervals({ links }: ProvisioningDocument): Interval[] {
  return Object.entries(links).flatMap(([name, link]) =>
    link['address-pools'].flatMap((pool, i) => poolInterval(pool, ['links', name, 'address-pools', i], name) ?? []),
  );
}

function poolInterval(
  { range, prefix }: AddressPoolSection,
  path: readonly (string | number)[],
  link: string,
): Interval | undefined {
  if (range !== undefined && prefix === undefined) return { ...range, path: [...path, 'range'], link };
  if (prefix !== undefined && range === undefined) return prefixInterval(prefix, [...path, 'prefix'], link);
  return undefined;
}

/** Each block of reserved identifiers lies in a /104 of its own: ends that are reserved and share one are in one block. */
const RESERVED_BLOCK_LENGTH = 104;

function hasOnlyReserved(first: Address, last: Address): boolean {
  return isReservedInterfaceId(first) && isReservedInterfaceId(last) && samePrefix(first, last, RESERVED_BLOCK_LENGTH);
}
