// Keys that are missing, or not known.

import { describe } from 'mocha';
import { itRefuses, text, withLan1, withTop } from './refused.ts';

describe('a provisioning file is refused for its keys:', () => {
  itRefuses(
    'a missing version',
    text`
      appliances: { east: { links: { lan1: [eth1] } } }
      links: { lan1: {} }
    `,
    text`
      file.yaml:1:1: "version" is missing
          1 | appliances: { east: { links: { lan1: [eth1] } } }
            | ^
        key:     version
        found:   nothing
        allowed: a map of version, appliances (needed); relationships, server,
                 lifetimes, options, classes, dns-updates, leasequery, links
    `,
  );

  itRefuses(
    'another version, and says nothing else',
    text`
      version: 2
      boxes: 7
    `,
    text`
      file.yaml:1:10: this version of the format is for a newer program than this one
          1 | version: 2
            |          ^
        key:     version
        found:   2
        allowed: 1
    `,
  );

  itRefuses(
    'a version in quotes',
    text`
      version: "1"
    `,
    text`
      file.yaml:1:10: this version of the format is not known
          1 | version: "1"
            |          ^~~
        key:     version
        found:   "1"
        allowed: 1
    `,
  );

  itRefuses(
    'no box',
    text`
      version: 1
      appliances: {}
    `,
    text`
      file.yaml:2:1: the map is empty
          2 | appliances: {}
            | ^~~~~~~~~~
        key:     appliances
        found:   an empty map
        allowed: at least one box
    `,
  );

  itRefuses(
    'unknown keys, each with the name that was probably meant',
    withTop(text`
      servers: {}
      lifetime: {}
    `),
    text`
      file.yaml:6:1: unknown key "servers"; did you mean "server"?
          6 | servers: {}
            | ^~~~~~~
        key:     servers
        found:   servers
        allowed: a map of version, appliances (needed); relationships, server,
                 lifetimes, options, classes, dns-updates, leasequery, links
      file.yaml:7:1: unknown key "lifetime"; did you mean "lifetimes"?
          7 | lifetime: {}
            | ^~~~~~~~
        key:     lifetime
        found:   lifetime
        allowed: a map of version, appliances (needed); relationships, server,
                 lifetimes, options, classes, dns-updates, leasequery, links
    `,
  );

  itRefuses(
    'an unknown key that is like no other',
    withTop(text`
      colour: blue
    `),
    text`
      file.yaml:6:1: unknown key "colour"
          6 | colour: blue
            | ^~~~~~
        key:     colour
        found:   colour
        allowed: a map of version, appliances (needed); relationships, server,
                 lifetimes, options, classes, dns-updates, leasequery, links
    `,
  );

  itRefuses(
    'a key in another spelling',
    withLan1(text`
      addressPools: []
      prefix_pools: []
    `),
    text`
      file.yaml:6:5: unknown key "addressPools"; did you mean "address-pools"?
          6 |     addressPools: []
            |     ^~~~~~~~~~~~
        key:     links.lan1.addressPools
        found:   addressPools
        allowed: a map of prefixes, relay, address-pools, prefix-pools, reservations,
                 delegated-routes, router-advertisements, dns-updates, lifetimes,
                 options, rapid-commit, preference, address-registration
      file.yaml:7:5: unknown key "prefix_pools"; did you mean "prefix-pools"?
          7 |     prefix_pools: []
            |     ^~~~~~~~~~~~
        key:     links.lan1.prefix_pools
        found:   prefix_pools
        allowed: a map of prefixes, relay, address-pools, prefix-pools, reservations,
                 delegated-routes, router-advertisements, dns-updates, lifetimes,
                 options, rapid-commit, preference, address-registration
    `,
  );

  itRefuses(
    'a key that is the name of something in JavaScript',
    withTop(text`
      __proto__: { a: 1 }
      toString: 1
    `),
    text`
      file.yaml:6:1: unknown key "__proto__"
          6 | __proto__: { a: 1 }
            | ^~~~~~~~~
        key:     __proto__
        found:   __proto__
        allowed: a map of version, appliances (needed); relationships, server,
                 lifetimes, options, classes, dns-updates, leasequery, links
      file.yaml:7:1: unknown key "toString"
          7 | toString: 1
            | ^~~~~~~~
        key:     toString
        found:   toString
        allowed: a map of version, appliances (needed); relationships, server,
                 lifetimes, options, classes, dns-updates, leasequery, links
    `,
  );

  itRefuses(
    'a name that cannot be one',
    text`
      version: 1
      appliances: { constructor: { relay-interfaces: [eth1] }, "box 1": { relay-interfaces: [eth1] } }
    `,
    text`
      file.yaml:2:15: "constructor" is not a name
          2 | appliances: { constructor: { relay-interfaces: [eth1] }, "box 1": ...
            |               ^~~~~~~~~~~
        key:     appliances.constructor
        found:   constructor
        allowed: a map from names to boxes
      file.yaml:2:58: "box 1" is not a name
          2 | ...elay-interfaces: [eth1] }, "box 1": { relay-interfaces: [eth1] } }
            |                               ^~~~~~~
        key:     appliances."box 1"
        found:   box 1
        allowed: 1 to 32 letters, digits, "-" and "_", the first a letter or a digit
    `,
  );
});
