/** Router advertisements: times that outlast the pause between two of them, prefixes that fit, and something to tell of. */
import { formatPrefix } from '../../wire/index.ts';
import type { AdvertisementSection } from '../advertisement-schema.ts';
import { formatDuration } from '../duration.ts';
import type { Report } from '../fault.ts';
import type { KeyPath } from '../key-path.ts';
import type { LinkSection, ProvisioningDocument } from '../schema.ts';

/** Hosts make addresses of their own of this much and 64 bits of theirs (RFC 4291 section 2.5.1). */
const AUTONOMOUS_LENGTH = 64;

export function checkAdvertisements(document: ProvisioningDocument, report: Report): void {
  for (const [name, link] of Object.entries(document.links)) {
    const advertisements = link['router-advertisements'];
    if (advertisements === undefined) continue;
    const path = ['links', name, 'router-advertisements'];
    checkTimes(advertisements, path, report);
    checkPrefixes(advertisements, link, name, path, report);
    checkManaged(advertisements, link, path, report);
    if (Object.values(document.appliances).some(({ links }) => (links[name] ?? []).length > 0)) continue;
    report({
      severity: 'warning',
      path,
      part: 'key',
      problem: 'no box has an interface on this link to advertise on',
      allowed: 'the link under "links" of a box; behind relays, their router advertises',
    });
  }
}

function checkTimes(advertisements: AdvertisementSection, path: KeyPath, report: Report): void {
  const { interval, preferred, valid, 'router-lifetime': routerLifetime } = advertisements;
  const related = [{ path: [...path, 'interval'], note: 'the interval is set' }];
  if (routerLifetime !== 0 && routerLifetime < interval) {
    report({
      path: [...path, 'router-lifetime'],
      problem: 'hosts forget the router before they hear of it again',
      allowed: `0, or the interval (${formatDuration(interval)}) or longer (RFC 4861 section 6.2.1)`,
      related,
    });
  }
  if (preferred < interval) {
    report({
      path: [...path, 'preferred'],
      problem: 'the prefixes are deprecated before hosts hear of them again',
      allowed: `the interval (${formatDuration(interval)}) or longer`,
      related,
    });
  }
  if (preferred <= valid) return;
  report({
    path: [...path, 'preferred'],
    problem: 'the preferred lifetime is longer than the valid lifetime',
    found: `preferred ${formatDuration(preferred)}, valid ${formatDuration(valid)}`,
    allowed: 'preferred <= valid (RFC 4861 section 6.2.1)',
    related: [{ path: [...path, 'valid'], note: 'valid is set' }],
  });
}

function checkPrefixes({ autonomous }: AdvertisementSection, { prefixes }: LinkSection, name: string, path: KeyPath, report: Report): void {
  if (!autonomous) return;
  for (const [i, prefix] of prefixes.entries()) {
    if (prefix.length === AUTONOMOUS_LENGTH) continue;
    report({
      path: ['links', name, 'prefixes', i],
      problem: 'hosts can make no addresses of their own in a prefix of this length',
      found: formatPrefix(prefix),
      allowed: `a prefix of ${AUTONOMOUS_LENGTH} bits, or "autonomous: false"`,
      related: [{ path: [...path, 'autonomous'], note: 'autonomous is set' }],
    });
  }
}

function checkManaged({ managed }: AdvertisementSection, link: LinkSection, path: KeyPath, report: Report): void {
  const hasAddresses = link['address-pools'].length > 0 || link.reservations.some(({ addresses = [] }) => addresses.length > 0);
  if (!managed || hasAddresses || link['prefix-pools'].length > 0) return;
  report({
    severity: 'warning',
    path: [...path, 'managed'],
    problem: 'hosts are told to ask for addresses, and the link has none to give',
    allowed: 'false, or an address pool',
  });
}
