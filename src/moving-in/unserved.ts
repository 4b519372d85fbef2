/** Leases that the new configuration would not extend: in no pool, and reserved for nobody. */
import type { ProvisioningDocument } from '../config/index.ts';
import { LeaseKind, type Binding } from '../lease/index.ts';
import { compareBytes, formatAddress, formatPrefix, lastAddress, samePrefix } from '../wire/index.ts';

export function unservedLeases(document: ProvisioningDocument, bindings: readonly Binding[]): readonly Binding[] {
  const links = Object.values(document.links);
  const reserved = new Set(
    links.flatMap(({ reservations }) =>
      reservations.flatMap(({ addresses = [], prefixes = [] }) => [
        ...addresses.map(formatAddress),
        ...prefixes.map((written) => formatPrefix('prefix' in written ? written.prefix : written)),
      ]),
    ),
  );
  const addressPools = links.flatMap((link) =>
    link['address-pools'].flatMap(({ range, prefix }) => range ?? (prefix === undefined ? [] : { first: prefix.address, last: lastAddress(prefix.address, prefix.length) })),
  );
  const prefixPools = links.flatMap((link) => link['prefix-pools']);
  return bindings.filter(({ kind, address, prefixLength }) => {
    if (kind === LeaseKind.IA_NA) {
      const isInPool = addressPools.some(({ first, last }) => compareBytes(first, address) <= 0 && compareBytes(address, last) <= 0);
      return !isInPool && !reserved.has(formatAddress(address));
    }
    const isInPool = prefixPools.some(({ prefix, 'delegated-length': length }) => length === prefixLength && samePrefix(prefix.address, address, prefix.length));
    return !isInPool && !reserved.has(formatPrefix({ address, length: prefixLength }));
  });
}
