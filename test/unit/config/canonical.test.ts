// The canonical form, and the fingerprint over it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { parse } from 'yaml';
import {
  type ProvisioningDocument,
  formatCanonical,
  formatDiagnostic,
  loadProvisioning,
  resolveAppliance,
} from '../../../src/config/index.ts';
import { type PlainFile, arbitraryFile, yamlOf } from './arbitrary-file.ts';

const EXAMPLE = new URL('../../../rootfs/usr/share/twinlease/example.yaml', import.meta.url);

function load(text: string): ProvisioningDocument {
  const loaded = loadProvisioning(Buffer.from(text), 'file.yaml');
  if ('document' in loaded) return loaded.document;
  assert.fail(`${text}\n${loaded.diagnostics.map(formatDiagnostic).join('\n')}`);
}

function resolveAll(document: ProvisioningDocument): unknown {
  return Object.keys(document.appliances).map((name) => resolveAppliance(document, name));
}

/** `shared`, `links`, ... with their digests. */
function digests(text: string): Record<string, string> {
  const lines = formatCanonical(load(text)).matchAll(/^# ([\w-]+) +([0-9a-f]{64})$/gm);
  return Object.fromEntries([...lines].map(([, section = '', digest = '']) => [section, digest]));
}

function differingSections(a: string, b: string): string[] {
  const [before, after] = [digests(a), digests(b)];
  return Object.keys(before).filter((section) => before[section] !== after[section]);
}

describe('the canonical form of a provisioning file', () => {
  it('reads as the same configuration, and is its own canonical form', () => {
    fc.assert(
      fc.property(arbitraryFile, (file) => {
        const document = load(yamlOf(file));
        const canonical = formatCanonical(document);
        const again = load(canonical);
        assert.deepEqual(resolveAll(again), resolveAll(document));
        assert.equal(formatCanonical(again), canonical);
      }),
      { numRuns: 30 },
    );
  }).timeout(20_000);

  it('is the same whatever the order of keys, links, boxes and reservations', () => {
    fc.assert(
      fc.property(arbitraryFile, (file) => {
        assert.equal(formatCanonical(load(yamlOf(backwards(file)))), formatCanonical(load(yamlOf(file))));
      }),
      { numRuns: 20 },
    );
  }).timeout(20_000);

  it('shows every default', () => {
    const canonical = formatCanonical(
      load('version: 1\nappliances: { east: { relay-interfaces: [eth1] } }\nlinks: { lan1: {} }\n'),
    );
    assert.deepEqual(parse(canonical), {
      version: 1,
      appliances: { east: { links: {}, 'relay-interfaces': ['eth1'], clock: 'ntp' } },
      relationships: {},
      server: {
        'rapid-commit': false,
        preference: 0,
        'create-on-renew': true,
        'declined-hold': '1d',
        'relay-depth': 8,
        limits: { leases: 1_000_000, 'leases-per-client': 32 },
      },
      lifetimes: { preferred: '1h', valid: '2h', t1: 'auto', t2: 'auto' },
      options: {},
      links: { lan1: { prefixes: [], 'address-pools': [], 'prefix-pools': [], reservations: [], 'delegated-routes': true } },
    });
  });

  it('has one notation for each value', () => {
    const canonical = formatCanonical(
      load(
        [
          'version: 1',
          'appliances: { east: { management: { interface: eth0, address: FD00:0::1/64 }, links: { lan1: [eth1] } } }',
          'server: { declined-hold: 172800, sol-max-rt: 90 }',
          'lifetimes: { preferred: 60m, valid: infinite, t1: 0030m }',
          'options: { domain-search: [example.com.], custom: [{ code: 200, type: uint8, value: 1 }, { code: 201, type: hex, value: "0xABCD" }] }',
          'links:',
          '  lan1:',
          '    prefixes: ["2001:DB8:0001::/64"]',
          '    relay: { interface-ids: [0x706f7274, 0x00] }',
          '    address-pools: [{ range: 2001:db8:1:0:0::1-2001:db8:1:0::0ff }]',
          '    reservations: [{ duid: "000300010A", prefixes: [{ prefix: "2001:db8:9::/56" }] }]',
        ].join('\n'),
      ),
    );
    const form = parse(canonical) as Record<string, Record<string, unknown>>;
    assert.deepEqual(form['appliances'], {
      east: {
        management: { interface: 'eth0', address: 'fd00::1/64' },
        links: { lan1: ['eth1'] },
        'relay-interfaces': [],
        clock: 'ntp',
      },
    });
    assert.deepEqual([form['server']?.['declined-hold'], form['server']?.['sol-max-rt']], ['2d', '90s']);
    assert.deepEqual(form['lifetimes'], { preferred: '1h', valid: 'infinite', t1: '30m', t2: 'auto' });
    assert.deepEqual(form['options'], {
      'domain-search': ['example.com'],
      custom: [
        { code: 200, type: 'uint8', value: [1] },
        { code: 201, type: 'hex', value: 'ab:cd' },
      ],
    });
    assert.deepEqual(form['links']?.['lan1'], {
      prefixes: ['2001:db8:1::/64'],
      relay: { 'interface-ids': ['0x00', 'port'] },
      'address-pools': [{ range: '2001:db8:1::1 - 2001:db8:1::ff', allocation: 'random', failover: true }],
      'prefix-pools': [],
      reservations: [{ duid: '00:03:00:01:0a', prefixes: ['2001:db8:9::/56'] }],
      'delegated-routes': true,
    });
  });

  it('keeps a text with characters that may not stand in the file as they are', () => {
    const document = load(
      'version: 1\nappliances: { east: { relay-interfaces: [eth1] } }\noptions: { custom: [{ code: 200, type: string, value: "\\x01\\x7f\\x80\\x9f\\n\\u2028" }] }\n',
    );
    assert.deepEqual(load(formatCanonical(document)), document);
  });

  it('keeps the example, defaults and all', () => {
    const example = readFileSync(EXAMPLE, 'utf8');
    const document = load(example);
    const form = parse(formatCanonical(document)) as PlainFile;
    const written = parse(example) as PlainFile;
    assert.deepEqual(form['relationships'], written['relationships']);
    assert.deepEqual(form['server'], written['server']);
    assert.deepEqual(form['lifetimes'], written['lifetimes']);
    assert.deepEqual(form['options'], written['options']);
    assert.deepEqual(advertisementsIn(form), advertisementsIn(written));
    assert.notEqual(advertisementsIn(form), undefined);
  });

  const advertisementsIn = (file: PlainFile): unknown =>
    (file['links'] as Record<string, Record<string, unknown>>)['lan1']?.['router-advertisements'];
});

describe('the fingerprint', () => {
  const example = readFileSync(EXAMPLE, 'utf8');

  /** The example with one text in it replaced. */
  function changed(from: string, to: string): string {
    assert.ok(example.includes(from), from);
    return example.replace(from, to);
  }

  const changes: readonly (readonly [what: string, from: string, to: string, section: string])[] = [
    ['an on-link prefix', 'prefixes: [2001:db8:2::/64]', 'prefixes: [2001:db8:2::/63]', 'links'],
    ['a name that relays use', '"branch-lan"', '"branch-wlan"', 'links'],
    ['a range', '2001:db8:2::1fff', '2001:db8:2::1ffe', 'address-pools'],
    ['an order of allocation', 'allocation: sequential', 'allocation: random', 'address-pools'],
    ['an excluded prefix', 'subnet-id: 0', 'subnet-id: 1', 'prefix-pools'],
    ['a lifetime of the file', 'preferred: 1h', 'preferred: 50m', 'lifetimes'],
    ['a lifetime of a link', 'preferred: 12h', 'preferred: 13h', 'lifetimes'],
    ['a lifetime of a pool', 'preferred: 10m', 'preferred: 11m', 'lifetimes'],
    ['a reservation', '[2001:db8:1::c]', '[2001:db8:1::d]', 'reservations'],
    [
      'an option of the file',
      'dns-servers: [2001:db8::53, 2001:db8::54]',
      'dns-servers: [2001:db8::54, 2001:db8::53]',
      'options',
    ],
    ['an option of a link', 'dns-servers: [2001:db8:2::53]', 'dns-servers: [2001:db8:2::54]', 'options'],
    ['an option of a pool', 'guest.example.com', 'guests.example.com', 'options'],
    ['the relay depth', 'relay-depth: 8', 'relay-depth: 9', 'policies'],
    ['the preference of a link', 'preference: 255', 'preference: 254', 'policies'],
    ['addresses that are left out of failover', 'range: 2001:db8:2::', 'failover: false\n        range: 2001:db8:2::', 'address-pools'],
    ['prefixes that are left out of failover', 'exclude: { length: 64', 'failover: false\n        exclude: { length: 64', 'prefix-pools'],
    ['what hosts are told of their routers', 'interval: 10m', 'interval: 9m', 'policies'],
    ['the lead time', 'mclt: 1h', 'mclt: 2h', 'policies'],
    ['the division of prefixes', 'prefix-share: 50%', 'prefix-share: 40%', 'policies'],
  ];
  for (const [what, from, to, section] of changes) {
    it(`changes with ${what}, in the section ${section} only`, () => {
      assert.deepEqual(differingSections(example, changed(from, to)), ['shared', section]);
    });
  }

  it('does not change with what is one box’s own, or what the boxes know each other by', () => {
    assert.deepEqual(differingSections(example, changed('fd00:db8:0:1::2/64', 'fd00:db8:0:1::3/64')), []);
    const certified = changed('relay-interfaces: [uplink]\n  west:', 'relay-interfaces: [uplink]\n    certificate: /east.crt\n    key: /east.key\n  west:').replace(
      'relay-interfaces: [uplink]\n\n',
      'relay-interfaces: [uplink]\n    certificate: /west.crt\n    key: /west.key\n\n',
    );
    assert.deepEqual(differingSections(example, certified), []);
    assert.deepEqual(differingSections(example, certified.replace('pairing-key: removed', 'certificates: { east: /a, west: /b }')), []);
    assert.deepEqual(differingSections(example, changed('    pairing-key: removed\n', '').replace('insecure: false', 'insecure: true')), []);
    assert.deepEqual(differingSections(example, changed('port: 647', 'port: 648')), []);
    assert.deepEqual(differingSections(example, changed('primary: east\n    secondary: west', 'primary: west\n    secondary: east')), []);
    assert.deepEqual(differingSections(example, changed('relay-interfaces: [uplink]', 'relay-interfaces: [eth7]')), []);
  });

  it('does not change with a link that another relationship has', () => {
    const first = changed('links: [branch, lan1]', 'links: [lan1]');
    const elsewhere = first.replace('preference: 255', 'preference: 254').replace('2001:db8:2::1fff', '2001:db8:2::1ffe');
    assert.notEqual(first, elsewhere);
    assert.deepEqual(differingSections(first, elsewhere), []);
    assert.deepEqual(differingSections(example, first), [
      'shared',
      'links',
      'address-pools',
      'prefix-pools',
      'lifetimes',
      'reservations',
      'options',
      'policies',
    ]);
  });

  it('stands ahead of the canonical form, for each relationship', () => {
    const two = changed('links: [branch, lan1]', 'links: [lan1]').replace(
      'relationships:',
      'relationships:\n  other: { primary: west, secondary: east, links: [branch], pairing-key: removed }',
    );
    const heads = formatCanonical(load(two)).match(/^# SHA.*$/gm);
    assert.deepEqual(heads, [
      '# SHA-256 of what the boxes of east-west must agree on, and of its sections:',
      '# SHA-256 of what the boxes of other must agree on, and of its sections:',
    ]);
    assert.doesNotMatch(formatCanonical(load('version: 1\nappliances: { east: { relay-interfaces: [eth1] } }\n')), /#/);
  });

  it('does not change with the notation', () => {
    assert.deepEqual(differingSections(example, changed('declined-hold: 1d', 'declined-hold: 24h')), []);
    assert.deepEqual(differingSections(example, example.replaceAll(/^ *#.*\n/gm, '')), []);
  });
});

/** The same file with maps, and lists whose order means nothing, the other way round. */
function backwards(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    const items: unknown[] = value.map((item) => backwards(item));
    return ['prefixes', 'reservations', 'interface-ids', 'remote-ids', 'links'].includes(key) && !isOrdered(value)
      ? items.reverse()
      : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, content]) => [name, backwards(content, name)] as const)
      .reverse(),
  );
}

/** A reservation's prefixes have an order; those of a link are all of length 64 and in 2001:db8::/32. */
function isOrdered(items: readonly unknown[]): boolean {
  return items.some((item) => JSON.stringify(item).includes('fc00:'));
}
