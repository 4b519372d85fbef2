// Addresses, prefixes, DUIDs and names, with the character that is wrong.

import { describe } from 'mocha';
import { itRefuses, text, withLan1, withTop } from './refused.ts';

describe('a provisioning file is refused for addresses, clients and names:', () => {
  itRefuses(
    'a character that no address has',
    withTop(text`
      options: { dns-servers: [2001:db8::5g] }
    `),
    text`
      file.yaml:6:37: "g" does not belong in an IPv6 address
          6 | options: { dns-servers: [2001:db8::5g] }
            |                                     ^
        key:     options.dns-servers[0]
        found:   2001:db8::5g
        allowed: an IPv6 address such as 2001:db8::53
    `,
  );

  itRefuses(
    'two gaps in an address',
    withTop(text`
      options: { dns-servers: ["2001::db8::1"] }
    `),
    text`
      file.yaml:6:36: an IPv6 address has "::" at most once
          6 | options: { dns-servers: ["2001::db8::1"] }
            |                                    ^~~~
        key:     options.dns-servers[0]
        found:   "2001::db8::1"
        allowed: an IPv6 address such as 2001:db8::53
    `,
  );

  itRefuses(
    'too few groups',
    withTop(text`
      options: { dns-servers: ["2001:db8:1"] }
    `),
    text`
      file.yaml:6:26: this is not an IPv6 address (3 of 8 groups, and no "::")
          6 | options: { dns-servers: ["2001:db8:1"] }
            |                          ^~~~~~~~~~~~
        key:     options.dns-servers[0]
        found:   "2001:db8:1"
        allowed: an IPv6 address such as 2001:db8::53
    `,
  );

  itRefuses(
    'too many groups',
    withTop(text`
      options: { dns-servers: ["1:2:3:4:5:6:7:8::9"] }
    `),
    text`
      file.yaml:6:26: this is not an IPv6 address (9 groups besides the "::")
          6 | options: { dns-servers: ["1:2:3:4:5:6:7:8::9"] }
            |                          ^~~~~~~~~~~~~~~~~~~~
        key:     options.dns-servers[0]
        found:   "1:2:3:4:5:6:7:8::9"
        allowed: an IPv6 address such as 2001:db8::53
    `,
  );

  itRefuses(
    'a group that is too long',
    withTop(text`
      options: { dns-servers: [2001:db8::10000] }
    `),
    text`
      file.yaml:6:36: a group of an IPv6 address has at most four digits
          6 | options: { dns-servers: [2001:db8::10000] }
            |                                    ^~~~~
        key:     options.dns-servers[0]
        found:   2001:db8::10000
        allowed: an IPv6 address such as 2001:db8::53
    `,
  );

  itRefuses(
    'an IPv4 address',
    withTop(text`
      options: { dns-servers: [192.0.2.53] }
    `),
    text`
      file.yaml:6:26: this is an IPv4 address
          6 | options: { dns-servers: [192.0.2.53] }
            |                          ^~~~~~~~~~
        key:     options.dns-servers[0]
        found:   192.0.2.53
        allowed: an IPv6 address such as 2001:db8::53
    `,
  );

  itRefuses(
    'an address with a zone',
    withTop(text`
      options: { dns-servers: ["fe80::1%eth0"] }
    `),
    text`
      file.yaml:6:34: a zone is not allowed here
          6 | options: { dns-servers: ["fe80::1%eth0"] }
            |                                  ^~~~~~
        key:     options.dns-servers[0]
        found:   "fe80::1%eth0"
        allowed: an IPv6 address such as 2001:db8::53
    `,
  );

  itRefuses(
    'a prefix where an address belongs',
    withTop(text`
      options: { dns-servers: [2001:db8::53/128] }
    `),
    text`
      file.yaml:6:38: a prefix length is not allowed here
          6 | options: { dns-servers: [2001:db8::53/128] }
            |                                      ^~~~
        key:     options.dns-servers[0]
        found:   2001:db8::53/128
        allowed: an IPv6 address such as 2001:db8::53
    `,
  );

  itRefuses(
    'an address where a prefix belongs',
    withLan1(text`
      prefix-pools: [{ prefix: "2001:db8:100::", delegated-length: 56 }]
    `),
    text`
      file.yaml:6:45: the prefix length is missing
          6 | ...prefix-pools: [{ prefix: "2001:db8:100::", delegated-length: 56 }]
            |                                            ^
        key:     links.lan1.prefix-pools[0].prefix
        found:   "2001:db8:100::"
        allowed: an IPv6 prefix such as 2001:db8:1::/64
    `,
  );

  itRefuses(
    'a prefix with bits behind its length',
    withLan1(text`
      prefix-pools: [{ prefix: 2001:db8:100:1::/40, delegated-length: 56 }]
    `),
    text`
      file.yaml:6:30: bits beyond the first 40 are set
          6 | ...fix-pools: [{ prefix: 2001:db8:100:1::/40, delegated-length: 56 }]
            |                          ^~~~~~~~~~~~~~~~~~~
        key:     links.lan1.prefix-pools[0].prefix
        found:   2001:db8:100:1::/40
        allowed: 2001:db8:100::/40, or a longer length
    `,
  );

  itRefuses(
    'a prefix length that is none',
    withLan1(text`
      prefix-pools: [{ prefix: 2001:db8:100::/129, delegated-length: 56 }, { prefix: 2001:db8:100::/x, delegated-length: 56 }]
    `),
    text`
      file.yaml:6:45: the prefix length is wrong
          6 | ...fix: 2001:db8:100::/129, delegated-length: 56 }, { prefix: 2001:db...
            |                        ^~~
        key:     links.lan1.prefix-pools[0].prefix
        found:   2001:db8:100::/129
        allowed: 0 to 128 after the slash
      file.yaml:6:99: the prefix length is wrong
          6 | ...-length: 56 }, { prefix: 2001:db8:100::/x, delegated-length: 56 }]
            |                                            ^
        key:     links.lan1.prefix-pools[1].prefix
        found:   2001:db8:100::/x
        allowed: 0 to 128 after the slash
    `,
  );

  itRefuses(
    'a range whose last address comes before its first',
    withLan1(text`
      address-pools: [{ range: 2001:db8:1::2000 - 2001:db8:1::1fff }]
    `),
    text`
      file.yaml:6:49: the range ends before it begins
          6 | ...   address-pools: [{ range: 2001:db8:1::2000 - 2001:db8:1::1fff }]
            |                                                   ^~~~~~~~~~~~~~~~
        key:     links.lan1.address-pools[0].range
        found:   2001:db8:1::2000 - 2001:db8:1::1fff
        allowed: 2001:db8:1::2000 or a higher address after the "-"
    `,
  );

  itRefuses(
    'a range with an error in its second address',
    withLan1(text`
      address-pools: [{ range: 2001:db8:1::1 - 2001:db8:1::z }]
    `),
    text`
      file.yaml:6:58: "z" does not belong in an IPv6 address
          6 |     address-pools: [{ range: 2001:db8:1::1 - 2001:db8:1::z }]
            |                                                          ^
        key:     links.lan1.address-pools[0].range
        found:   2001:db8:1::1 - 2001:db8:1::z
        allowed: two addresses such as 2001:db8::10 - 2001:db8::1f
    `,
  );

  itRefuses(
    'a range of one address',
    withLan1(text`
      address-pools: [{ range: 2001:db8:1::1 }]
    `),
    text`
      file.yaml:6:30: this is not two addresses with a "-" between them
          6 |     address-pools: [{ range: 2001:db8:1::1 }]
            |                              ^~~~~~~~~~~~~
        key:     links.lan1.address-pools[0].range
        found:   2001:db8:1::1
        allowed: two addresses such as 2001:db8::10 - 2001:db8::1f
    `,
  );

  itRefuses(
    'DUIDs with a stray character, too short, and with digits missing',
    withLan1(text`
      reservations:
        - { duid: "00:03:0g", addresses: [2001:db8:1::1] }
        - { duid: "0003", addresses: [2001:db8:1::1] }
        - { duid: "00030", addresses: [2001:db8:1::1] }
        - { duid: "00:003:1", addresses: [2001:db8:1::1] }
        - { duid: "00:03-01", addresses: [2001:db8:1::1] }
    `),
    text`
      file.yaml:7:25: "g" is not a hexadecimal digit
          7 |       - { duid: "00:03:0g", addresses: [2001:db8:1::1] }
            |                         ^~
        key:     links.lan1.reservations[0].duid
        found:   "00:03:0g"
        allowed: hexadecimal octets such as "00:03:00:01:02:00:5e:10:00:01"
      file.yaml:8:17: a DUID cannot have 2 octets
          8 |       - { duid: "0003", addresses: [2001:db8:1::1] }
            |                 ^~~~~~
        key:     links.lan1.reservations[1].duid
        found:   "0003"
        allowed: 3 to 130 octets, the 2 of the type included (RFC 9915 section 11.1)
      file.yaml:9:17: the number of hexadecimal digits is odd
          9 |       - { duid: "00030", addresses: [2001:db8:1::1] }
            |                 ^~~~~~~
        key:     links.lan1.reservations[2].duid
        found:   "00030"
        allowed: hexadecimal octets such as "00:03:00:01:02:00:5e:10:00:01"
      file.yaml:10:21: an octet has at most two digits
         10 |       - { duid: "00:003:1", addresses: [2001:db8:1::1] }
            |                     ^~~~~~
        key:     links.lan1.reservations[3].duid
        found:   "00:003:1"
        allowed: hexadecimal octets such as "00:03:00:01:02:00:5e:10:00:01"
      file.yaml:11:17: these are not octets with one kind of separator between them
         11 |       - { duid: "00:03-01", addresses: [2001:db8:1::1] }
            |                 ^~~~~~~~~~
        key:     links.lan1.reservations[4].duid
        found:   "00:03-01"
        allowed: hexadecimal octets such as "00:03:00:01:02:00:5e:10:00:01"
    `,
  );

  itRefuses(
    'a link-layer address that is too short',
    withLan1(text`
      reservations: [{ link-layer-address: "02:00:5e:10:00", addresses: [2001:db8:1::1] }]
    `),
    text`
      file.yaml:6:42: a link-layer address cannot have 5 octets
          6 | ...link-layer-address: "02:00:5e:10:00", addresses: [2001:db8:1::1] }...
            |                        ^~~~~~~~~~~~~~~~
        key:     links.lan1.reservations[0].link-layer-address
        found:   "02:00:5e:10:00"
        allowed: 6 to 20 octets, without the hardware type
    `,
  );

  itRefuses(
    'identifiers of relays that are empty, too long, and not hexadecimal',
    withLan1(text`
      relay: { interface-ids: ["", 0x0q], remote-ids: [{ enterprise: 4294967296, id: x }] }
    `),
    text`
      file.yaml:6:30: an identifier cannot have 0 octets
          6 | ...: { interface-ids: ["", 0x0q], remote-ids: [{ enterprise: 42949672...
            |                        ^~
        key:     links.lan1.relay.interface-ids[0]
        found:   ""
        allowed: 1 to 255 octets
      file.yaml:6:37: "q" is not a hexadecimal digit
          6 | ...erface-ids: ["", 0x0q], remote-ids: [{ enterprise: 4294967296, id:...
            |                        ^
        key:     links.lan1.relay.interface-ids[1]
        found:   0x0q
        allowed: a text, or octets such as "0x0a1b"
      file.yaml:6:68: the number is too large
          6 | ...ids: ["", 0x0q], remote-ids: [{ enterprise: 4294967296, id: x }] }
            |                                                ^~~~~~~~~~
        key:     links.lan1.relay.remote-ids[0].enterprise
        found:   4294967296
        allowed: a whole number from 0 to 4294967295
    `,
  );

  itRefuses(
    'domain names that are none',
    withTop(text`
      options: { domain-search: [lan..example, -lan.example, lan_1.example, "lan 1.example", münchen.example] }
    `),
    text`
      file.yaml:6:32: a label of the domain name is empty
          6 | ...domain-search: [lan..example, -lan.example, lan_1.example, "lan 1....
            |                        ^~~~~~~~
        key:     options.domain-search[0]
        found:   lan..example
        allowed: a domain name such as lan.example.com
      file.yaml:6:42: a label begins and ends with a letter or a digit
          6 | ...rch: [lan..example, -lan.example, lan_1.example, "lan 1.example", ...
            |                        ^~~~~~~~~~~~
        key:     options.domain-search[1]
        found:   -lan.example
        allowed: a domain name such as lan.example.com
      file.yaml:6:75: " " does not belong in a domain name
          6 | ..., -lan.example, lan_1.example, "lan 1.example", münchen.example] }
            |                                       ^~~~~~~~~~~
        key:     options.domain-search[3]
        found:   "lan 1.example"
        allowed: letters, digits, "-" and "_"; other letters in their "xn--" form
      file.yaml:6:89: "ü" does not belong in a domain name
          6 | ..., -lan.example, lan_1.example, "lan 1.example", münchen.example] }
            |                                                     ^~~~~~~~~~~~~~
        key:     options.domain-search[4]
        found:   münchen.example
        allowed: letters, digits, "-" and "_"; other letters in their "xn--" form
    `,
  );

  itRefuses(
    'an NTP server that is neither address nor name',
    withTop(text`
      options: { ntp-servers: ["2001:db8::z", "ntp server", { multicat: ff05::101 }, 7] }
    `),
    text`
      file.yaml:6:37: "z" does not belong in an IPv6 address
          6 | ...ervers: ["2001:db8::z", "ntp server", { multicat: ff05::101 }, 7] ...
            |                        ^~
        key:     options.ntp-servers[0]
        found:   "2001:db8::z"
        allowed: the address or the domain name of a server, or { multicast: ADDRESS }
      file.yaml:6:45: " " does not belong in a domain name
          6 | ...rvers: ["2001:db8::z", "ntp server", { multicat: ff05::101 }, 7] }
            |                               ^~~~~~~~
        key:     options.ntp-servers[1]
        found:   "ntp server"
        allowed: letters, digits, "-" and "_"; other letters in their "xn--" form
      file.yaml:6:55: "multicast" is missing
          6 | ...rvers: ["2001:db8::z", "ntp server", { multicat: ff05::101 }, 7] }
            |                                         ^~~~~~~~~~~~~~~~~~~~~~~
        key:     options.ntp-servers[2].multicast
        found:   nothing
        allowed: a map of multicast (needed)
      file.yaml:6:57: unknown key "multicat"; did you mean "multicast"?
          6 | ...rvers: ["2001:db8::z", "ntp server", { multicat: ff05::101 }, 7] }
            |                                           ^~~~~~~~
        key:     options.ntp-servers[2].multicat
        found:   multicat
        allowed: a map of multicast (needed)
      file.yaml:6:80: a number is not allowed here
          6 | ...rvers: ["2001:db8::z", "ntp server", { multicat: ff05::101 }, 7] }
            |                                                                  ^
        key:     options.ntp-servers[3]
        found:   7
        allowed: the address or the domain name of a server, or { multicast: ADDRESS }
                 (in quotes, if this is meant)
    `,
  );

  itRefuses(
    'a management address without a prefix length',
    text`
      version: 1
      appliances: { east: { management: { interface: eth0, address: fd00::1 }, relay-interfaces: [eth1] } }
    `,
    text`
      file.yaml:2:70: the prefix length is missing
          2 | ... interface: eth0, address: fd00::1 }, relay-interfaces: [eth1] } }
            |                                      ^
        key:     appliances.east.management.address
        found:   fd00::1
        allowed: an address with a prefix length such as fd00::1/64
    `,
  );
});
