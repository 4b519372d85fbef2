/** Leases that two boxes share are neither very short (RFC 8156 section 1) nor for ever: what never ends is never free again. */
import { INFINITY_SECONDS } from '../../wire/index.ts';
import { formatDuration } from '../duration.ts';
import type { Report } from '../fault.ts';
import { type KeyPath, formatKeyPath } from '../key-path.ts';
import { type LayeredLifetimes, fileLifetimes, within } from '../lifetimes.ts';
import { LEAST_FAILOVER_LIFETIME } from '../relationship-schema.ts';
import { relationshipsOfLinks } from '../relationships.ts';
import type { ProvisioningDocument } from '../schema.ts';

export function checkFailoverLifetimes(document: ProvisioningDocument, report: Report): void {
  const file = fileLifetimes(document);
  const relationships = relationshipsOfLinks(document);
  const reported = new Set<string>();
  for (const [name, link] of Object.entries(document.links)) {
    const relationship = relationships.get(name);
    if (relationship === undefined) continue;
    const path = ['links', name];
    const ofLink = within(file, link.lifetimes, path);
    // Reserved leases outside of the pools have the lifetimes of their link.
    if (link.reservations.length > 0) checkUser(ofLink, path, relationship, []);
    for (const key of ['address-pools', 'prefix-pools'] as const) {
      for (const [i, pool] of link[key].entries()) {
        const poolPath = [...path, key, i];
        if (pool.failover) checkUser(within(ofLink, pool.lifetimes, poolPath), poolPath, relationship, pool['not-classes'] ?? []);
      }
    }
  }

  /** Also the lifetimes of classes whose clients may be given leases there. */
  function checkUser(lifetimes: LayeredLifetimes, user: KeyPath, relationship: string, shutOut: readonly string[]): void {
    check(lifetimes, user, relationship);
    for (const [i, { name, lifetimes: own }] of (document.classes ?? []).entries()) {
      if (own !== undefined && !shutOut.includes(name)) check(within(lifetimes, own, ['classes', i]), user, relationship);
    }
  }

  /** A lifetime that many pools take over is at fault once. */
  function check({ valid }: LayeredLifetimes, user: KeyPath, relationship: string): void {
    const isEndless = valid.value === INFINITY_SECONDS;
    const key = formatKeyPath(valid.path);
    if ((!isEndless && valid.value >= LEAST_FAILOVER_LIFETIME) || reported.has(key)) return;
    reported.add(key);
    const isOwn = user.every((step, i) => valid.path[i] === step);
    report({
      path: valid.path,
      problem: isEndless
        ? `a lease without an end cannot be shared by two boxes`
        : `a lease under ${LEAST_FAILOVER_LIFETIME}s is too short to be shared by two boxes`,
      found: formatDuration(valid.value),
      allowed: `${LEAST_FAILOVER_LIFETIME}s or longer, not infinite; in a pool with failover: false anything`,
      related: [
        ...(isOwn ? [] : [{ path: user, part: 'key' as const, note: 'what takes it over is' }]),
        { path: ['relationships', relationship], part: 'key', note: 'the relationship is' },
      ],
    });
  }
}
