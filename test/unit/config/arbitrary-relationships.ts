// Relationships of two boxes, for provisioning files that have any links.

import fc from 'fast-check';
import { duration, some } from './arbitrary-values.ts';

const BOXES = ['east', 'west'] as const;

/** One for some or all of the links, or one for the first link and one for others. */
export function relationships(links: readonly string[]): fc.Arbitrary<Record<string, object>> {
  const [first = '', ...others] = links;
  const one = fc
    .tuple(settings, some({ links: fc.shuffledSubarray([...links], { minLength: 1 }) }))
    .map(([set, covered]) => ({ pair: { primary: 'east', secondary: 'west', ...set, ...covered } }));
  if (others.length === 0) return one;
  const two = fc
    .tuple(settings, settings, fc.shuffledSubarray(others, { minLength: 1 }))
    .map(([a, b, covered]) => ({
      one: { primary: 'east', secondary: 'west', links: [first], ...a },
      other: { primary: 'west', secondary: 'east', links: covered, ...b },
    }));
  return fc.oneof(one, two);
}

const percent = (least: number) => fc.integer({ min: least, max: 100 }).map((value) => `${value}%`);
const offOr = (other: fc.Arbitrary<string | number>) => fc.oneof(fc.constant('off'), other);

const settings = fc
  .tuple(
    some({
      mclt: duration(30, 604_800),
      keepalive: duration(4, 3600),
      'contact-interval': offOr(fc.integer({ min: 50, max: 500 }).map((value) => `${value}ms`)),
      relaying: fc.boolean(),
      'relay-by-udp': fc.boolean(),
      'load-balancing': offOr(fc.integer({ min: 1, max: 99 }).map((value) => `${value}%`)),
      'delayed-service': duration(1, 20),
      'max-unacked-bndupd': fc.integer({ min: 1, max: 100_000 }),
      'auto-partner-down': offOr(duration(10, 604_800)),
      topology: fc.constantFrom('same-site', 'two-sites'),
      'stand-alone-start': fc.boolean(),
      'startup-time': duration(1, 300),
      'use-partner-addresses': fc.boolean(),
      'prefix-share': percent(0),
      'rebalance-threshold': percent(1),
      port: fc.integer({ min: 1, max: 65_535 }),
    }),
    fc.constantFrom({}, { insecure: true }, { 'pairing-key': 'removed' }, { insecure: false, certificates: { west: '/west', east: '/east' } }),
  )
  .map(([set, trust]) => ({ ...set, ...trust }))
  // Boxes that divide the clients relay.
  .map((set) => ('relaying' in set && set.relaying === false ? { ...set, 'load-balancing': 'off' } : set));

/**
 * The file with two boxes that can be partners, and without leases that never end; where they divide the clients, with pools of both boxes
 * alone.
 */
export function withPartners(file: Record<string, unknown>, pairs: Readonly<Record<string, object>>): Record<string, unknown> {
  const boxes = file['appliances'] as Record<string, object>;
  const partners = BOXES.map((box, i) => [
    box,
    {
      'relay-interfaces': ['uplink'],
      ...boxes[box],
      management: { interface: 'mgmt', address: `fd00::${i + 1}/64` },
      certificate: `/etc/${box}.crt`,
      key: `/etc/${box}.key`,
    },
  ]);
  const doDivide = Object.values(pairs).some((pair) => ((pair as Readonly<Record<string, unknown>>)['load-balancing'] ?? 'off') !== 'off');
  const kept = doDivide ? replaced(file, 'failover', false, true) : file;
  return { ...(replaced(kept, 'valid', 'infinite', '25h') as Record<string, unknown>), appliances: Object.fromEntries(partners) as object };
}

/** With another value wherever the key has this one. */
function replaced(value: unknown, key: string, before: unknown, after: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => replaced(item, key, before, after));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([each, content]) => [each, each === key && content === before ? after : replaced(content, key, before, after)]),
  );
}
