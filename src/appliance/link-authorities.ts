/** What failover leaves to this box on each link: the states of its endpoints, as the rules for messages see them. */
import type { Failover, RelationshipConfiguration, RelationshipView } from '../failover/index.ts';
import { grantableLifetime, partnerLifetimeFor } from '../lease/index.ts';
import { SOLE_AUTHORITY } from '../server/index.ts';
import type { LinkAuthority } from '../server/index.ts';
import { invariant, seconds } from '../wire/index.ts';

/** The part of a lifetime after which clients renew: what T1 is where lifetimes are cut (RFC 8156 section 4.4.1). */
const T1_FRACTION = 0.5;

/** @returns the authority on the link with this name */
export function linkAuthorities(
  failover: Failover,
  relationships: readonly RelationshipConfiguration[],
): (link: string) => LinkAuthority {
  const byLink = new Map<string, LinkAuthority>();
  for (const { name, links } of relationships) {
    const view = failover.relationship(name);
    invariant(view !== undefined, 'every relationship of the configuration has an endpoint');
    const authority = authorityOf(view);
    for (const link of links) byLink.set(link, authority);
  }
  return (link) => byLink.get(link) ?? SOLE_AUTHORITY;
}

function authorityOf(view: RelationshipView): LinkAuthority {
  return {
    answers: (type, addressed) => view.responsiveness.answers(type, addressed),
    get newLeases() {
      return view.responsiveness.newLeases;
    },
    get alone() {
      return view.responsiveness.alone;
    },
    mayReturn: (slot) => view.mayReturn(slot),
    lifetimeFor: (desired, acked, now) =>
      view.responsiveness.limited ? grantableLifetime(desired, acked, view.mclt, now) : desired,
    partnerLifetimeFor: (valid, desired, now) =>
      partnerLifetimeFor(now, seconds(Math.floor(valid * T1_FRACTION)), valid, desired),
  };
}
