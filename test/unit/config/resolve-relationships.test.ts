// What one box makes of the relationships in a file: its role, its share of each pool, its partner.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type ApplianceConfiguration,
  type ConfiguredRelationship,
  formatDiagnostic,
  loadProvisioning,
  resolveAppliance,
} from '../../../src/config/index.ts';
import { formatAddress } from '../../../src/wire/index.ts';
import { text, withRelationships, withTop } from './refused.ts';

function resolved(file: string, box: string): ApplianceConfiguration {
  const loaded = loadProvisioning(Buffer.from(file), 'file.yaml');
  if ('diagnostics' in loaded) assert.fail(loaded.diagnostics.map(formatDiagnostic).join('\n'));
  const appliance = resolveAppliance(loaded.document, box);
  if ('error' in appliance) assert.fail(appliance.error);
  return appliance;
}

function only({ relationships }: ApplianceConfiguration): ConfiguredRelationship {
  const [relationship, ...others] = relationships;
  assert.ok(relationship !== undefined && others.length === 0, 'there is one relationship');
  return relationship;
}

/** The settings without those that are looked at by themselves. */
function settingsOf(relationship: ConfiguredRelationship): object {
  const byThemselves = ['partnerAddress', 'links', 'pools', 'configDigest', 'configSections'];
  return Object.fromEntries(Object.entries(relationship).filter(([key]) => !byThemselves.includes(key)));
}

/** `lan1: primary 2001:db8:1::, ...` for each pool. */
function sharesOf({ server }: ApplianceConfiguration): string[] {
  return server.links.flatMap(({ name, addressPools, prefixPools }) => [
    ...addressPools.map(({ first, share, replicated }) => `${name} ${formatAddress(first)} ${share} ${String(replicated)}`),
    ...prefixPools.map(({ prefix, share, replicated }) => `${name} ${formatAddress(prefix.address)} ${share} ${String(replicated)}`),
  ]);
}

const PAIR = 'east-west: { primary: east, secondary: west }\n';

/** lan1 with every kind of pool, and lan2. */
const TWO_LINKS = [
  text`
    address-pools:
      - range: 2001:db8:1::10 - 2001:db8:1::1f
      - { range: 2001:db8:1::20 - 2001:db8:1::2f, failover: false }
    prefix-pools:
      - { prefix: 2001:db8:100::/40, delegated-length: 56 }
      - { prefix: 2001:db8:200::/40, delegated-length: 56, failover: false }
  `,
  text`
    prefixes: [2001:db8:2::/64]
    address-pools: [{ range: 2001:db8:2::10 - 2001:db8:2::1f }]
  `,
] as const;

describe('a relationship as one of its boxes has it', () => {
  it('has the defaults where the file says nothing, and the other box for a partner', () => {
    const east = resolved(withRelationships(PAIR), 'east');
    assert.deepEqual(settingsOf(only(east)), {
      name: 'east-west',
      role: 'primary',
      partnerName: 'west',
      port: 647,
      insecure: false,
      partnerCertificateFile: '/etc/west.crt',
      pairing: undefined,
      mclt: 3600,
      keepalive: 60,
      contactInterval: 250,
      relaying: true,
      relayByUdp: undefined,
      loadBalancing: undefined,
      maxUnackedBndupd: 1000,
      autoPartnerDown: undefined,
      topology: 'two-sites',
      standAloneStart: false,
      startupTime: 5,
      usePartnerAddresses: false,
      prefixShare: 0.5,
      rebalanceThreshold: 0.2,
    });
    assert.equal(formatAddress(only(east).partnerAddress), 'fd00::2');
    assert.deepEqual(east.identity, { certificateFile: '/etc/east.crt', keyFile: '/etc/east.key' });
  });

  it('is the same on the other one, the other way round', () => {
    const west = resolved(withRelationships(PAIR), 'west');
    const { role, partnerName, partnerAddress, partnerCertificateFile } = only(west);
    assert.deepEqual([role, partnerName, formatAddress(partnerAddress), partnerCertificateFile], [
      'secondary',
      'east',
      'fd00::1',
      '/etc/east.crt',
    ]);
    assert.deepEqual(west.identity, { certificateFile: '/etc/west.crt', keyFile: '/etc/west.key' });
  });

  it('has what the file says', () => {
    const file = withRelationships(text`
      a:
        primary: west
        secondary: east
        certificates: { west: /etc/pinned.crt }
        mclt: 30s
        keepalive: 8s
        contact-interval: off
        relaying: false
        relay-by-udp: true
        max-unacked-bndupd: 10
        auto-partner-down: 1h
        topology: same-site
        stand-alone-start: true
        startup-time: 20s
        use-partner-addresses: true
        prefix-share: 30%
        rebalance-threshold: 5%
        port: 1647
    `);
    assert.deepEqual(settingsOf(only(resolved(file, 'east'))), {
      name: 'a',
      role: 'secondary',
      partnerName: 'west',
      port: 1647,
      insecure: false,
      partnerCertificateFile: '/etc/pinned.crt',
      pairing: undefined,
      mclt: 30,
      keepalive: 8,
      contactInterval: 0,
      relaying: false,
      relayByUdp: 'eth0',
      loadBalancing: undefined,
      maxUnackedBndupd: 10,
      autoPartnerDown: 3600,
      topology: 'same-site',
      standAloneStart: true,
      startupTime: 20,
      usePartnerAddresses: true,
      prefixShare: 0.3,
      rebalanceThreshold: 0.05,
    });
    assert.equal(only(resolved(file, 'west')).partnerCertificateFile, '/etc/east.crt');
  });

  it('[F-SEC-1] knows no certificate where TLS is switched off', () => {
    const east = resolved(withRelationships('a: { primary: east, secondary: west, insecure: true }\n'), 'east');
    assert.deepEqual([only(east).insecure, only(east).partnerCertificateFile], [true, undefined]);
  });

  it('is none for a box by itself', () => {
    const alone = resolved(withTop(''), 'east');
    assert.deepEqual([alone.relationships, alone.identity], [[], undefined]);
  });
});

describe('the share of each pool', () => {
  it('[F-AL-1] is that of the role; a pool without failover is whole, and the primary’s alone', () => {
    const file = withRelationships(PAIR, ...TWO_LINKS);
    assert.deepEqual(sharesOf(resolved(file, 'east')), [
      'lan1 2001:db8:1::10 primary true',
      'lan1 2001:db8:1::20 whole false',
      'lan1 2001:db8:100:: primary true',
      'lan1 2001:db8:200:: whole false',
      'lan2 2001:db8:2::10 primary true',
    ]);
    assert.deepEqual(sharesOf(resolved(file, 'west')), [
      'lan1 2001:db8:1::10 secondary true',
      'lan1 2001:db8:100:: secondary true',
      'lan2 2001:db8:2::10 secondary true',
    ]);
  });

  it('[F-EP-2] makes each box count its own pools, by the numbers that its lease table gives them', () => {
    const file = withRelationships(PAIR, ...TWO_LINKS);
    assert.deepEqual(only(resolved(file, 'east')).pools, [0, 2, 4]);
    assert.deepEqual(only(resolved(file, 'west')).pools, [0, 1, 2]);
  });

  it('[F-EP-2] counts addresses before prefixes', () => {
    const file = withRelationships(
      PAIR,
      text`
        address-pools: [{ range: 2001:db8:1::20 - 2001:db8:1::2f, failover: false }]
        prefix-pools: [{ prefix: 2001:db8:100::/40, delegated-length: 56 }]
      `,
    );
    assert.deepEqual(only(resolved(file, 'east')).pools, [1]);
  });

  it('is whole on a link in no relationship', () => {
    const file = withRelationships('a: { primary: east, secondary: west, links: [lan1] }\n', ...TWO_LINKS);
    const west = resolved(file, 'west');
    assert.deepEqual(sharesOf(west).slice(2), ['lan2 2001:db8:2::10 whole false']);
    assert.deepEqual(only(west).pools, [0, 1]);
    assert.deepEqual(west.server.links.map(({ relationship }) => relationship), ['a', undefined]);
  });

  it('goes by the role that the box has there, where two boxes back each other', () => {
    const file = withRelationships(
      text`
        a: { primary: east, secondary: west, links: [lan1] }
        b: { primary: west, secondary: east, links: [lan2] }
      `,
      ...TWO_LINKS,
    );
    const west = resolved(file, 'west');
    assert.deepEqual(sharesOf(west), [
      'lan1 2001:db8:1::10 secondary true',
      'lan1 2001:db8:100:: secondary true',
      'lan2 2001:db8:2::10 primary true',
    ]);
    assert.deepEqual(west.relationships.map(({ name, role, links, pools }) => ({ name, role, links, pools })), [
      { name: 'a', role: 'secondary', links: ['lan1'], pools: [0, 1] },
      { name: 'b', role: 'primary', links: ['lan2'], pools: [2] },
    ]);
  });
});

describe('one secondary for two primaries', () => {
  const file = withRelationships(
    text`
      a: { primary: east, secondary: west, links: [lan1] }
      b: { primary: north, secondary: west, links: [lan2] }
    `,
    ...TWO_LINKS,
  ).replace(
    '  west:',
    '  north: { management: { interface: eth0, address: fd00::3/64 }, certificate: /c, key: /k, links: { lan2: [eth1] } }\n  west:',
  );
  const linksOf = (box: string): string[] => resolved(file, box).server.links.map(({ name }) => name);

  it('[F-EP-3] has two relationships, and each primary one', () => {
    assert.deepEqual(resolved(file, 'west').relationships.map(({ name, role }) => `${name} ${role}`), ['a secondary', 'b secondary']);
    assert.deepEqual(resolved(file, 'north').relationships.map(({ name, role }) => `${name} ${role}`), ['b primary']);
  });

  it('[F-EP-2] serves the links of both, and no primary those of the other', () => {
    assert.deepEqual([linksOf('west'), linksOf('east'), linksOf('north')], [['lan1', 'lan2'], ['lan1'], ['lan2']]);
    assert.deepEqual(only(resolved(file, 'north')).pools, [0]);
  });
});

describe('what two boxes compare', () => {
  const keysOf = (file: string, box = 'east'): Readonly<Record<string, string>> => only(resolved(file, box)).configSections;
  const base = withRelationships('a: { primary: east, secondary: west, links: [lan1] }\n', ...TWO_LINKS);
  const differing = (file: string): string[] => {
    const [here, there] = [keysOf(base), keysOf(file, 'west')];
    return [...new Set([...Object.keys(here), ...Object.keys(there)])].filter((key) => here[key] !== there[key]);
  };

  it('is the same on both boxes for one file', () => {
    assert.deepEqual(differing(base), []);
    assert.equal(only(resolved(base, 'east')).configDigest, only(resolved(base, 'west')).configDigest);
  });

  const changes: readonly (readonly [what: string, file: string, keys: readonly string[]])[] = [
    ['a setting', base.replace('links: [lan1]', 'links: [lan1], mclt: 2h'), ['relationships.a.mclt']],
    ['a range', base.replace('2001:db8:1::1f', '2001:db8:1::1e'), ['links.lan1.address-pools[0].range']],
    ['a length', base.replace('delegated-length: 56 }', 'delegated-length: 60 }'), ['links.lan1.prefix-pools[0].delegated-length']],
    ['a lifetime of the file', `${base}lifetimes: { preferred: 30m }\n`, ['lifetimes.preferred']],
    ['a limit', `${base}server: { limits: { leases: 7 } }\n`, ['server.limits.leases']],
    ['an option that one has and the other has not', `${base}options: { domain-search: [example.com] }\n`, ['options.domain-search']],
    [
      'the links',
      base.replace('links: [lan1]', 'links: [lan1, lan2]'),
      ['relationships.a.links', 'links.lan2.prefixes', 'links.lan2.address-pools[0].range', 'links.lan2.address-pools[0].allocation', 'links.lan2.address-pools[0].failover', 'links.lan2.delegated-routes'],
    ],
    ['a link that is not theirs', base.replace('2001:db8:2::1f', '2001:db8:2::1e'), []],
    ['an address of a box', base.replace('fd00::2/64', 'fd00::9/64'), []],
    ['an interface', base.replaceAll('[eth1]', '[eth7]'), []],
    ['a file name', base.replace('/etc/west.key', '/root/west.key').replace('/etc/east.crt', '/root/east.crt'), []],
    ['the port', base.replace('links: [lan1]', 'links: [lan1], port: 1'), []],
  ];
  for (const [what, file, keys] of changes) {
    it(`names ${what} by its key`, () => {
      assert.notEqual(file, base);
      assert.deepEqual(differing(file), keys);
      assert.equal(only(resolved(file, 'west')).configDigest === only(resolved(base, 'east')).configDigest, keys.length === 0);
    });
  }

  it('has short values as they are, and long ones by their digest', () => {
    const keys = keysOf(`${base}options: { domain-search: [a-domain-that-is-rather-long.example.com, another.example.com] }\n`);
    assert.equal(keys['lifetimes.preferred'], '"1h"');
    assert.equal(keys['relationships.a.links'], '["lan1"]');
    assert.match(keys['options.domain-search'] ?? '', /^sha256:[0-9a-f]{16}$/);
  });

  it('has nothing of certificates, keys and addresses of boxes in it', () => {
    assert.doesNotMatch(JSON.stringify(keysOf(base)), /crt|key"|fd00|eth1|east|west/);
  });

  it('fits into one message, however big the file', () => {
    for (const [links, depth] of [[100, 3], [700, 2], [1_200, 1]] as const) {
      const others = Array.from({ length: links }, (_, i) => `  l${i}: { prefixes: ["2001:db8:${(i + 16).toString(16)}::/64"], preference: 7, rapid-commit: true, lifetimes: { valid: 3h } }\n`);
      const file = withRelationships(PAIR) + others.join('');
      const keys = keysOf(file);
      const length = Object.entries(keys).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
      assert.ok(length < 32_768, `${length} octets for ${links} links`);
      const other = keysOf(file.replace('preference: 7', 'preference: 8'));
      const changed = Object.keys(keys).filter((key) => keys[key] !== other[key]);
      assert.deepEqual(changed, [['links', 'l0', 'preference'].slice(0, depth).join('.')]);
    }
  }).timeout(20_000);
});
