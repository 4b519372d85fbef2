/** Reservations: one client each, what they keep is on the link, and nothing is kept twice. */
import { type Address, isReservedInterfaceId, samePrefix } from '../../wire/index.ts';
import type { Report } from '../fault.ts';
import type { KeyPath } from '../key-path.ts';
import { reservedPrefix } from '../reserved-prefix.ts';
import type { ProvisioningDocument, ReservationSection } from '../schema.ts';
import { type Interval, contains, eachOverlap, prefixInterval } from './intervals.ts';
import { checkUnicast, describePrefixes, onLinkPrefixes } from './links.ts';
import { apartFromLinks, prefixPools } from './prefix-pools.ts';

export function checkReservations(document: ProvisioningDocument, report: Report): void {
  const onLink = onLinkPrefixes(document);
  const addresses = new Map<string, KeyPath>();
  const delegated: ReservedInterval[] = [];
  for (const [link, { reservations }] of Object.entries(document.links)) {
    const ownPrefixes = onLink.filter((prefix) => prefix.link === link);
    const clients = new Map<string, KeyPath>();
    for (const [i, reservation] of reservations.entries()) {
      const path = ['links', link, 'reservations', i];
      checkClient(reservation, path, clients, report);
      for (const [j, address] of (reservation.addresses ?? []).entries()) {
        const at = [...path, 'addresses', j];
        const one = { first: address, last: address };
        checkAddress(address, at, report);
        if (!ownPrefixes.some((prefix) => contains(prefix, one))) {
          report({
            path: at,
            problem: `the address is not inside a prefix of ${link}`,
            allowed: describePrefixes(document, link),
          });
        }
        once(
          addresses,
          octetsKey(address),
          at,
          'the address is reserved twice',
          'each address in one reservation',
          report,
        );
      }
      delegated.push(...reservedIntervals(reservation, path, link, report));
    }
  }
  checkDelegated(document, delegated, report);
}

function once(
  seen: Map<string, KeyPath>,
  key: string,
  path: KeyPath,
  problem: string,
  allowed: string,
  report: Report,
): void {
  const first = seen.get(key);
  if (first === undefined) seen.set(key, path);
  else report({ path, problem, allowed, related: [{ path: first, note: 'the first one is' }] });
}

/** A key for a map, cheaper than a text that is meant to be read. */
function octetsKey(octets: Uint8Array): string {
  return String.fromCharCode(...octets);
}

function checkClient(
  reservation: ReservationSection,
  path: KeyPath,
  clients: Map<string, KeyPath>,
  report: Report,
): void {
  const { duid, iaid, addresses, prefixes, options } = reservation;
  const linkLayerAddress = reservation['link-layer-address'];
  if ((duid === undefined) === (linkLayerAddress === undefined)) {
    report({
      path,
      problem: 'a reservation names its client in one way',
      found: duid === undefined ? 'neither duid nor link-layer-address' : 'both duid and link-layer-address',
      allowed: 'duid, or link-layer-address',
    });
    return;
  }
  if (iaid !== undefined && duid === undefined) {
    report({
      path: [...path, 'iaid'],
      problem: 'an IAID means nothing without a DUID',
      allowed: 'iaid with duid only',
    });
  }
  if (addresses === undefined && prefixes === undefined && options === undefined) {
    report({
      path,
      problem: 'the reservation keeps nothing',
      found: 'only the client',
      allowed: 'addresses, prefixes or options',
    });
  }
  const name = duid === undefined ? 'link-layer' : (iaid ?? 'any');
  const client = `${name} ${octetsKey(duid ?? linkLayerAddress ?? new Uint8Array())}`;
  const at = [...path, duid === undefined ? 'link-layer-address' : 'duid'];
  once(clients, client, at, 'the client has another reservation on this link', 'one reservation for a client', report);
}

function checkAddress(address: Address, path: KeyPath, report: Report): void {
  if (!isReservedInterfaceId(address)) return;
  report({
    path,
    problem: 'no host may have this address',
    allowed: 'an address with another interface identifier (RFC 5453 section 3)',
  });
}

interface ReservedInterval extends Interval {
  readonly length: number;
}

function reservedIntervals(
  reservation: ReservationSection,
  path: KeyPath,
  link: string,
  report: Report,
): ReservedInterval[] {
  return (reservation.prefixes ?? []).map((written, i) => {
    const { prefix, exclude } = reservedPrefix(written);
    const at = [...path, 'prefixes', i];
    const isInside =
      exclude === undefined ||
      (exclude.length > prefix.length && samePrefix(exclude.address, prefix.address, prefix.length));
    if (!isInside) {
      report({
        path: [...at, 'exclude'],
        problem: 'the excluded prefix is not a part of the delegated one',
        allowed: 'a longer prefix inside of it (RFC 6603 section 4.2)',
        related: [{ path: [...at, 'prefix'], note: 'the delegated prefix is' }],
      });
    }
    return { ...prefixInterval(prefix, 'prefix' in written ? [...at, 'prefix'] : at, link), length: prefix.length };
  });
}

/** Reserved prefixes against each other, the links, and the pools: a pool counts in prefixes of one length. */
function checkDelegated(document: ProvisioningDocument, delegated: readonly ReservedInterval[], report: Report): void {
  for (const prefix of delegated) checkUnicast(prefix, report);
  eachOverlap(delegated, (later, earlier) => {
    report({
      path: later.path,
      problem: 'the prefix overlaps another reserved one',
      allowed: 'prefixes that do not overlap',
      related: [{ path: earlier.path, note: 'the other prefix is' }],
    });
  });
  apartFromLinks(document, delegated, 'the reserved prefix overlaps an on-link prefix', report);
  const pools = prefixPools(document);
  for (const reserved of delegated) {
    for (const { pool, ...interval } of pools) {
      if (!contains(interval, reserved) && !contains(reserved, interval)) continue;
      const related = [{ path: interval.path, note: `the pool, of ${interval.link}, is` }];
      if (interval.link !== reserved.link) {
        report({
          path: reserved.path,
          problem: 'the prefix belongs to a pool of another link',
          allowed: `a prefix outside of the pools of ${interval.link}`,
          related,
        });
      } else if (reserved.length !== pool['delegated-length']) {
        report({
          path: reserved.path,
          problem: 'the prefix has another length than those that its pool delegates',
          allowed: `a prefix of length ${pool['delegated-length']}, or one outside of the pool`,
          related,
        });
      }
    }
  }
}
