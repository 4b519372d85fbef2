import { formatAddress, formatPrefix } from '../../wire/index.ts';
import type { Link, ServerConfiguration } from '../configuration.ts';

/**
 * What answers to leasequeries depend on, of a configuration: where it is the same in the next one, what is under way goes on. Who may ask is
 * no part of it.
 */
export function answeredFrom({ links, leasequery }: Pick<ServerConfiguration, 'links' | 'leasequery'>): string {
  return JSON.stringify([links.map(partsOf), leasequery && [leasequery.sensitiveOptions, leasequery.activeHistory === undefined]]);
}

/** Pools in their order: it is their number in the lease table. */
function partsOf({ name, relationship, prefixes, addressPools, prefixPools, reservations }: Link): readonly unknown[] {
  return [
    name,
    relationship,
    prefixes.map(formatPrefix),
    addressPools.map(({ first, last }) => [formatAddress(first), formatAddress(last)]),
    prefixPools.map(({ prefix, delegatedLength }) => [formatPrefix(prefix), delegatedLength]),
    reservations.map(({ addresses, prefixes: reserved }) => [addresses.map(formatAddress), reserved.map(({ prefix }) => formatPrefix(prefix))]),
  ];
}
