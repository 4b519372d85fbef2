/** Links by addresses, as requestors name them (RFC 5007 sections 4.1.2.1 and 4.1.2.5). */
import { compareBytes, samePrefix } from '../../wire/index.ts';
import type { Address } from '../../wire/index.ts';
import type { Link } from '../configuration.ts';

/** The link that an address belongs to: one on it, or one that clients there may be given, or that lies in what may be delegated to them. */
export function linkAt(links: readonly Link[], address: Address): Link | undefined {
  return links.find(({ prefixes }) => prefixes.some((prefix) => samePrefix(prefix.address, address, prefix.length))) ?? links.find((link) => gives(link, address));
}

function gives({ addressPools, prefixPools, reservations }: Link, address: Address): boolean {
  return (
    addressPools.some(({ first, last }) => compareBytes(first, address) <= 0 && compareBytes(address, last) <= 0) ||
    prefixPools.some(({ prefix }) => samePrefix(prefix.address, address, prefix.length)) ||
    reservations.some(
      ({ addresses, prefixes }) =>
        addresses.some((reserved) => compareBytes(reserved, address) === 0) ||
        prefixes.some(({ prefix }) => samePrefix(prefix.address, address, prefix.length)),
    )
  );
}

/** What names a link to a requestor, so that `linkAt` finds it; `given`: an address that belongs to it, where it has no prefix. */
export function linkAddress({ prefixes }: Link, given: Address): Address {
  return prefixes[0]?.address ?? given;
}
