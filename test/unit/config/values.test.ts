// Values of the wrong kind.

import { describe } from 'mocha';
import { itRefuses, text, withLan1, withTop } from './refused.ts';

describe('a provisioning file is refused for the kind of a value:', () => {
  itRefuses(
    'a list where a map belongs',
    withTop(text`
      server: []
    `),
    text`
      file.yaml:6:1: a list is not allowed here
          6 | server: []
            | ^~~~~~
        key:     server
        found:   an empty list
        allowed: a map of rapid-commit, preference, create-on-renew, declined-hold,
                 information-refresh-time, sol-max-rt, inf-max-rt,
                 relay-supplied-options, relay-depth, reconfigure, limits
    `,
  );

  itRefuses(
    'a map where a list belongs',
    withLan1(text`
      address-pools: { range: 2001:db8:1::1 - 2001:db8:1::2 }
    `),
    text`
      file.yaml:6:5: a map is not allowed here
          6 |     address-pools: { range: 2001:db8:1::1 - 2001:db8:1::2 }
            |     ^~~~~~~~~~~~~
        key:     links.lan1.address-pools
        found:   a map
        allowed: a list of address pools
    `,
  );

  itRefuses(
    'a key without a value',
    withLan1(text`
      options:
    `),
    text`
      file.yaml:6:13: the value is missing
          6 |     options:
            |             ^
        key:     links.lan1.options
        found:   nothing
        allowed: a map of dns-servers, domain-search, sntp-servers, ntp-servers,
                 encrypted-dns, timezone, captive-portal, sip-servers, sip-domains,
                 boot-files, aftr, softwires, vendor, custom
    `,
  );

  itRefuses(
    'a number that is too small, one that is too large, and a fraction',
    withTop(text`
      server: { preference: 256, relay-depth: 7, limits: { leases: 1.5 } }
    `),
    text`
      file.yaml:6:23: the number is too large
          6 | ...rver: { preference: 256, relay-depth: 7, limits: { leases: 1.5 } }
            |                        ^~~
        key:     server.preference
        found:   256
        allowed: a whole number from 0 to 255
      file.yaml:6:41: the number is too small
          6 | ...rver: { preference: 256, relay-depth: 7, limits: { leases: 1.5 } }
            |                                          ^
        key:     server.relay-depth
        found:   7
        allowed: a whole number from 8 to 32
      file.yaml:6:62: this value is not allowed here
          6 | ...rver: { preference: 256, relay-depth: 7, limits: { leases: 1.5 } }
            |                                                               ^~~
        key:     server.limits.leases
        found:   1.5
        allowed: a whole number from 1 to 10000000
    `,
  );

  itRefuses(
    'a number where true or false belongs',
    withTop(text`
      server: { rapid-commit: 1 }
    `),
    text`
      file.yaml:6:25: a number is not allowed here
          6 | server: { rapid-commit: 1 }
            |                         ^
        key:     server.rapid-commit
        found:   1
        allowed: true, false
    `,
  );

  itRefuses(
    'a value of none of the kinds',
    withLan1(text`
      address-pools: [{ range: 2001:db8:1::1 - 2001:db8:1::2, allocation: sequental }]
    `),
    text`
      file.yaml:6:73: this is not one of the values; did you mean "sequential"?
          6 | ... [{ range: 2001:db8:1::1 - 2001:db8:1::2, allocation: sequental }]
            |                                                          ^~~~~~~~~
        key:     links.lan1.address-pools[0].allocation
        found:   sequental
        allowed: random, sequential
    `,
  );

  itRefuses(
    'a text without quotes that YAML takes for a number',
    withLan1(text`
      relay: { interface-ids: [7] }
    `),
    text`
      file.yaml:6:30: a number is not allowed here
          6 |     relay: { interface-ids: [7] }
            |                              ^
        key:     links.lan1.relay.interface-ids[0]
        found:   7
        allowed: a text, or octets such as "0x0a1b" (in quotes, if this is meant)
    `,
  );

  itRefuses(
    'an address that YAML takes for a map',
    withTop(text`
      options: { dns-servers: [2001:db8::] }
    `),
    text`
      file.yaml:6:26: a map is not allowed here
          6 | options: { dns-servers: [2001:db8::] }
            |                          ^~~~~~~~~~
        key:     options.dns-servers[0]
        found:   a map
        allowed: an IPv6 address such as 2001:db8::53 (in quotes, if this is meant)
    `,
  );

  itRefuses(
    'a name of an interface that the kernel would not take',
    text`
      version: 1
      appliances: { east: { relay-interfaces: [eth/1, "", interface-number-1, .] } }
    `,
    text`
      file.yaml:2:42: this is not the name of an interface
          2 | ...{ east: { relay-interfaces: [eth/1, "", interface-number-1, .] } }
            |                                 ^~~~~
        key:     appliances.east.relay-interfaces[0]
        found:   eth/1
        allowed: the name of a network interface such as eth1
      file.yaml:2:49: this is not the name of an interface
          2 | ...{ east: { relay-interfaces: [eth/1, "", interface-number-1, .] } }
            |                                        ^~
        key:     appliances.east.relay-interfaces[1]
        found:   ""
        allowed: the name of a network interface such as eth1
      file.yaml:2:53: this is not the name of an interface
          2 | ...{ east: { relay-interfaces: [eth/1, "", interface-number-1, .] } }
            |                                            ^~~~~~~~~~~~~~~~~~
        key:     appliances.east.relay-interfaces[2]
        found:   interface-number-1
        allowed: the name of a network interface such as eth1
      file.yaml:2:73: this is not the name of an interface
          2 | ...{ east: { relay-interfaces: [eth/1, "", interface-number-1, .] } }
            |                                                                ^
        key:     appliances.east.relay-interfaces[3]
        found:   .
        allowed: the name of a network interface such as eth1
    `,
  );

  itRefuses(
    'durations that are none, too short, or too long',
    withTop(text`
      server: { declined-hold: 1y, information-refresh-time: 9m, sol-max-rt: 25h, inf-max-rt: 59 }
      lifetimes: { preferred: 4s, valid: 200000d, t1: -1, t2: 1h30m }
    `),
    text`
      file.yaml:6:26: this is not a duration
          6 | ...r: { declined-hold: 1y, information-refresh-time: 9m, sol-max-rt: ...
            |                        ^~
        key:     server.declined-hold
        found:   1y
        allowed: 1s or longer (a number followed by s, m, h or d), or infinite
      file.yaml:6:56: the duration is too short
          6 | ...y, information-refresh-time: 9m, sol-max-rt: 25h, inf-max-rt: 59 }
            |                                 ^~
        key:     server.information-refresh-time
        found:   9m
        allowed: 10m or longer (a number followed by s, m, h or d), or infinite
      file.yaml:6:72: the duration is too long
          6 | ...y, information-refresh-time: 9m, sol-max-rt: 25h, inf-max-rt: 59 }
            |                                                 ^~~
        key:     server.sol-max-rt
        found:   25h
        allowed: 1m to 1d (a number followed by s, m, h or d)
      file.yaml:6:89: the duration is too short
          6 | ...y, information-refresh-time: 9m, sol-max-rt: 25h, inf-max-rt: 59 }
            |                                                                  ^~
        key:     server.inf-max-rt
        found:   59
        allowed: 1m to 1d (a number followed by s, m, h or d)
      file.yaml:7:25: the duration is too short
          7 | lifetimes: { preferred: 4s, valid: 200000d, t1: -1, t2: 1h30m }
            |                         ^~
        key:     lifetimes.preferred
        found:   4s
        allowed: 5s or longer (a number followed by s, m, h or d), or infinite
      file.yaml:7:36: the duration is too long
          7 | lifetimes: { preferred: 4s, valid: 200000d, t1: -1, t2: 1h30m }
            |                                    ^~~~~~~
        key:     lifetimes.valid
        found:   200000d
        allowed: 10s or longer (a number followed by s, m, h or d), or infinite
      file.yaml:7:49: this is not a duration
          7 | lifetimes: { preferred: 4s, valid: 200000d, t1: -1, t2: 1h30m }
            |                                                 ^~
        key:     lifetimes.t1
        found:   -1
        allowed: auto, or 1s or longer (a number followed by s, m, h or d), or
                 infinite
      file.yaml:7:57: this is not a duration
          7 | lifetimes: { preferred: 4s, valid: 200000d, t1: -1, t2: 1h30m }
            |                                                         ^~~~~
        key:     lifetimes.t2
        found:   1h30m
        allowed: auto, or 1s or longer (a number followed by s, m, h or d), or
                 infinite
    `,
  );
});
