/** Prefix pools: lengths that make sense, and apart from each other and from what is on-link anywhere. */
import { formatPrefix } from '../../wire/index.ts';
import type { Report } from '../fault.ts';
import type { KeyPath } from '../key-path.ts';
import type { PrefixPoolSection, ProvisioningDocument } from '../schema.ts';
import { type Interval, eachOverlap, prefixInterval } from './intervals.ts';
import { checkUnicast, onLinkPrefixes } from './links.ts';

export interface PrefixPoolInterval extends Interval {
  readonly pool: PrefixPoolSection;
}

export function checkPrefixPools(document: ProvisioningDocument, report: Report): void {
  const pools = prefixPools(document);
  for (const interval of pools) {
    checkUnicast(interval, report);
    checkLengths(interval.pool, interval.path.slice(0, -1), report);
  }
  eachOverlap(pools, (later, earlier) => {
    report({
      path: later.path,
      problem: 'the pool overlaps another one',
      allowed: 'pools that do not overlap',
      related: [{ path: earlier.path, note: `the other pool, of ${earlier.link}, is` }],
    });
  });
  apartFromLinks(document, pools, 'the pool overlaps an on-link prefix', report);
}

/** What is delegated to one client cannot be on-link for others. */
export function apartFromLinks(
  document: ProvisioningDocument,
  delegated: readonly Interval[],
  problem: string,
  report: Report,
): void {
  const onLink = onLinkPrefixes(document);
  const isOnLink = new Set(onLink);
  eachOverlap([...onLink, ...delegated], (later, earlier) => {
    if (isOnLink.has(later) === isOnLink.has(earlier)) return;
    const [prefix, other] = isOnLink.has(later) ? [later, earlier] : [earlier, later];
    report({
      path: other.path,
      problem,
      allowed: 'a prefix apart from those of all links',
      related: [{ path: prefix.path, note: `the prefix of ${prefix.link} is` }],
    });
  });
}

export function prefixPools({ links }: ProvisioningDocument): PrefixPoolInterval[] {
  return Object.entries(links).flatMap(([name, link]) =>
    link['prefix-pools'].map((pool, i) => ({
      ...prefixInterval(pool.prefix, ['links', name, 'prefix-pools', i, 'prefix'], name),
      pool,
    })),
  );
}

function checkLengths(pool: PrefixPoolSection, path: KeyPath, report: Report): void {
  const { prefix, exclude } = pool;
  const delegatedLength = pool['delegated-length'];
  if (delegatedLength < prefix.length) {
    report({
      path: [...path, 'delegated-length'],
      problem: 'the delegated prefixes are larger than their pool',
      allowed: `${prefix.length} to 128, for a pool of ${formatPrefix(prefix)}`,
      related: [{ path: [...path, 'prefix'], note: 'the pool is' }],
    });
  }
  if (exclude === undefined) return;
  const bits = exclude.length - delegatedLength;
  if (bits <= 0) {
    report({
      path: [...path, 'exclude', 'length'],
      problem: 'the excluded prefix is not smaller than the delegated one',
      allowed: `${delegatedLength + 1} to 128 (RFC 6603 section 4.2)`,
      related: [{ path: [...path, 'delegated-length'], note: 'the delegated length is set' }],
    });
  } else if (exclude['subnet-id'] >= 2 ** bits) {
    report({
      path: [...path, 'exclude', 'subnet-id'],
      problem: `a prefix of length ${delegatedLength} has no part of length ${exclude.length} with this number`,
      allowed: `0 to ${2 ** bits - 1}`,
    });
  }
}
