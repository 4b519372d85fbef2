// Reservations.

import { describe } from 'mocha';
import { itRefuses, text, withLan1 } from './refused.ts';

describe('a provisioning file is refused for its reservations:', () => {
  itRefuses(
    'a client named in no way, in two ways, and an IAID alone',
    withLan1(text`
      reservations:
        - addresses: [2001:db8:1::1]
        - { duid: "00:03:01", link-layer-address: "02:00:5e:10:00:01", addresses: [2001:db8:1::2] }
        - { link-layer-address: "02:00:5e:10:00:02", iaid: 1, addresses: [2001:db8:1::3] }
    `),
    text`
      file.yaml:7:9: a reservation names its client in one way
          7 |       - addresses: [2001:db8:1::1]
            |         ^~~~~~~~~~~~~~~~~~~~~~~~~~
        key:     links.lan1.reservations[0]
        found:   neither duid nor link-layer-address
        allowed: duid, or link-layer-address
      file.yaml:8:9: a reservation names its client in one way
          8 |       - { duid: "00:03:01", link-layer-address: "02:00:5e:10:00:01...
            |         ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        key:     links.lan1.reservations[1]
        found:   both duid and link-layer-address
        allowed: duid, or link-layer-address
      file.yaml:9:58: an IAID means nothing without a DUID
          9 | ...ddress: "02:00:5e:10:00:02", iaid: 1, addresses: [2001:db8:1::3] }
            |                                       ^
        key:     links.lan1.reservations[2].iaid
        found:   1
        allowed: iaid with duid only
    `,
  );

  itRefuses(
    'nothing to keep',
    withLan1(text`
      reservations: [{ duid: "00:03:01" }]
    `),
    text`
      file.yaml:6:20: the reservation keeps nothing
          6 |     reservations: [{ duid: "00:03:01" }]
            |                    ^~~~~~~~~~~~~~~~~~~~
        key:     links.lan1.reservations[0]
        found:   only the client
        allowed: addresses, prefixes or options
    `,
  );

  itRefuses(
    'two reservations for a client',
    withLan1(text`
      reservations:
        - { duid: "00:03:01", addresses: [2001:db8:1::1] }
        - { duid: "00:03:01", iaid: 1, addresses: [2001:db8:1::2] }
        - { duid: "000301", addresses: [2001:db8:1::3] }
    `),
    text`
      file.yaml:9:17: the client has another reservation on this link
          9 |       - { duid: "000301", addresses: [2001:db8:1::3] }
            |                 ^~~~~~~~
        key:     links.lan1.reservations[2].duid
        found:   "000301"
        allowed: one reservation for a client
        the first one is at 7:17 (links.lan1.reservations[0].duid)
          7 |       - { duid: "00:03:01", addresses: [2001:db8:1::1] }
            |                 ^~~~~~~~~~
    `,
  );

  itRefuses(
    'an address outside of the link',
    withLan1(text`
      reservations: [{ duid: "00:03:01", addresses: [2001:db8:2::1] }]
    `),
    text`
      file.yaml:6:52: the address is not inside a prefix of lan1
          6 | ...  reservations: [{ duid: "00:03:01", addresses: [2001:db8:2::1] }]
            |                                                     ^~~~~~~~~~~~~
        key:     links.lan1.reservations[0].addresses[0]
        found:   2001:db8:2::1
        allowed: 2001:db8:1::/64
    `,
  );

  itRefuses(
    'an address reserved twice',
    withLan1(text`
      reservations:
        - { duid: "00:03:01", addresses: [2001:db8:1::1, 2001:DB8:1:0::1] }
        - { duid: "00:03:02", addresses: [2001:db8:1::1] }
    `),
    text`
      file.yaml:7:56: the address is reserved twice
          7 | ... { duid: "00:03:01", addresses: [2001:db8:1::1, 2001:DB8:1:0::1] }
            |                                                    ^~~~~~~~~~~~~~~
        key:     links.lan1.reservations[0].addresses[1]
        found:   2001:DB8:1:0::1
        allowed: each address in one reservation
        the first one is at 7:41 (links.lan1.reservations[0].addresses[0])
          7 | ... { duid: "00:03:01", addresses: [2001:db8:1::1, 2001:DB8:1:0::1] }
            |                                     ^~~~~~~~~~~~~
      file.yaml:8:41: the address is reserved twice
          8 |       - { duid: "00:03:02", addresses: [2001:db8:1::1] }
            |                                         ^~~~~~~~~~~~~
        key:     links.lan1.reservations[1].addresses[0]
        found:   2001:db8:1::1
        allowed: each address in one reservation
        the first one is at 7:41 (links.lan1.reservations[0].addresses[0])
          7 | ... { duid: "00:03:01", addresses: [2001:db8:1::1, 2001:DB8:1:0::1] }
            |                                     ^~~~~~~~~~~~~
    `,
  );

  itRefuses(
    'an address that no host may have',
    withLan1(text`
      reservations: [{ duid: "00:03:01", addresses: ["2001:db8:1::", 2001:db8:1:0:fdff:ffff:ffff:ffff] }]
    `),
    text`
      file.yaml:6:52: no host may have this address
          6 | ...03:01", addresses: ["2001:db8:1::", 2001:db8:1:0:fdff:ffff:ffff:ff...
            |                        ^~~~~~~~~~~~~~
        key:     links.lan1.reservations[0].addresses[0]
        found:   "2001:db8:1::"
        allowed: an address with another interface identifier (RFC 5453 section 3)
      file.yaml:6:68: no host may have this address
          6 | ..., addresses: ["2001:db8:1::", 2001:db8:1:0:fdff:ffff:ffff:ffff] }]
            |                                  ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        key:     links.lan1.reservations[0].addresses[1]
        found:   2001:db8:1:0:fdff:ffff:ffff:ffff
        allowed: an address with another interface identifier (RFC 5453 section 3)
    `,
  );

  itRefuses(
    'prefixes that overlap each other',
    withLan1(
      text`
        reservations:
          - { duid: "00:03:01", prefixes: [2001:db8:100::/56] }
      `,
      text`
        reservations:
          - { duid: "00:03:01", prefixes: [2001:db8:100:80::/60] }
      `,
    ),
    text`
      file.yaml:10:40: the prefix overlaps another reserved one
         10 |       - { duid: "00:03:01", prefixes: [2001:db8:100:80::/60] }
            |                                        ^~~~~~~~~~~~~~~~~~~~
        key:     links.lan2.reservations[0].prefixes[0]
        found:   2001:db8:100:80::/60
        allowed: prefixes that do not overlap
        the other prefix is at 7:40 (links.lan1.reservations[0].prefixes[0])
          7 |       - { duid: "00:03:01", prefixes: [2001:db8:100::/56] }
            |                                        ^~~~~~~~~~~~~~~~~
    `,
  );

  itRefuses(
    'a prefix that is on-link somewhere',
    withLan1(
      '',
      text`
        reservations: [{ duid: "00:03:01", prefixes: [2001:db8:1:0:f::/80] }]
      `,
    ),
    text`
      file.yaml:7:51: the reserved prefix overlaps an on-link prefix
          7 | ...ervations: [{ duid: "00:03:01", prefixes: [2001:db8:1:0:f::/80] }]
            |                                               ^~~~~~~~~~~~~~~~~~~
        key:     links.lan2.reservations[0].prefixes[0]
        found:   2001:db8:1:0:f::/80
        allowed: a prefix apart from those of all links
        the prefix of lan1 is at 5:16 (links.lan1.prefixes[0])
          5 |     prefixes: [2001:db8:1::/64]
            |                ^~~~~~~~~~~~~~~
    `,
  );

  itRefuses(
    'a prefix of the pool of another link',
    withLan1(
      text`
        prefix-pools: [{ prefix: 2001:db8:100::/40, delegated-length: 56 }]
      `,
      text`
        reservations: [{ duid: "00:03:01", prefixes: [2001:db8:1ff::/56] }]
      `,
    ),
    text`
      file.yaml:8:51: the prefix belongs to a pool of another link
          8 | ...eservations: [{ duid: "00:03:01", prefixes: [2001:db8:1ff::/56] }]
            |                                                 ^~~~~~~~~~~~~~~~~
        key:     links.lan2.reservations[0].prefixes[0]
        found:   2001:db8:1ff::/56
        allowed: a prefix outside of the pools of lan1
        the pool, of lan1, is at 6:30 (links.lan1.prefix-pools[0].prefix)
          6 | ...refix-pools: [{ prefix: 2001:db8:100::/40, delegated-length: 56 }]
            |                            ^~~~~~~~~~~~~~~~~
    `,
  );

  itRefuses(
    'a prefix of its pool with another length, and one around its pool',
    withLan1(text`
      prefix-pools:
        - { prefix: 2001:db8:100::/40, delegated-length: 56 }
        - { prefix: 2001:db8:210::/44, delegated-length: 56 }
      reservations: [{ duid: "00:03:01", prefixes: [2001:db8:1ff::/52, 2001:db8:200::/40] }]
    `),
    text`
      file.yaml:9:51: the prefix has another length than those that its pool delegates
          9 | ...d: "00:03:01", prefixes: [2001:db8:1ff::/52, 2001:db8:200::/40] }]
            |                              ^~~~~~~~~~~~~~~~~
        key:     links.lan1.reservations[0].prefixes[0]
        found:   2001:db8:1ff::/52
        allowed: a prefix of length 56, or one outside of the pool
        the pool, of lan1, is at 7:19 (links.lan1.prefix-pools[0].prefix)
          7 |       - { prefix: 2001:db8:100::/40, delegated-length: 56 }
            |                   ^~~~~~~~~~~~~~~~~
      file.yaml:9:70: the prefix has another length than those that its pool delegates
          9 | ...d: "00:03:01", prefixes: [2001:db8:1ff::/52, 2001:db8:200::/40] }]
            |                                                 ^~~~~~~~~~~~~~~~~
        key:     links.lan1.reservations[0].prefixes[1]
        found:   2001:db8:200::/40
        allowed: a prefix of length 56, or one outside of the pool
        the pool, of lan1, is at 8:19 (links.lan1.prefix-pools[1].prefix)
          8 |       - { prefix: 2001:db8:210::/44, delegated-length: 56 }
            |                   ^~~~~~~~~~~~~~~~~
    `,
  );

  itRefuses(
    'a prefix that nobody could use',
    withLan1(text`
      prefix-pools: [{ prefix: ff00::/16, delegated-length: 56 }]
      reservations: [{ duid: "00:03:01", prefixes: [fe80::/64] }]
    `),
    text`
      file.yaml:6:30: the prefix is not one of unicast addresses
          6 |     prefix-pools: [{ prefix: ff00::/16, delegated-length: 56 }]
            |                              ^~~~~~~~~
        key:     links.lan1.prefix-pools[0].prefix
        found:   ff00::/16
        allowed: a prefix apart from ::, fe80::/10 and ff00::/8
      file.yaml:7:51: the prefix is not one of unicast addresses
          7 |     reservations: [{ duid: "00:03:01", prefixes: [fe80::/64] }]
            |                                                   ^~~~~~~~~
        key:     links.lan1.reservations[0].prefixes[0]
        found:   fe80::/64
        allowed: a prefix apart from ::, fe80::/10 and ff00::/8
    `,
  );

  itRefuses(
    'prefixes that are none',
    withLan1(text`
      reservations: [{ duid: "00:03:01", prefixes: [2001:db8:1ff::1/56, "2001:db8:1fe::", 7, { prefix: x }] }]
    `),
    text`
      file.yaml:6:51: bits beyond the first 56 are set
          6 | ...:03:01", prefixes: [2001:db8:1ff::1/56, "2001:db8:1fe::", 7, { pre...
            |                        ^~~~~~~~~~~~~~~~~~
        key:     links.lan1.reservations[0].prefixes[0]
        found:   2001:db8:1ff::1/56
        allowed: 2001:db8:1ff::/56, or a longer length
      file.yaml:6:86: the prefix length is missing
          6 | ...fixes: [2001:db8:1ff::1/56, "2001:db8:1fe::", 7, { prefix: x }] }]
            |                                               ^
        key:     links.lan1.reservations[0].prefixes[1]
        found:   "2001:db8:1fe::"
        allowed: an IPv6 prefix such as 2001:db8:1::/64
      file.yaml:6:89: a number is not allowed here
          6 | ...fixes: [2001:db8:1ff::1/56, "2001:db8:1fe::", 7, { prefix: x }] }]
            |                                                  ^
        key:     links.lan1.reservations[0].prefixes[2]
        found:   7
        allowed: an IPv6 prefix, or { prefix: PREFIX, exclude: PREFIX } (in quotes, if
                 this is meant)
      file.yaml:6:102: "x" does not belong in an IPv6 address
          6 | ...fixes: [2001:db8:1ff::1/56, "2001:db8:1fe::", 7, { prefix: x }] }]
            |                                                               ^
        key:     links.lan1.reservations[0].prefixes[3].prefix
        found:   x
        allowed: an IPv6 prefix such as 2001:db8:1::/64
    `,
  );

  itRefuses(
    'an excluded prefix that is no part of the delegated one',
    withLan1(text`
      reservations: [{ duid: "00:03:01", prefixes: [{ prefix: 2001:db8:1ff::/56, exclude: 2001:db8:200::/64 }] }]
    `),
    text`
      file.yaml:6:89: the excluded prefix is not a part of the delegated one
          6 | ...es: [{ prefix: 2001:db8:1ff::/56, exclude: 2001:db8:200::/64 }] }]
            |                                               ^~~~~~~~~~~~~~~~~
        key:     links.lan1.reservations[0].prefixes[0].exclude
        found:   2001:db8:200::/64
        allowed: a longer prefix inside of it (RFC 6603 section 4.2)
        the delegated prefix is at 6:61 (links.lan1.reservations[0].prefixes[0].prefix)
          6 | ...refixes: [{ prefix: 2001:db8:1ff::/56, exclude: 2001:db8:200::/64 ...
            |                        ^~~~~~~~~~~~~~~~~
    `,
  );
});
