import type { LeasequeryConfiguration, Link, ServerConfiguration } from '../configuration.ts';
import { sameValue } from '../same-value.ts';

type Settings = Pick<ServerConfiguration, 'links' | 'leasequery'>;

/**
 * Whether answers to leasequeries depend on the same in two configurations: then what is under way goes on. Who may ask is no part of it;
 * where nobody may, nothing is under way.
 */
export function isAnsweredAlike(a: Settings, b: Settings): boolean {
  if (a.leasequery === undefined || b.leasequery === undefined) return false;
  return sameValue([a.links.map(partsOf), toldBy(a.leasequery)], [b.links.map(partsOf), toldBy(b.leasequery)]);
}

function toldBy({ sensitiveOptions, activeHistory }: LeasequeryConfiguration): unknown {
  return [sensitiveOptions, activeHistory === undefined];
}

/** Pools in their order: it is their number in the lease table. */
function partsOf({ name, relationship, prefixes, addressPools, prefixPools, reservations }: Link): unknown {
  return [
    name,
    relationship,
    prefixes,
    addressPools.map(({ first, last }) => [first, last]),
    prefixPools.map(({ prefix, delegatedLength }) => [prefix, delegatedLength]),
    reservations.map(({ addresses, prefixes: reserved }) => [addresses, reserved.map(({ prefix }) => prefix)]),
  ];
}
