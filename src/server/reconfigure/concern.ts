/**
 * Whom a new configuration concerns (RFC 9915 section 18.3: by Reconfigure clients "obtain new addresses, prefixes, and other configuration
 * information"): the clients that it gives something else than the one before, as far as their leases tell.
 */
import { compareBytes, formatHex, samePrefix } from '../../wire/index.ts';
import type { Address, Duid, Iaid } from '../../wire/index.ts';
import type { AddressPool, Link, PrefixPool, Reservation, ServerConfiguration } from '../configuration.ts';
import { linkOfStray } from '../lease-links.ts';
import { sameValue } from './same-value.ts';

/** What is known of a client by a lease of it. */
export interface KnownLease {
  readonly address: Address;
  /** 128 for an address */
  readonly prefixLength: number;
  readonly duid: Duid;
  readonly iaid: Iaid;
  /** Without the hardware type. */
  readonly linkLayerAddress: Uint8Array | undefined;
}

/** @returns whether the change concerns the client of a lease; undefined where it concerns nobody */
export function concernOf(before: ServerConfiguration, after: ServerConfiguration): ((lease: KnownLease) => boolean) | undefined {
  if (sameValue(forAll(before), forAll(after))) {
    if (sameValue(before.links.map(forClients), after.links.map(forClients))) return undefined;
  } else {
    return () => true;
  }
  const [old, next] = [placesIn(before), placesIn(after)];
  const known = new Map<Place, Map<Place, boolean>>();
  const isSamePlace = (one: Place, other: Place): boolean => {
    let others = known.get(one);
    if (others === undefined) known.set(one, (others = new Map<Place, boolean>()));
    let isSame = others.get(other);
    if (isSame === undefined) others.set(other, (isSame = sameValue(given(one), given(other))));
    return isSame;
  };
  return (lease) => {
    const [was, is] = [old.placeOf(lease), next.placeOf(lease)];
    return !isSamePlace(was, is) || !sameValue(old.reserved(was.link, lease), next.reserved(is.link, lease));
  };
}

/** What may be different for any client: which class one is in is told by its messages. */
function forAll({ classes, solMaxRt, infMaxRt, relaySuppliedOptions }: ServerConfiguration): unknown {
  return { classes, solMaxRt, infMaxRt, relaySuppliedOptions };
}

function forClients({ name, prefixes, addressPools, prefixPools, reservations, options, lifetimes }: Link): unknown {
  return { name, prefixes, addressPools: addressPools.map(wholePool), prefixPools: prefixPools.map(wholePool), reservations, options, lifetimes };
}

/** Where a lease comes from: a pool, or none. */
interface Place {
  readonly link: Link | undefined;
  readonly pool: AddressPool | PrefixPool | undefined;
}

function given({ link, pool }: Place): unknown {
  return {
    link: link?.name,
    prefixes: link?.prefixes,
    options: link?.options,
    // A pool has its own.
    lifetimes: pool === undefined ? link?.lifetimes : undefined,
    pool: pool && ofPool(pool),
  };
}

/** Of a pool what its clients notice; how large it is they don't. */
function ofPool(pool: AddressPool | PrefixPool): unknown {
  const { lifetimes, options, classes } = pool;
  return { lifetimes, options, classes, exclude: 'exclude' in pool ? pool.exclude : undefined };
}

function wholePool(pool: AddressPool | PrefixPool): unknown {
  const { first, last } = 'first' in pool ? pool : {};
  const { prefix, delegatedLength } = 'prefix' in pool ? pool : {};
  return { first, last, prefix, delegatedLength, noticed: ofPool(pool) };
}

interface Places {
  placeOf(lease: KnownLease): Place;
  /** What reservations there say of the client, or of the lease as somebody else's. */
  reserved(link: Link | undefined, lease: KnownLease): unknown;
}

function placesIn({ links }: ServerConfiguration): Places {
  const strays = new Map<Link | undefined, Place>();
  const places = links.flatMap((link) => [...link.addressPools, ...link.prefixPools].map((pool): Place => ({ link, pool })));
  const reservations = new Map(links.map((link) => [link, reservationsOf(link)]));
  return {
    placeOf({ address, prefixLength }) {
      const found = places.find(({ pool }) => pool !== undefined && isIn(pool, address, prefixLength));
      if (found !== undefined) return found;
      const link = linkOfStray(links, address, prefixLength);
      let stray = strays.get(link);
      if (stray === undefined) strays.set(link, (stray = { link, pool: undefined }));
      return stray;
    },
    reserved(link, lease) {
      const known = link === undefined ? undefined : reservations.get(link);
      return known === undefined ? [] : [known.ofClient(lease), known.ownerOf(lease)];
    },
  };
}

function isIn(pool: AddressPool | PrefixPool, address: Address, prefixLength: number): boolean {
  if ('delegatedLength' in pool) return prefixLength === pool.delegatedLength && samePrefix(pool.prefix.address, address, pool.prefix.length);
  return prefixLength === 128 && compareBytes(pool.first, address) <= 0 && compareBytes(address, pool.last) <= 0;
}

interface Reservations {
  ofClient(lease: KnownLease): readonly Reservation[];
  /** Whose the lease is by a reservation. */
  ownerOf(lease: KnownLease): unknown;
}

function reservationsOf({ reservations }: Link): Reservations {
  const byClient = new Map<string, Reservation[]>();
  const owners = new Map<string, string>();
  for (const reservation of reservations) {
    const client = clientKey(reservation.duid, reservation.linkLayerAddress);
    const others = byClient.get(client);
    if (others === undefined) byClient.set(client, [reservation]);
    else others.push(reservation);
    for (const address of reservation.addresses) owners.set(leaseKey(address, 128), client);
    for (const { prefix } of reservation.prefixes) owners.set(leaseKey(prefix.address, prefix.length), client);
  }
  const none: readonly Reservation[] = [];
  return {
    ofClient({ duid, iaid, linkLayerAddress }) {
      const byDuid = (byClient.get(clientKey(duid, undefined)) ?? none).filter((one) => one.iaid === undefined || one.iaid === iaid);
      const byAddress = linkLayerAddress === undefined ? none : (byClient.get(clientKey(undefined, linkLayerAddress)) ?? none);
      return [...byDuid, ...byAddress];
    },
    ownerOf: ({ address, prefixLength }) => owners.get(leaseKey(address, prefixLength)),
  };
}

function clientKey(duid: Uint8Array | undefined, linkLayerAddress: Uint8Array | undefined): string {
  return duid === undefined ? `address ${formatHex(linkLayerAddress ?? new Uint8Array(0), '')}` : formatHex(duid, '');
}

function leaseKey(address: Address, prefixLength: number): string {
  return `${formatHex(address, '')}/${prefixLength}`;
}
