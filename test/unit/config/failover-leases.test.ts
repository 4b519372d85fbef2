// Leases and pools that two boxes cannot share.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { diagnosticsOf, itRefuses, itWarns, text, withRelationships } from './refused.ts';

const PAIR = 'east-west: { primary: east, secondary: west }\n';

describe('a provisioning file with relationships is refused for', () => {
  itRefuses(
    '[F-TM-7] a lease that is too short',
    withRelationships(PAIR, 'address-pools: [{ prefix: 2001:db8:1::/64, lifetimes: { preferred: 10s, valid: 29s } }]\n'),
    text`
      file.yaml:18:84: a lease under 30s is too short to be shared by two boxes
         18 | ...fix: 2001:db8:1::/64, lifetimes: { preferred: 10s, valid: 29s } }]
            |                                                              ^~~
        key:     links.lan1.address-pools[0].lifetimes.valid
        found:   29s
        allowed: 30s or longer, not infinite; in a pool with failover: false anything
        the relationship is at 14:3 (relationships.east-west)
         14 |   east-west: { primary: east, secondary: west }
            |   ^~~~~~~~~
    `,
  );

  itRefuses(
    '[F-GAP-10] a lease without an end that two pools take over from the file: once',
    withRelationships(PAIR, text`
      address-pools: [{ prefix: 2001:db8:1::/64 }]
      prefix-pools: [{ prefix: 2001:db8:100::/40, delegated-length: 56 }]
    `) + 'lifetimes: { valid: infinite }\n',
    text`
      file.yaml:20:21: a lease without an end cannot be shared by two boxes
         20 | lifetimes: { valid: infinite }
            |                     ^~~~~~~~
        key:     lifetimes.valid
        found:   infinite
        allowed: 30s or longer, not infinite; in a pool with failover: false anything
        what takes it over is at 18:21 (links.lan1.address-pools[0])
         18 |     address-pools: [{ prefix: 2001:db8:1::/64 }]
            |                     ^~~~~~~~~~~~~~~~~~~~~~~~~~~
        the relationship is at 14:3 (relationships.east-west)
         14 |   east-west: { primary: east, secondary: west }
            |   ^~~~~~~~~
    `,
  );

  itRefuses(
    '[F-GAP-10] a reserved lease without an end',
    withRelationships(PAIR, text`
      lifetimes: { valid: infinite }
      reservations: [{ duid: "00:03:01", addresses: ["2001:db8:1::5"] }]
    `),
    text`
      file.yaml:18:25: a lease without an end cannot be shared by two boxes
         18 |     lifetimes: { valid: infinite }
            |                         ^~~~~~~~
        key:     links.lan1.lifetimes.valid
        found:   infinite
        allowed: 30s or longer, not infinite; in a pool with failover: false anything
        the relationship is at 14:3 (relationships.east-west)
         14 |   east-west: { primary: east, secondary: west }
            |   ^~~~~~~~~
    `,
  );
});

describe('a provisioning file with relationships is used with a warning for', () => {
  itWarns(
    '[F-AL-8] pools of one address',
    withRelationships(PAIR, 'address-pools: [{ range: 2001:db8:1::5 - 2001:db8:1::5 }, { prefix: "2001:db8:1::6/128" }]\n'),
    text`
      file.yaml:18:30: warning: west has no address to give from this pool
         18 | ...ss-pools: [{ range: 2001:db8:1::5 - 2001:db8:1::5 }, { prefix: "20...
            |                        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        key:     links.lan1.address-pools[0].range
        found:   2001:db8:1::5 - 2001:db8:1::5
        better:  a pool with even addresses that are not reserved: those are the
                 secondary's
      file.yaml:18:73: warning: east has no address to give from this pool
         18 | ... 2001:db8:1::5 - 2001:db8:1::5 }, { prefix: "2001:db8:1::6/128" }]
            |                                                ^~~~~~~~~~~~~~~~~~~
        key:     links.lan1.address-pools[1].prefix
        found:   "2001:db8:1::6/128"
        better:  a pool with odd addresses that are not reserved: those are the
                 primary's
    `,
  );

  itWarns(
    '[F-AL-8] a pool whose even addresses are all reserved',
    withRelationships(PAIR, text`
      address-pools: [{ range: 2001:db8:1::10 - 2001:db8:1::13 }]
      reservations: [{ duid: "00:03:01", addresses: [2001:db8:1::10, 2001:db8:1::12] }]
    `),
    text`
      file.yaml:18:30: warning: west has no address to give from this pool
         18 |     address-pools: [{ range: 2001:db8:1::10 - 2001:db8:1::13 }]
            |                              ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        key:     links.lan1.address-pools[0].range
        found:   2001:db8:1::10 - 2001:db8:1::13
        better:  a pool with even addresses that are not reserved: those are the
                 secondary's
    `,
  );

  itWarns(
    '[F-AL-8] a pool whose only even address is one that no host may have',
    withRelationships(PAIR, 'address-pools: [{ prefix: 2001:db8:1::/127 }]\n'),
    text`
      file.yaml:18:31: warning: west has no address to give from this pool
         18 |     address-pools: [{ prefix: 2001:db8:1::/127 }]
            |                               ^~~~~~~~~~~~~~~~
        key:     links.lan1.address-pools[0].prefix
        found:   2001:db8:1::/127
        better:  a pool with even addresses that are not reserved: those are the
                 secondary's
    `,
  );

  itWarns(
    '[F-AL-8] a pool of one prefix',
    withRelationships(PAIR, 'prefix-pools: [{ prefix: 2001:db8:100::/56, delegated-length: 56 }]\n'),
    text`
      file.yaml:18:67: warning: west has no prefix to delegate from this pool
         18 | ...refix-pools: [{ prefix: 2001:db8:100::/56, delegated-length: 56 }]
            |                                                                 ^~
        key:     links.lan1.prefix-pools[0].delegated-length
        found:   56
        better:  a pool of two or more prefixes that are not reserved, which the two
                 boxes can divide
    `,
  );

  itWarns(
    '[F-AL-8] a pool of two prefixes, one of them reserved',
    withRelationships(PAIR, text`
      prefix-pools: [{ prefix: 2001:db8:100::/55, delegated-length: 56 }]
      reservations: [{ duid: "00:03:01", prefixes: ["2001:db8:100::/56"] }]
    `),
    text`
      file.yaml:18:67: warning: west has no prefix to delegate from this pool
         18 | ...refix-pools: [{ prefix: 2001:db8:100::/55, delegated-length: 56 }]
            |                                                                 ^~
        key:     links.lan1.prefix-pools[0].delegated-length
        found:   56
        better:  a pool of two or more prefixes that are not reserved, which the two
                 boxes can divide
    `,
  );
});

describe('pools of different relationships do not overlap', () => {
  const two = (lan1: string, lan2: string): string =>
    withRelationships(
      text`
        a: { primary: east, secondary: west, links: [lan1] }
        b: { primary: west, secondary: east, links: [lan2] }
      `,
      lan1,
      lan2,
    );

  it('[F-EP-2] not in a prefix to delegate from', () => {
    const file = two(
      'prefix-pools: [{ prefix: 2001:db8:100::/40, delegated-length: 56 }]\n',
      'prefix-pools: [{ prefix: 2001:db8:100::/48, delegated-length: 56 }]\n',
    );
    assert.match(diagnosticsOf(file), /the pool overlaps another one\n.*\n.*\n {2}key: {5}links\.lan2\.prefix-pools\[0\]\.prefix\n/);
  });

  it('[F-EP-2] not in addresses', () => {
    const file = two('address-pools: [{ prefix: 2001:db8:1::/65 }]\n', 'address-pools: [{ prefix: 2001:db8:1::/66 }]\n');
    assert.match(diagnosticsOf(file), /the pool overlaps another one/);
  });

  it('[F-EP-2] not in a reserved prefix', () => {
    const file = two(
      'prefix-pools: [{ prefix: 2001:db8:100::/40, delegated-length: 56 }]\n',
      'reservations: [{ duid: "00:03:01", prefixes: ["2001:db8:100::/56"] }]\n',
    );
    assert.match(diagnosticsOf(file), /the prefix belongs to a pool of another link/);
  });
});
