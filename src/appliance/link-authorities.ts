/** What failover leaves to this box on each link: the states of its endpoints, as the rules for messages see them. */
import type { Failover, RelationshipConfiguration, RelationshipView } from '../failover/index.ts';
import { grantableLifetime, latestRenewal, partnerLifetimeFor } from '../lease/index.ts';
import type { RenewalSetting } from '../lease/index.ts';
import { SOLE_AUTHORITY } from '../server/index.ts';
import type { LinkAuthority } from '../server/index.ts';
import { invariant } from '../wire/index.ts';
import type { EpochSeconds, Seconds } from '../wire/index.ts';

/** @returns the authority on the link with this name */
export function linkAuthorities(
  failover: Failover,
  relationships: readonly RelationshipConfiguration[],
): (link: string) => LinkAuthority {
  const byLink = new Map<string, LinkAuthority>();
  for (const { name, links } of relationships) {
    const view = failover.relationship(name);
    invariant(view !== undefined, 'every relationship of the configuration has an endpoint');
    const authority = new EndpointAuthority(view);
    for (const link of links) byLink.set(link, authority);
  }
  return (link) => byLink.get(link) ?? SOLE_AUTHORITY;
}

/** Asked with each message of a client. A class: an object literal with getters is a dictionary. */
class EndpointAuthority implements LinkAuthority {
  readonly #view: RelationshipView;
  /** It is passed on without its object. */
  readonly mayReturn = (slot: number): boolean => this.#view.mayReturn(slot);

  constructor(view: RelationshipView) {
    this.#view = view;
  }

  get share(): LinkAuthority['share'] {
    return this.#view.responsiveness.share;
  }

  get newLeases(): boolean {
    return this.#view.responsiveness.newLeases;
  }

  get alone(): boolean {
    return this.#view.responsiveness.alone;
  }

  answers(type: number, addressed: boolean): boolean {
    return this.#view.responsiveness.answers(type, addressed);
  }

  lifetimeFor(desired: Seconds, acked: EpochSeconds, now: EpochSeconds): Seconds {
    const { responsiveness, mclt } = this.#view;
    return responsiveness.limited ? grantableLifetime(desired, acked, mclt, now) : desired;
  }

  partnerLifetimeFor(valid: Seconds, desired: Seconds, t1: RenewalSetting, now: EpochSeconds): EpochSeconds {
    return partnerLifetimeFor(now, latestRenewal(valid, t1), valid, desired);
  }
}
