/**
 * Whom a new configuration concerns (RFC 9915 section 18.3: by Reconfigure clients "obtain new addresses, prefixes, and other configuration
 * information"): the clients that it gives something else than the one before, as far as their leases tell.
 */
import type { AddressPool, Link, PrefixPool, ServerConfiguration } from '../configuration.ts';
import { placeFinder } from '../lease-places.ts';
import type { Place } from '../lease-places.ts';
import type { Concern } from './known-lease.ts';
import { reservationChange } from './reservation-change.ts';
import { sameValue } from '../same-value.ts';

/** Yields so that others have their turn: 20 000 reservations take a while. @returns undefined where the change concerns nobody */
export function* concernOf(before: ServerConfiguration, after: ServerConfiguration): Generator<undefined, Concern | undefined> {
  if (!sameValue(forAll(before), forAll(after))) return () => true;
  const former = new Map(before.links.map((link) => [link.name, link]));
  const reservations = new Map<string, Concern>();
  for (const { name, reservations: now } of after.links) {
    const change = yield* reservationChange(former.get(name)?.reservations ?? [], now);
    if (change !== undefined) reservations.set(name, change);
  }
  if (reservations.size === 0 && sameValue(before.links.map(forClients), after.links.map(forClients))) return undefined;
  const [placeBefore, placeAfter] = [placeFinder(before.links), placeFinder(after.links)];
  const known = new Map<Place, Map<Place, boolean>>();
  const isSamePlace = (one: Place, other: Place): boolean => {
    let others = known.get(one);
    if (others === undefined) known.set(one, (others = new Map<Place, boolean>()));
    let isSame = others.get(other);
    if (isSame === undefined) others.set(other, (isSame = sameValue(given(one), given(other))));
    return isSame;
  };
  return (lease) => {
    const is = placeAfter(lease.address, lease.prefixLength);
    return !isSamePlace(placeBefore(lease.address, lease.prefixLength), is) || (is.link !== undefined && reservations.get(is.link.name)?.(lease) === true);
  };
}

/** What may be different for any client: which class one is in is told by its messages. */
function forAll({ classes, solMaxRt, infMaxRt, relaySuppliedOptions }: ServerConfiguration): unknown {
  return { classes, solMaxRt, infMaxRt, relaySuppliedOptions };
}

/** Reservations are compared by themselves. */
function forClients({ name, prefixes, addressPools, prefixPools, options, lifetimes }: Link): unknown {
  return { name, prefixes, addressPools: addressPools.map(wholePool), prefixPools: prefixPools.map(wholePool), options, lifetimes };
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
