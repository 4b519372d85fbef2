// Options.

import { describe } from 'mocha';
import { itRefuses, text, withLan1, withTop } from './refused.ts';

describe('a provisioning file is refused for its options:', () => {
  itRefuses(
    'servers with addresses that no server has',
    withTop(text`
      options: { dns-servers: [ff02::fb, "::"], sntp-servers: ["::1"], ntp-servers: [ff05::101, { multicast: 2001:db8::1 }] }
    `),
    text`
      file.yaml:6:26: no server can have this address
          6 | ...ns: { dns-servers: [ff02::fb, "::"], sntp-servers: ["::1"], ntp-se...
            |                        ^~~~~~~~
        key:     options.dns-servers[0]
        found:   ff02::fb
        allowed: a unicast address
      file.yaml:6:36: no server can have this address
          6 | ...servers: [ff02::fb, "::"], sntp-servers: ["::1"], ntp-servers: [ff...
            |                        ^~~~
        key:     options.dns-servers[1]
        found:   "::"
        allowed: a unicast address
      file.yaml:6:58: no server can have this address
          6 | ...:"], sntp-servers: ["::1"], ntp-servers: [ff05::101, { multicast: ...
            |                        ^~~~~
        key:     options.sntp-servers[0]
        found:   "::1"
        allowed: a unicast address
      file.yaml:6:80: no server can have this address
          6 | ...s: ["::1"], ntp-servers: [ff05::101, { multicast: 2001:db8::1 }] }
            |                              ^~~~~~~~~
        key:     options.ntp-servers[0]
        found:   ff05::101
        allowed: a unicast address
      file.yaml:6:104: this is not a multicast address
          6 | ...s: ["::1"], ntp-servers: [ff05::101, { multicast: 2001:db8::1 }] }
            |                                                      ^~~~~~~~~~~
        key:     options.ntp-servers[1].multicast
        found:   2001:db8::1
        allowed: an address inside of ff00::/8
    `,
  );

  itRefuses(
    'an unknown type',
    withTop(text`
      options: { custom: [{ code: 103, type: text, value: x }] }
    `),
    text`
      file.yaml:6:40: this is not one of the values
          6 | options: { custom: [{ code: 103, type: text, value: x }] }
            |                                        ^~~~
        key:     options.custom[0].type
        found:   text
        allowed: a map of code, type, value; type one of address-list, domain-list,
                 string, uint8, uint16, uint32, hex
    `,
  );

  itRefuses(
    'a missing type',
    withTop(text`
      options: { custom: [{ code: 103, value: x }] }
    `),
    text`
      file.yaml:6:21: the value is missing
          6 | options: { custom: [{ code: 103, value: x }] }
            |                     ^~~~~~~~~~~~~~~~~~~~~~~
        key:     options.custom[0].type
        found:   nothing
        allowed: a map of code, type, value; type one of address-list, domain-list,
                 string, uint8, uint16, uint32, hex
    `,
  );

  itRefuses(
    'values that do not fit their type',
    withTop(text`
      options:
        custom:
          - { code: 200, type: uint8, value: 256 }
          - { code: 201, type: uint16, value: [1, -1] }
          - { code: 202, type: uint32, value: "7" }
          - { code: 203, type: address-list, value: [2001:db8::1, example.com] }
          - { code: 204, type: domain-list, value: 2001:db8::1 }
          - { code: 205, type: string, value: 7 }
          - { code: 206, type: string, value: "a\0b" }
          - { code: 207, type: string, value: "" }
          - { code: 208, type: hex, value: 0xabc }
    `),
    text`
      file.yaml:8:40: the number is too large
          8 |     - { code: 200, type: uint8, value: 256 }
            |                                        ^~~
        key:     options.custom[0].value
        found:   256
        allowed: a whole number from 0 to 255
      file.yaml:9:45: the number is too small
          9 |     - { code: 201, type: uint16, value: [1, -1] }
            |                                             ^~
        key:     options.custom[1].value[1]
        found:   -1
        allowed: a whole number from 0 to 65535
      file.yaml:10:41: this value is not allowed here
         10 |     - { code: 202, type: uint32, value: "7" }
            |                                         ^~~
        key:     options.custom[2].value
        found:   "7"
        allowed: whole numbers from 0 to 4294967295, one or a list of them
      file.yaml:11:62: "x" does not belong in an IPv6 address
         11 | ...code: 203, type: address-list, value: [2001:db8::1, example.com] }
            |                                                         ^~~~~~~~~~
        key:     options.custom[3].value[1]
        found:   example.com
        allowed: an IPv6 address such as 2001:db8::53
      file.yaml:12:50: ":" does not belong in a domain name
         12 |     - { code: 204, type: domain-list, value: 2001:db8::1 }
            |                                                  ^~~~~~~
        key:     options.custom[4].value
        found:   2001:db8::1
        allowed: letters, digits, "-" and "_"; other letters in their "xn--" form
      file.yaml:13:41: a number is not allowed here
         13 |     - { code: 205, type: string, value: 7 }
            |                                         ^
        key:     options.custom[5].value
        found:   7
        allowed: a text of at least one character, none of them U+0000 (in quotes, if
                 this is meant)
      file.yaml:14:41: the text contains U+0000
         14 |     - { code: 206, type: string, value: "a\0b" }
            |                                         ^~~~~~
        key:     options.custom[6].value
        found:   "a\0b"
        allowed: a text of at least one character, none of them U+0000
      file.yaml:15:41: the text is empty
         15 |     - { code: 207, type: string, value: "" }
            |                                         ^~
        key:     options.custom[7].value
        found:   ""
        allowed: a text of at least one character, none of them U+0000
      file.yaml:16:38: the number of hexadecimal digits is odd
         16 |     - { code: 208, type: hex, value: 0xabc }
            |                                      ^~~~~
        key:     options.custom[8].value
        found:   0xabc
        allowed: hexadecimal octets such as "0x0a1b2c"
    `,
  );

  itRefuses(
    'types that do not fit the option',
    withTop(text`
      options:
        custom:
          - { code: 22, type: string, value: "2001:db8::1" }
          - { code: 64, type: domain-list, value: [a.example, b.example] }
    `),
    text`
      file.yaml:8:25: option 22 is of another type
          8 |     - { code: 22, type: string, value: "2001:db8::1" }
            |                         ^~~~~~
        key:     options.custom[0].type
        found:   string
        allowed: address-list, or hex
      file.yaml:9:38: option 64 is a single domain name
          9 | ...  - { code: 64, type: domain-list, value: [a.example, b.example] }
            |                                       ^~~~~
        key:     options.custom[1].value
        found:   a list
        allowed: one domain name
    `,
  );

  itRefuses(
    'codes that cannot be set',
    withTop(text`
      options:
        custom:
          - { code: 0, type: hex, value: "00" }
    `),
    text`
      file.yaml:8:15: the number is too small
          8 |     - { code: 0, type: hex, value: "00" }
            |               ^
        key:     options.custom[0].code
        found:   0
        allowed: a whole number from 1 to 65535
    `,
  );

  itRefuses(
    'codes that have a key of their own, and one that nobody may ask for',
    withTop(text`
      options:
        custom:
          - { code: 23, type: address-list, value: 2001:db8::1 }
          - { code: 82, type: uint32, value: 60 }
          - { code: 3, type: hex, value: "00" }
    `),
    text`
      file.yaml:8:15: this option has a key of its own
          8 |     - { code: 23, type: address-list, value: 2001:db8::1 }
            |               ^~
        key:     options.custom[0].code
        found:   23
        allowed: dns-servers
      file.yaml:9:15: this option has a key of its own
          9 |     - { code: 82, type: uint32, value: 60 }
            |               ^~
        key:     options.custom[1].code
        found:   82
        allowed: server.sol-max-rt
      file.yaml:10:15: no client may ask for this option (RFC 9915 section 21.7)
         10 |     - { code: 3, type: hex, value: "00" }
            |               ^
        key:     options.custom[2].code
        found:   3
        allowed: the code of an option that clients ask for
    `,
  );

  itRefuses(
    'a code and a vendor that stand twice',
    withTop(text`
      options:
        vendor:
          - { enterprise: 1, options: [{ code: 0, type: uint8, value: 1 }, { code: 0, type: uint8, value: 2 }] }
          - { enterprise: 1, options: [{ code: 1, type: uint8, value: 1 }] }
        custom:
          - { code: 103, type: string, value: a }
          - { code: 103, type: string, value: b }
    `),
    text`
      file.yaml:9:21: the enterprise is repeated
          9 |     - { enterprise: 1, options: [{ code: 1, type: uint8, value: 1 ...
            |                     ^
        key:     options.vendor[1].enterprise
        found:   1
        allowed: each enterprise once in the list
        it stands first at 8:21 (options.vendor[0].enterprise)
          8 |     - { enterprise: 1, options: [{ code: 0, type: uint8, value: 1 ...
            |                     ^
      file.yaml:12:15: the code is repeated
         12 |     - { code: 103, type: string, value: b }
            |               ^~~
        key:     options.custom[1].code
        found:   103
        allowed: each code once in the list
        it stands first at 11:15 (options.custom[0].code)
         11 |     - { code: 103, type: string, value: a }
            |               ^~~
    `,
  );

  itRefuses(
    'an option that no packet would hold',
    withTop(text`
      options: { custom: [{ code: 103, type: string, value: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx }] }
    `),
    text`
      file.yaml:6:55: the option is too long
          6 | ...ype: string, value: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...
            |                        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        key:     options.custom[0].value
        found:   1025 octets
        allowed: at most 1024 octets, so that an answer fits in one packet
    `,
  );

  itRefuses(
    'errors in the options of a pool and a reservation',
    withLan1(text`
      address-pools: [{ prefix: 2001:db8:1::/65, options: { dns-servers: ["::"] } }]
      reservations: [{ duid: "00:03:01", options: { custom: [{ code: 23, type: hex, value: "00" }] } }]
    `),
    text`
      file.yaml:6:73: no server can have this address
          6 | ...s: [{ prefix: 2001:db8:1::/65, options: { dns-servers: ["::"] } }]
            |                                                            ^~~~
        key:     links.lan1.address-pools[0].options.dns-servers[0]
        found:   "::"
        allowed: a unicast address
      file.yaml:7:68: this option has a key of its own
          7 | ...1", options: { custom: [{ code: 23, type: hex, value: "00" }] } }]
            |                                    ^~
        key:     links.lan1.reservations[0].options.custom[0].code
        found:   23
        allowed: dns-servers
    `,
  );
});
