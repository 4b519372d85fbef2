// Links, address pools and prefix pools that do not fit together.

import { describe } from 'mocha';
import { itRefuses, text, withLan1 } from './refused.ts';

describe('a provisioning file is refused for its links and pools:', () => {
  itRefuses(
    'on-link prefixes that overlap, in one link and between links',
    withLan1(
      '',
      text`
        prefixes: [2001:db8:1:0:8000::/65, 2001:db8:2::/64, 2001:db8:2::/60]
      `,
    ),
    text`
      file.yaml:7:16: the prefix overlaps one of another link
          7 |     prefixes: [2001:db8:1:0:8000::/65, 2001:db8:2::/64, 2001:db8:2...
            |                ^~~~~~~~~~~~~~~~~~~~~~
        key:     links.lan2.prefixes[0]
        found:   2001:db8:1:0:8000::/65
        allowed: prefixes that do not overlap
        the other prefix, of lan1, is at 5:16 (links.lan1.prefixes[0])
          5 |     prefixes: [2001:db8:1::/64]
            |                ^~~~~~~~~~~~~~~
      file.yaml:7:40: the prefix overlaps another one of the link
          7 | ...efixes: [2001:db8:1:0:8000::/65, 2001:db8:2::/64, 2001:db8:2::/60]
            |                                     ^~~~~~~~~~~~~~~
        key:     links.lan2.prefixes[1]
        found:   2001:db8:2::/64
        allowed: prefixes that do not overlap
        the other prefix, of lan2, is at 7:57 (links.lan2.prefixes[2])
          7 | ...efixes: [2001:db8:1:0:8000::/65, 2001:db8:2::/64, 2001:db8:2::/60]
            |                                                      ^~~~~~~~~~~~~~~
    `,
  );

  itRefuses(
    'on-link prefixes that are not for unicast beyond the link',
    withLan1(
      '',
      text`
        prefixes: [fe80::/64, ff00::/12]
      `,
    ),
    text`
      file.yaml:7:16: the prefix is not one of unicast addresses
          7 |     prefixes: [fe80::/64, ff00::/12]
            |                ^~~~~~~~~
        key:     links.lan2.prefixes[0]
        found:   fe80::/64
        allowed: a prefix apart from ::, fe80::/10 and ff00::/8
      file.yaml:7:27: the prefix is not one of unicast addresses
          7 |     prefixes: [fe80::/64, ff00::/12]
            |                           ^~~~~~~~~
        key:     links.lan2.prefixes[1]
        found:   ff00::/12
        allowed: a prefix apart from ::, fe80::/10 and ff00::/8
    `,
  );

  itRefuses(
    'a name of a relay that means two links',
    withLan1(
      text`
        relay: { interface-ids: [port-7] }
      `,
      text`
        relay: { interface-ids: [port-7, 0x706f72742d37], remote-ids: [{ enterprise: 32473, id: a }, { enterprise: 32474, id: a }, { enterprise: 32473, id: a }] }
      `,
    ),
    text`
      file.yaml:8:30: the identifier is repeated
          8 | ...: { interface-ids: [port-7, 0x706f72742d37], remote-ids: [{ enterp...
            |                        ^~~~~~
        key:     links.lan2.relay.interface-ids[0]
        found:   port-7
        allowed: an identifier that no other link has
        it stands first at 6:30 (links.lan1.relay.interface-ids[0])
          6 |     relay: { interface-ids: [port-7] }
            |                              ^~~~~~
      file.yaml:8:38: the identifier is repeated
          8 | ...rface-ids: [port-7, 0x706f72742d37], remote-ids: [{ enterprise: 32...
            |                        ^~~~~~~~~~~~~~
        key:     links.lan2.relay.interface-ids[1]
        found:   0x706f72742d37
        allowed: an identifier that no other link has
        it stands first at 6:30 (links.lan1.relay.interface-ids[0])
          6 |     relay: { interface-ids: [port-7] }
            |                              ^~~~~~
      file.yaml:8:153: the identifier is repeated
          8 | ...a }, { enterprise: 32474, id: a }, { enterprise: 32473, id: a }] }
            |                                                                ^
        key:     links.lan2.relay.remote-ids[2].id
        found:   a
        allowed: an identifier that no other link has
        it stands first at 8:93 (links.lan2.relay.remote-ids[0].id)
          8 | ...erprise: 32473, id: a }, { enterprise: 32474, id: a }, { enterpris...
            |                        ^
    `,
  );

  itRefuses(
    'a pool outside of its link',
    withLan1(text`
      address-pools:
        - range: 2001:db8:1:1::1 - 2001:db8:1:1::ff
        - range: 2001:db8:0:ffff::1 - 2001:db8:1::ff
        - prefix: 2001:db8:2::/63
    `),
    text`
      file.yaml:7:16: the pool is not inside a prefix of lan1
          7 |       - range: 2001:db8:1:1::1 - 2001:db8:1:1::ff
            |                ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        key:     links.lan1.address-pools[0].range
        found:   2001:db8:1:1::1 - 2001:db8:1:1::ff
        allowed: 2001:db8:1::/64
      file.yaml:8:16: the pool is not inside a prefix of lan1
          8 |       - range: 2001:db8:0:ffff::1 - 2001:db8:1::ff
            |                ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        key:     links.lan1.address-pools[1].range
        found:   2001:db8:0:ffff::1 - 2001:db8:1::ff
        allowed: 2001:db8:1::/64
      file.yaml:9:17: the pool is not inside a prefix of lan1
          9 |       - prefix: 2001:db8:2::/63
            |                 ^~~~~~~~~~~~~~~
        key:     links.lan1.address-pools[2].prefix
        found:   2001:db8:2::/63
        allowed: 2001:db8:1::/64
    `,
  );

  itRefuses(
    'a pool of a link without prefixes',
    withLan1(
      '',
      text`
        address-pools: [{ range: 2001:db8:1::1 - 2001:db8:1::ff }]
      `,
    ),
    text`
      file.yaml:7:30: the pool is not inside a prefix of lan2
          7 |     address-pools: [{ range: 2001:db8:1::1 - 2001:db8:1::ff }]
            |                              ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        key:     links.lan2.address-pools[0].range
        found:   2001:db8:1::1 - 2001:db8:1::ff
        allowed: none: the link lan2 has no prefixes
    `,
  );

  itRefuses(
    'a pool that says twice or never what it is',
    withLan1(text`
      address-pools:
        - { range: 2001:db8:1::1 - 2001:db8:1::ff, prefix: 2001:db8:1::/120 }
        - { allocation: random }
    `),
    text`
      file.yaml:7:9: a pool says in one way which addresses it has
          7 |       - { range: 2001:db8:1::1 - 2001:db8:1::ff, prefix: 2001:db8:...
            |         ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        key:     links.lan1.address-pools[0]
        found:   both range and prefix
        allowed: range, or prefix
      file.yaml:8:9: a pool says in one way which addresses it has
          8 |       - { allocation: random }
            |         ^~~~~~~~~~~~~~~~~~~~~~
        key:     links.lan1.address-pools[1]
        found:   neither range nor prefix
        allowed: range, or prefix
    `,
  );

  itRefuses(
    'pools that overlap',
    withLan1(text`
      address-pools:
        - range: 2001:db8:1::1000 - 2001:db8:1::1fff
        - prefix: 2001:db8:1::1f00/120
    `),
    text`
      file.yaml:8:17: the pool overlaps another one
          8 |       - prefix: 2001:db8:1::1f00/120
            |                 ^~~~~~~~~~~~~~~~~~~~
        key:     links.lan1.address-pools[1].prefix
        found:   2001:db8:1::1f00/120
        allowed: pools that do not overlap
        the other pool, of lan1, is at 7:16 (links.lan1.address-pools[0].range)
          7 |       - range: 2001:db8:1::1000 - 2001:db8:1::1fff
            |                ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
    `,
  );

  itRefuses(
    'pools that overlap in different links',
    withLan1(
      text`
        address-pools:
          - range: 2001:db8:1::1000 - 2001:db8:1::1fff
      `,
      text`
        prefixes: [2001:db8:2::/64]
        address-pools:
          - range: 2001:db8:1::1000 - 2001:db8:1::1000
      `,
    ),
    text`
      file.yaml:11:16: the pool is not inside a prefix of lan2
         11 |       - range: 2001:db8:1::1000 - 2001:db8:1::1000
            |                ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        key:     links.lan2.address-pools[0].range
        found:   2001:db8:1::1000 - 2001:db8:1::1000
        allowed: 2001:db8:2::/64
      file.yaml:11:16: the pool overlaps another one
         11 |       - range: 2001:db8:1::1000 - 2001:db8:1::1000
            |                ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        key:     links.lan2.address-pools[0].range
        found:   2001:db8:1::1000 - 2001:db8:1::1000
        allowed: pools that do not overlap
        the other pool, of lan1, is at 7:16 (links.lan1.address-pools[0].range)
          7 |       - range: 2001:db8:1::1000 - 2001:db8:1::1fff
            |                ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
    `,
  );

  itRefuses(
    'pools of reserved interface identifiers only',
    withLan1(text`
      address-pools:
        - { range: "2001:db8:1:: - 2001:db8:1::" }
        - range: 2001:db8:1:0:fdff:ffff:ffff:ff80 - 2001:db8:1:0:fdff:ffff:ffff:ffff
        - prefix: 2001:db8:1:0:200:5eff:fe00:0/112
    `),
    text`
      file.yaml:7:18: the pool has only addresses that no host may have
          7 |       - { range: "2001:db8:1:: - 2001:db8:1::" }
            |                  ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        key:     links.lan1.address-pools[0].range
        found:   "2001:db8:1:: - 2001:db8:1::"
        allowed: addresses with other interface identifiers (RFC 5453 section 3)
      file.yaml:8:16: the pool has only addresses that no host may have
          8 |       - range: 2001:db8:1:0:fdff:ffff:ffff:ff80 - 2001:db8:1:0:fdf...
            |                ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        key:     links.lan1.address-pools[1].range
        found:   2001:db8:1:0:fdff:ffff:ffff:ff80 - 2001:db8:1:0:fdff:ffff:ffff:ffff
        allowed: addresses with other interface identifiers (RFC 5453 section 3)
      file.yaml:9:17: the pool has only addresses that no host may have
          9 |       - prefix: 2001:db8:1:0:200:5eff:fe00:0/112
            |                 ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        key:     links.lan1.address-pools[2].prefix
        found:   2001:db8:1:0:200:5eff:fe00:0/112
        allowed: addresses with other interface identifiers (RFC 5453 section 3)
    `,
  );

  itRefuses(
    'delegated prefixes larger than their pool',
    withLan1(text`
      prefix-pools: [{ prefix: 2001:db8:100::/40, delegated-length: 39 }]
    `),
    text`
      file.yaml:6:67: the delegated prefixes are larger than their pool
          6 | ...refix-pools: [{ prefix: 2001:db8:100::/40, delegated-length: 39 }]
            |                                                                 ^~
        key:     links.lan1.prefix-pools[0].delegated-length
        found:   39
        allowed: 40 to 128, for a pool of 2001:db8:100::/40
        the pool is at 6:30 (links.lan1.prefix-pools[0].prefix)
          6 | ...refix-pools: [{ prefix: 2001:db8:100::/40, delegated-length: 39 }]
            |                            ^~~~~~~~~~~~~~~~~
    `,
  );

  itRefuses(
    'a delegated length beyond an address',
    withLan1(text`
      prefix-pools: [{ prefix: 2001:db8:100::/40, delegated-length: 129 }]
    `),
    text`
      file.yaml:6:67: the number is too large
          6 | ...efix-pools: [{ prefix: 2001:db8:100::/40, delegated-length: 129 }]
            |                                                                ^~~
        key:     links.lan1.prefix-pools[0].delegated-length
        found:   129
        allowed: a whole number from 1 to 128
    `,
  );

  itRefuses(
    'prefix pools that overlap',
    withLan1(
      text`
        prefix-pools:
          - { prefix: 2001:db8:100::/40, delegated-length: 56 }
      `,
      text`
        prefix-pools:
          - { prefix: 2001:db8:180::/41, delegated-length: 64 }
      `,
    ),
    text`
      file.yaml:10:19: the pool overlaps another one
         10 |       - { prefix: 2001:db8:180::/41, delegated-length: 64 }
            |                   ^~~~~~~~~~~~~~~~~
        key:     links.lan2.prefix-pools[0].prefix
        found:   2001:db8:180::/41
        allowed: pools that do not overlap
        the other pool, of lan1, is at 7:19 (links.lan1.prefix-pools[0].prefix)
          7 |       - { prefix: 2001:db8:100::/40, delegated-length: 56 }
            |                   ^~~~~~~~~~~~~~~~~
    `,
  );

  itRefuses(
    'a prefix pool with an on-link prefix in it',
    withLan1(
      '',
      text`
        prefix-pools:
          - { prefix: 2001:db8::/40, delegated-length: 56 }
      `,
    ),
    text`
      file.yaml:8:19: the pool overlaps an on-link prefix
          8 |       - { prefix: 2001:db8::/40, delegated-length: 56 }
            |                   ^~~~~~~~~~~~~
        key:     links.lan2.prefix-pools[0].prefix
        found:   2001:db8::/40
        allowed: a prefix apart from those of all links
        the prefix of lan1 is at 5:16 (links.lan1.prefixes[0])
          5 |     prefixes: [2001:db8:1::/64]
            |                ^~~~~~~~~~~~~~~
    `,
  );

  itRefuses(
    'a prefix pool inside of an on-link prefix',
    withLan1(text`
      prefix-pools:
        - { prefix: 2001:db8:1:0:8000::/65, delegated-length: 80 }
    `),
    text`
      file.yaml:7:19: the pool overlaps an on-link prefix
          7 |       - { prefix: 2001:db8:1:0:8000::/65, delegated-length: 80 }
            |                   ^~~~~~~~~~~~~~~~~~~~~~
        key:     links.lan1.prefix-pools[0].prefix
        found:   2001:db8:1:0:8000::/65
        allowed: a prefix apart from those of all links
        the prefix of lan1 is at 5:16 (links.lan1.prefixes[0])
          5 |     prefixes: [2001:db8:1::/64]
            |                ^~~~~~~~~~~~~~~
    `,
  );

  itRefuses(
    'an excluded prefix that is not smaller, and one that is not there',
    withLan1(text`
      prefix-pools:
        - { prefix: 2001:db8:100::/40, delegated-length: 56, exclude: { length: 56, subnet-id: 0 } }
        - { prefix: 2001:db8:200::/40, delegated-length: 56, exclude: { length: 64, subnet-id: 256 } }
    `),
    text`
      file.yaml:7:79: the excluded prefix is not smaller than the delegated one
          7 | .../40, delegated-length: 56, exclude: { length: 56, subnet-id: 0 } }
            |                                                  ^~
        key:     links.lan1.prefix-pools[0].exclude.length
        found:   56
        allowed: 57 to 128 (RFC 6603 section 4.2)
        the delegated length is set at 7:56 (links.lan1.prefix-pools[0].delegated-length)
          7 | .../40, delegated-length: 56, exclude: { length: 56, subnet-id: 0 } }
            |                           ^~
      file.yaml:8:94: a prefix of length 56 has no part of length 64 with this number
          8 | ...0, delegated-length: 56, exclude: { length: 64, subnet-id: 256 } }
            |                                                               ^~~
        key:     links.lan1.prefix-pools[1].exclude.subnet-id
        found:   256
        allowed: 0 to 255
    `,
  );
});
