/**
 * What the two boxes of a relationship compare to know that they are configured alike: everything that they must agree on.
 * What is one box's own (interfaces, addresses, files) has no part in it, nor has what they know each other by.
 */
import { createHash } from 'node:crypto';
import type { CanonicalForm, CanonicalLink, CanonicalRelationship } from './canonical.ts';
import type { CanonicalMap, CanonicalValue } from './canonical-value.ts';

export interface Fingerprint {
  /** SHA-256 of all that is shared, in hexadecimal. */
  readonly shared: string;
  /** The same for each section by itself, the weightiest first: a difference in one of the first three endangers leases. */
  readonly sections: Readonly<Record<keyof SharedSections, string>>;
}

export function fingerprint(form: CanonicalForm, relationship: string): Fingerprint {
  const shared = sharedSections(form, relationship);
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

/** Keys of a relationship that are no matter of agreement: the roles show by themselves, trust is each box's own. */
const OWN_KEYS = ['primary', 'secondary', 'pairing-key', 'certificates', 'insecure', 'port'];

/** Where it is off they say nothing: a program that does not know them agrees with that. */
const BALANCING_KEYS = ['load-balancing', 'delayed-service'];

/** What the two boxes must agree on of the relationship itself. */
export function sharedRelationship({ relationships }: CanonicalForm, name: string): CanonicalRelationship {
  const relationship: Partial<CanonicalRelationship> = relationships[name] ?? {};
  const { links = [], ...others } = relationship;
  const left = relationship['load-balancing'] === 'off' ? [...OWN_KEYS, ...BALANCING_KEYS] : OWN_KEYS;
  return { links, ...Object.fromEntries(Object.entries(others).filter(([key]) => !left.includes(key))) };
}

/** Which clients a pool is for. */
const POOL_CLASSES = ['classes', 'not-classes'];

type SharedSections = ReturnType<typeof sharedSections>;

function sharedSections(form: CanonicalForm, name: string) {
  const { server, lifetimes, options, classes } = form;
  /** Nothing where there are none, as it was before there were classes. */
  const ofClasses = (...keys: readonly string[]): CanonicalMap => (classes === undefined ? {} : { classes: classes.map((one) => only(one, 'name', ...keys)) });
  const relationship = sharedRelationship(form, name);
  const covered = Object.entries(form.links).filter(([link]) => relationship.links.includes(link));
  const ofEach = (part: (link: CanonicalLink) => CanonicalValue): CanonicalMap =>
    Object.fromEntries(covered.map(([link, content]) => [link, part(content)]));
  const ofLayers = (key: 'lifetimes' | 'options') => (link: CanonicalLink) => ({
    ...only(link, key),
    'address-pools': link['address-pools'].map((pool) => only(pool, key)),
    'prefix-pools': link['prefix-pools'].map((pool) => only(pool, key)),
  });
  return {
    links: ofEach((link) => only(link, 'prefixes', 'relay')),
    'address-pools': ofEach((link) =>
      link['address-pools'].map((pool) => only(pool, 'range', 'prefix', 'allocation', 'failover', ...POOL_CLASSES)),
    ),
    'prefix-pools': ofEach((link) =>
      link['prefix-pools'].map((pool) => only(pool, 'prefix', 'delegated-length', 'exclude', 'allocation', 'failover', ...POOL_CLASSES)),
    ),
    lifetimes: { file: lifetimes, ...ofClasses('lifetimes'), links: ofEach(ofLayers('lifetimes')) },
    reservations: ofEach((link) => link.reservations),
    options: { file: options, ...ofClasses('options'), links: ofEach(ofLayers('options')) },
    policies: {
      server,
      ...ofClasses('match'),
      relationship,
      links: ofEach((link) => only(link, 'rapid-commit', 'preference', 'router-advertisements', 'dns-updates', 'address-registration')),
      ...only(form, 'dns-updates', 'leasequery'),
    },
  };
}

function only(map: CanonicalMap, ...keys: readonly string[]): CanonicalMap {
  return Object.fromEntries(Object.entries(map).filter(([key]) => keys.includes(key)));
}
