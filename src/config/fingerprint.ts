/**
 * What two boxes compare to know that they are configured alike: a digest of everything in the file that is not one box's
 * own (its interfaces and addresses). There are no secrets in it.
 */
import { createHash } from 'node:crypto';
import type { CanonicalForm, CanonicalLink, CanonicalMap, CanonicalValue } from './canonical.ts';

export interface Fingerprint {
  /** SHA-256 of all that is shared, in hexadecimal. */
  readonly shared: string;
  /** The same for each section by itself, the weightiest first: a difference in one of the first three endangers leases. */
  readonly sections: Readonly<Record<keyof SharedSections, string>>;
}

export function fingerprint(form: CanonicalForm): Fingerprint {
  const shared = sharedSections(form);
  return {
    shared: digest(shared),
    sections: {
      links: digest(shared.links),
      'address-pools': digest(shared['address-pools']),
      'prefix-pools': digest(shared['prefix-pools']),
      lifetimes: digest(shared.lifetimes),
      reservations: digest(shared.reservations),
      options: digest(shared.options),
      policies: digest(shared.policies),
    },
  };
}

/** Over the JSON text: the canonical form has one order of keys. */
function digest(value: CanonicalValue): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

type SharedSections = ReturnType<typeof sharedSections>;

function sharedSections({ links, server, lifetimes, options }: CanonicalForm) {
  const ofEach = (part: (link: CanonicalLink) => CanonicalValue): CanonicalMap =>
    Object.fromEntries(Object.entries(links).map(([name, link]) => [name, part(link)]));
  const ofLayers = (key: 'lifetimes' | 'options') => (link: CanonicalLink) => ({
    ...only(link, key),
    'address-pools': link['address-pools'].map((pool) => only(pool, key)),
    'prefix-pools': link['prefix-pools'].map((pool) => only(pool, key)),
  });
  return {
    links: ofEach((link) => only(link, 'prefixes', 'relay')),
    'address-pools': ofEach((link) => link['address-pools'].map((pool) => only(pool, 'range', 'prefix', 'allocation'))),
    'prefix-pools': ofEach((link) =>
      link['prefix-pools'].map((pool) => only(pool, 'prefix', 'delegated-length', 'exclude', 'allocation')),
    ),
    lifetimes: { file: lifetimes, links: ofEach(ofLayers('lifetimes')) },
    reservations: ofEach((link) => link.reservations),
    options: { file: options, links: ofEach(ofLayers('options')) },
    policies: { server, links: ofEach((link) => only(link, 'rapid-commit', 'preference')) },
  };
}

function only(map: CanonicalMap, ...keys: readonly string[]): CanonicalMap {
  return Object.fromEntries(Object.entries(map).filter(([key]) => keys.includes(key)));
}
