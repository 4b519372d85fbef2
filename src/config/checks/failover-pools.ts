/** Pools that leave one of two boxes with nothing to give (RFC 8156 section 4.2). */
import { type Address, compareBytes, isReservedInterfaceId, lastAddress, prefixAfter, samePrefix } from '../../wire/index.ts';
import type { AddressRange } from '../address-values.ts';
import type { Report } from '../fault.ts';
import { own, relationshipsOfLinks } from '../relationships.ts';
import { reservedPrefix } from '../reserved-prefix.ts';
import type { AddressPoolSection, LinkSection, PrefixPoolSection, ProvisioningDocument } from '../schema.ts';

export function checkFailoverPools(document: ProvisioningDocument, report: Report): void {
  const relationships = relationshipsOfLinks(document);
  for (const [name, link] of Object.entries(document.links)) {
    const boxes = own(document.relationships, relationships.get(name) ?? '');
    if (boxes === undefined) continue;
    const kept = reservedAddresses(link);
    for (const [i, pool] of link['address-pools'].entries()) {
      const range = rangeOf(pool);
      if (!pool.failover || range === undefined) continue;
      for (const [role, bit] of PARITIES) {
        if (hasAddress(range, bit, kept)) continue;
        report({
          severity: 'warning',
          path: ['links', name, 'address-pools', i, pool.range === undefined ? 'prefix' : 'range'],
          problem: `${boxes[role]} has no address to give from this pool`,
          allowed: `a pool with ${bit === 1 ? 'odd' : 'even'} addresses that are not reserved: those are the ${role}'s`,
        });
      }
    }
    for (const [i, pool] of link['prefix-pools'].entries()) {
      if (!pool.failover || delegations(pool, link) > 1) continue;
      report({
        severity: 'warning',
        path: ['links', name, 'prefix-pools', i, 'delegated-length'],
        problem: `${boxes.secondary} has no prefix to delegate from this pool`,
        allowed: 'a pool of two or more prefixes that are not reserved, which the two boxes can divide',
      });
    }
  }
}

/** Addresses are divided by their lowest bit (RFC 8156 section 4.2.1.1). */
const PARITIES = [
  ['primary', 1],
  ['secondary', 0],
] as const;

function rangeOf({ range, prefix }: AddressPoolSection): AddressRange | undefined {
  if (range !== undefined) return range;
  return prefix === undefined ? undefined : { first: prefix.address, last: lastAddress(prefix.address, prefix.length) };
}

/** Only so many addresses are looked at: a pool that begins with more of them reserved has others as well. */
const LOOKED_AT_MAX = 65_536;

function hasAddress({ first, last }: AddressRange, bit: 0 | 1, kept: ReadonlySet<string>): boolean {
  let address: Address | undefined = first;
  for (let i = 0; i < LOOKED_AT_MAX; i++) {
    if (address === undefined || compareBytes(address, last) > 0) return false;
    const isMine = ((address[15] ?? 0) & 1) === bit;
    if (isMine && !isReservedInterfaceId(address) && !kept.has(keyOf(address))) return true;
    address = prefixAfter(address, 128, 1);
  }
  return true;
}

function reservedAddresses({ reservations }: LinkSection): ReadonlySet<string> {
  return new Set(reservations.flatMap(({ addresses }) => (addresses ?? []).map(keyOf)));
}

function keyOf(address: Address): string {
  return String.fromCharCode(...address);
}

/** How many prefixes the pool can delegate to whoever asks. */
function delegations(pool: PrefixPoolSection, { reservations }: LinkSection): number {
  const { address, length } = pool.prefix;
  const reserved = reservations
    .flatMap(({ prefixes }) => prefixes ?? [])
    .map((written) => reservedPrefix(written).prefix)
    .filter((prefix) => prefix.length >= length && samePrefix(prefix.address, address, length));
  return 2 ** (pool['delegated-length'] - length) - reserved.length;
}
