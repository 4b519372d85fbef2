// Relationships that a file may have; of some it is said that they are probably not meant so.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { loadProvisioning } from '../../../src/config/index.ts';
import { diagnosticsOf, itWarns, text, warningsOf, withRelationships } from './refused.ts';

const PAIR = 'east-west: { primary: east, secondary: west }\n';

describe('a provisioning file with relationships is right', () => {
  const right: readonly (readonly [what: string, file: string])[] = [
    ['with two boxes that know each other', withRelationships(PAIR)],
    [
      'with certificates in other places',
      withRelationships('a: { primary: east, secondary: west, certificates: { east: /a, west: /etc/east.crt } }\n'),
    ],
    [
      'with two boxes, each the primary of its own links',
      withRelationships(
        text`
          a: { primary: east, secondary: west, links: [lan1] }
          b: { primary: west, secondary: east, links: [lan2] }
        `,
        '',
        'prefixes: [2001:db8:2::/64]\n',
      ),
    ],
    [
      '[F-EP-3] with one secondary for two primaries',
      withRelationships(
        text`
          a: { primary: east, secondary: west, links: [lan1] }
          b: { primary: north, secondary: west, links: [lan2] }
        `,
        '',
        'prefixes: [2001:db8:2::/64]\n',
      ).replace(
        '  west:',
        '  north: { management: { interface: eth0, address: fd00::3/64 }, certificate: /c, key: /k, links: { lan2: [eth1] } }\n  west:',
      ),
    ],
    [
      '[F-TM-7] with leases of 30 s',
      withRelationships(PAIR, 'address-pools: [{ prefix: 2001:db8:1::/64, lifetimes: { preferred: 10s, valid: 30s } }]\n'),
    ],
    [
      '[F-TM-7] with shorter leases in a pool without failover',
      withRelationships(
        PAIR,
        'address-pools: [{ prefix: "2001:db8:1::6/128", failover: false, lifetimes: { preferred: 10s, valid: 20s } }]\n',
      ),
    ],
    [
      '[F-AL-8] with one prefix in a pool without failover',
      withRelationships(PAIR, 'prefix-pools: [{ prefix: 2001:db8:100::/56, delegated-length: 56, failover: false }]\n'),
    ],
    [
      '[F-GAP-10] with endless leases on a link that no relationship has',
      withRelationships(
        'a: { primary: east, secondary: west, links: [lan1] }\n',
        '',
        text`
          prefixes: [2001:db8:2::/64]
          lifetimes: { valid: infinite }
          reservations: [{ duid: "00:03:01", addresses: ["2001:db8:2::5"] }]
        `,
      ),
    ],
    [
      '[F-GAP-10] with endless leases in the file that no link takes over',
      `${withRelationships(PAIR, 'lifetimes: { valid: 2h }\naddress-pools: [{ prefix: 2001:db8:1::/64 }]\n')}lifetimes: { valid: infinite }\n`,
    ],
    ['[F-AL-8] with a pool of two addresses', withRelationships(PAIR, 'address-pools: [{ range: 2001:db8:1::5 - 2001:db8:1::6 }]\n')],
    [
      '[F-AL-8] with a pool of two prefixes',
      withRelationships(PAIR, 'prefix-pools: [{ prefix: 2001:db8:100::/55, delegated-length: 56 }]\n'),
    ],
    ['with all prefixes at one box', withRelationships('a: { primary: east, secondary: west, prefix-share: 100% }\nb: { primary: west, secondary: east, links: [lan2], prefix-share: 0% }\n'.replace('secondary: west,', 'secondary: west, links: [lan1],'), '', 'prefixes: [2001:db8:2::/64]\n')],
    [
      'with every value at a limit',
      withRelationships(text`
        a:
          primary: east
          secondary: west
          mclt: 30s
          keepalive: 4s
          contact-interval: 50ms
          load-balancing: 1%
          delayed-service: 1s
          max-unacked-bndupd: 1
          auto-partner-down: 10s
          startup-time: 1s
          prefix-share: 99%
          rebalance-threshold: 1%
          port: 1
      `),
    ],
    [
      'with every value at the other limit',
      withRelationships(text`
        a:
          primary: east
          secondary: west
          mclt: 7d
          keepalive: 1h
          contact-interval: 500ms
          load-balancing: 99%
          delayed-service: 20s
          max-unacked-bndupd: 100000
          auto-partner-down: 7d
          startup-time: 5m
          prefix-share: 1%
          rebalance-threshold: 100%
          port: 65535
      `),
    ],
  ];
  for (const [what, file] of right) {
    it(what, () => {
      assert.equal(diagnosticsOf(file), 'accepted');
      assert.equal(warningsOf(file), '');
    });
  }
});

describe('a provisioning file with relationships is used with a warning for', () => {
  itWarns(
    '[F-SEC-1] plain TCP',
    withRelationships('a: { primary: east, secondary: west, insecure: true }\n'),
    text`
      file.yaml:14:50: warning: nothing protects what the two boxes tell each other
         14 |   a: { primary: east, secondary: west, insecure: true }
            |                                                  ^~~~
        key:     relationships.a.insecure
        found:   true
        better:  a pairing-key, as "twinlease pair key" makes it
    `,
  );

  itWarns(
    '[F-EP-3] a second relationship of the same boxes in the same roles',
    withRelationships(
      text`
        a: { primary: east, secondary: west, links: [lan1] }
        b: { primary: east, secondary: west, links: [lan2] }
      `,
      '',
      'prefixes: [2001:db8:2::/64]\n',
    ),
    text`
      file.yaml:15:3: warning: the two boxes have a relationship in the same roles already
         15 |   b: { primary: east, secondary: west, links: [lan2] }
            |   ^
        key:     relationships.b
        found:   east and west
        better:  one relationship with the links of both (RFC 8156 section 6.2)
        the other one is at 14:3 (relationships.a)
         14 |   a: { primary: east, secondary: west, links: [lan1] }
            |   ^
    `,
  );

  itWarns(
    'a link that both boxes serve on their own',
    withRelationships('a: { primary: east, secondary: west, links: [lan1] }\n', '', 'address-pools: [{ prefix: 2001:db8:2::/64 }]\nprefixes: [2001:db8:2::/64]\n'),
    text`
      file.yaml:18:3: warning: several boxes serve lan2 without failover
         18 |   lan2:
            |   ^~~~
        key:     links.lan2
        found:   east, west
        better:  one box for the link, or a relationship of two that names it; else
                 two clients may get the same lease
    `,
  );
});

describe('two boxes without certificates', () => {
  it('[F-SEC-1] can be partners by the explicit word alone, and with a warning', () => {
    const bare = (relationship: string): string =>
      withRelationships(relationship).replaceAll(/ {4}(certificate|key): .*\n/g, '');
    assert.match(diagnosticsOf(bare(PAIR)), /east has no certificate[^]*west has no certificate/);
    const warnings = warningsOf(bare('a: { primary: east, secondary: west, insecure: true }\n'));
    assert.deepEqual(warnings.match(/warning: .*/g), ['warning: nothing protects what the two boxes tell each other']);
  });
});

describe('warnings', () => {
  it('are at most 20, and the rest is counted', () => {
    const pools = Array.from({ length: 25 }, (_, i) => `  - range: 2001:db8:1::${String(2 * i + 100)} - 2001:db8:1::${String(2 * i + 100)}\n`);
    const loaded = loadProvisioning(Buffer.from(withRelationships(PAIR, `address-pools:\n${pools.join('')}`)), 'file.yaml');
    assert.ok('document' in loaded);
    assert.deepEqual([loaded.warnings.diagnostics.length, loaded.warnings.omitted], [20, 5]);
    assert.deepEqual(new Set(loaded.warnings.diagnostics.map(({ severity }) => severity)), new Set(['warning']));
  });
});
