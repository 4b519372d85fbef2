// Two boxes that are to back each other, and cannot.

import { describe } from 'mocha';
import { itRefuses, text, withRelationships } from './refused.ts';

const PAIR = 'east-west: { primary: east, secondary: west }\n';

describe('a provisioning file is refused for its relationships:', () => {
  itRefuses(
    'boxes that are not there',
    withRelationships('a: { primary: esat, secondary: north }\n'),
    text`
      file.yaml:14:17: there is no box "esat"; did you mean "east"?
         14 |   a: { primary: esat, secondary: north }
            |                 ^~~~
        key:     relationships.a.primary
        found:   esat
        allowed: east, west
      file.yaml:14:34: there is no box "north"
         14 |   a: { primary: esat, secondary: north }
            |                                  ^~~~~
        key:     relationships.a.secondary
        found:   north
        allowed: east, west
    `,
  );

  itRefuses(
    'a box that would be its own partner',
    withRelationships('a: { primary: east, secondary: east }\n'),
    text`
      file.yaml:14:34: a box cannot be its own partner
         14 |   a: { primary: east, secondary: east }
            |                                  ^~~~
        key:     relationships.a.secondary
        found:   east
        allowed: west
        it is the primary at 14:17 (relationships.a.primary)
         14 |   a: { primary: east, secondary: east }
            |                 ^~~~
    `,
  );

  itRefuses(
    'a box by itself that would be its own partner',
    withRelationships('a: { primary: west, secondary: west }\n').replace(/  east:[^]*  west:/, '  west:'),
    text`
      file.yaml:9:34: a box cannot be its own partner
          9 |   a: { primary: west, secondary: west }
            |                                  ^~~~
        key:     relationships.a.secondary
        found:   west
        allowed: another box, which the file has to describe
        it is the primary at 9:17 (relationships.a.primary)
          9 |   a: { primary: west, secondary: west }
            |                 ^~~~
    `,
  );

  itRefuses(
    'one box alone',
    withRelationships('a: { primary: east }\n'),
    text`
      file.yaml:14:3: "secondary" is missing
         14 |   a: { primary: east }
            |   ^
        key:     relationships.a.secondary
        found:   nothing
        allowed: a map of primary, secondary (needed); links, pairing-key,
                 certificates, insecure, mclt, keepalive, contact-interval, relaying,
                 relay-by-udp, load-balancing, delayed-service, max-unacked-bndupd,
                 auto-partner-down, topology, stand-alone-start, startup-time,
                 use-partner-addresses, prefix-share, rebalance-threshold, port
    `,
  );

  itRefuses(
    'links that are not there, or stand twice',
    withRelationships('a: { primary: east, secondary: west, links: [lan1, lan3, lan1] }\n'),
    text`
      file.yaml:14:54: there is no link "lan3"; did you mean "lan1"?
         14 |   a: { primary: east, secondary: west, links: [lan1, lan3, lan1] }
            |                                                      ^~~~
        key:     relationships.a.links[1]
        found:   lan3
        allowed: lan1
      file.yaml:14:60: the link is repeated
         14 |   a: { primary: east, secondary: west, links: [lan1, lan3, lan1] }
            |                                                            ^~~~
        key:     relationships.a.links[2]
        found:   lan1
        allowed: each link in one relationship (RFC 8156 section 6.2)
        it stands first at 14:48 (relationships.a.links[0])
         14 |   a: { primary: east, secondary: west, links: [lan1, lan3, lan1] }
            |                                                ^~~~
    `,
  );

  itRefuses(
    '[F-EP-2] a link that another relationship has',
    withRelationships(text`
      a: { primary: east, secondary: west, links: [lan1] }
      b: { primary: west, secondary: east, links: [lan1] }
    `),
    text`
      file.yaml:15:48: the link is in another relationship as well
         15 |   b: { primary: west, secondary: east, links: [lan1] }
            |                                                ^~~~
        key:     relationships.b.links[0]
        found:   lan1
        allowed: each link in one relationship (RFC 8156 section 6.2)
        it stands first at 14:48 (relationships.a.links[0])
         14 |   a: { primary: east, secondary: west, links: [lan1] }
            |                                                ^~~~
    `,
  );

  itRefuses(
    'several relationships without saying which has what',
    withRelationships(text`
      a: { primary: east, secondary: west }
      b: { primary: west, secondary: east, links: [lan1] }
    `),
    text`
      file.yaml:14:3: one of several relationships has to name its links
         14 |   a: { primary: east, secondary: west }
            |   ^
        key:     relationships.a
        found:   nothing
        allowed: links: some of lan1
    `,
  );

  itRefuses(
    'a file without links',
    withRelationships(PAIR).replace(/links:\n {2}lan1:[^]*/, '').replaceAll('links: { lan1: [eth1] }', 'relay-interfaces: [eth1]'),
    text`
      file.yaml:14:3: the relationship has no link
         14 |   east-west: { primary: east, secondary: west }
            |   ^~~~~~~~~
        key:     relationships.east-west
        found:   nothing
        allowed: links, once the section "links" has some
    `,
  );

  itRefuses(
    'a partner that cannot be reached',
    withRelationships(PAIR).replace('    management: { interface: eth0, address: fd00::2/64 }\n', ''),
    text`
      file.yaml:8:3: west has no management address, and its partner must reach it
          8 |   west:
            |   ^~~~
        key:     appliances.west
        found:   no management
        allowed: management, with interface and address
        the relationship is at 13:3 (relationships.east-west)
         13 |   east-west: { primary: east, secondary: west }
            |   ^~~~~~~~~
    `,
  );

  itRefuses(
    '[F-SEC-1] a partner that nothing is known by',
    withRelationships(PAIR).replace('    certificate: /etc/west.crt\n    key: /etc/west.key\n', ''),
    text`
      file.yaml:8:3: west has no certificate, and its partner must know it
          8 |   west:
            |   ^~~~
        key:     appliances.west
        found:   neither certificate nor key
        allowed: a pairing-key in the relationship, as "twinlease pair key" makes it;
                 or certificate and key, as "twinlease identity new" does
        the relationship is at 12:3 (relationships.east-west)
         12 |   east-west: { primary: east, secondary: west }
            |   ^~~~~~~~~
    `,
  );

  itRefuses(
    'a certificate without its key',
    withRelationships(PAIR).replace('    key: /etc/west.key\n', ''),
    text`
      file.yaml:10:18: a box with a certificate has a key as well
         10 |     certificate: /etc/west.crt
            |                  ^~~~~~~~~~~~~
        key:     appliances.west.certificate
        found:   certificate without key
        allowed: certificate and key, or none of the two
    `,
  );

  itRefuses(
    'a key without its certificate',
    withRelationships(PAIR).replace('    certificate: /etc/west.crt\n', ''),
    text`
      file.yaml:10:10: a box with a key has a certificate as well
         10 |     key: /etc/west.key
            |          ^~~~~~~~~~~~~
        key:     appliances.west.key
        found:   key without certificate
        allowed: certificate and key, or none of the two
    `,
  );

  itRefuses(
    'certificates that nobody would look at',
    withRelationships('a: { primary: east, secondary: west, insecure: true, certificates: { east: /a } }\n'),
    text`
      file.yaml:14:56: without TLS nobody looks at certificates
         14 | ...ast, secondary: west, insecure: true, certificates: { east: /a } }
            |                                          ^~~~~~~~~~~~
        key:     relationships.a.certificates
        found:   both certificates and insecure: true
        allowed: certificates, or insecure: true
        TLS is switched off at 14:50 (relationships.a.insecure)
         14 | ...ast, secondary: west, insecure: true, certificates: { east: /a } }
            |                                    ^~~~
    `,
  );

  itRefuses(
    'the certificate of a box that is not in it',
    withRelationships('a: { primary: east, secondary: west, certificates: { north: /a } }\n'),
    text`
      file.yaml:14:56: "north" is not a box of this relationship
         14 | ...a: { primary: east, secondary: west, certificates: { north: /a } }
            |                                                         ^~~~~
        key:     relationships.a.certificates.north
        found:   north
        allowed: east, west
    `,
  );

  itRefuses(
    'one certificate for both',
    withRelationships('a: { primary: east, secondary: west, certificates: { west: /etc/east.crt } }\n'),
    text`
      file.yaml:14:62: east and west have the same certificate file
         14 | ...ry: east, secondary: west, certificates: { west: /etc/east.crt } }
            |                                                     ^~~~~~~~~~~~~
        key:     relationships.a.certificates.west
        found:   /etc/east.crt
        allowed: a file for each box, both of them on both boxes
        that of east is at 5:18 (appliances.east.certificate)
          5 |     certificate: /etc/east.crt
            |                  ^~~~~~~~~~~~~
    `,
  );

  itRefuses(
    'a third box on the link of two',
    withRelationships(PAIR).replace('  west:', '  north: { links: { lan1: [eth1] } }\n  west:'),
    text`
      file.yaml:8:21: lan1 is served by east and west, and north is none of them
          8 |   north: { links: { lan1: [eth1] } }
            |                     ^~~~
        key:     appliances.north.links.lan1
        found:   lan1
        allowed: links of relationships that the box is in, and links that are in none
        lan1 is in the relationship at 15:3 (relationships.east-west)
         15 |   east-west: { primary: east, secondary: west }
            |   ^~~~~~~~~
    `,
  );

  itRefuses(
    'values out of their bounds',
    withRelationships(text`
      a:
        primary: east
        secondary: west
        mclt: 29s
        keepalive: 3s
        contact-interval: 600ms
        max-unacked-bndupd: 0
        auto-partner-down: infinite
        startup-time: 0s
        prefix-share: 101%
        rebalance-threshold: 0%
        port: 65536
    `),
    text`
      file.yaml:17:11: the duration is too short
         17 |     mclt: 29s
            |           ^~~
        key:     relationships.a.mclt
        found:   29s
        allowed: 30s to 7d (a number followed by s, m, h or d)
      file.yaml:18:16: the duration is too short
         18 |     keepalive: 3s
            |                ^~
        key:     relationships.a.keepalive
        found:   3s
        allowed: 4s to 1h (a number followed by s, m, h or d)
      file.yaml:19:23: the number is too large
         19 |     contact-interval: 600ms
            |                       ^~~~~
        key:     relationships.a.contact-interval
        found:   600ms
        allowed: off, or 50ms to 500ms
      file.yaml:20:25: the number is too small
         20 |     max-unacked-bndupd: 0
            |                         ^
        key:     relationships.a.max-unacked-bndupd
        found:   0
        allowed: a whole number from 1 to 100000
      file.yaml:21:24: the duration is too long
         21 |     auto-partner-down: infinite
            |                        ^~~~~~~~
        key:     relationships.a.auto-partner-down
        found:   infinite
        allowed: off, or 10s to 7d (a number followed by s, m, h or d)
      file.yaml:22:19: the duration is too short
         22 |     startup-time: 0s
            |                   ^~
        key:     relationships.a.startup-time
        found:   0s
        allowed: 1s to 5m (a number followed by s, m, h or d)
      file.yaml:23:19: the number is too large
         23 |     prefix-share: 101%
            |                   ^~~~
        key:     relationships.a.prefix-share
        found:   101%
        allowed: 0% to 100%
      file.yaml:24:26: the number is too small
         24 |     rebalance-threshold: 0%
            |                          ^~
        key:     relationships.a.rebalance-threshold
        found:   0%
        allowed: 1% to 100%
      file.yaml:25:11: the number is too large
         25 |     port: 65536
            |           ^~~~~
        key:     relationships.a.port
        found:   65536
        allowed: a whole number from 1 to 65535
    `,
  );

  itRefuses(
    'values that are none',
    withRelationships(text`
      a:
        primary: east
        secondary: west
        links: []
        certificates: { east: etc/east.crt, west: /etc/ }
        contact-interval: 250
        auto-partner-down: never
        prefix-share: half
        insecure: maybe
    `),
    text`
      file.yaml:17:5: the list is empty
         17 |     links: []
            |     ^~~~~
        key:     relationships.a.links
        found:   an empty list
        allowed: a list of names of links, with at least one item
      file.yaml:18:27: this is not a path from the root directory
         18 |     certificates: { east: etc/east.crt, west: /etc/ }
            |                           ^~~~~~~~~~~~
        key:     relationships.a.certificates.east
        found:   etc/east.crt
        allowed: a path that begins with "/"
      file.yaml:18:47: this is the path of a directory
         18 |     certificates: { east: etc/east.crt, west: /etc/ }
            |                                               ^~~~~
        key:     relationships.a.certificates.west
        found:   /etc/
        allowed: the path of a file
      file.yaml:19:23: this is not a number of milliseconds
         19 |     contact-interval: 250
            |                       ^~~
        key:     relationships.a.contact-interval
        found:   250
        allowed: off, or 50ms to 500ms
      file.yaml:20:24: this is not a duration
         20 |     auto-partner-down: never
            |                        ^~~~~
        key:     relationships.a.auto-partner-down
        found:   never
        allowed: off, or 10s to 7d (a number followed by s, m, h or d)
      file.yaml:21:19: this is not a percentage
         21 |     prefix-share: half
            |                   ^~~~
        key:     relationships.a.prefix-share
        found:   half
        allowed: 0% to 100%
      file.yaml:22:15: this value is not allowed here
         22 |     insecure: maybe
            |               ^~~~~
        key:     relationships.a.insecure
        found:   maybe
        allowed: true, false
    `,
  );
});
