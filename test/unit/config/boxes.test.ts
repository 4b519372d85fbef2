// Boxes and their interfaces.

import { describe } from 'mocha';
import { itRefuses, text } from './refused.ts';

describe('a provisioning file is refused for its boxes:', () => {
  itRefuses(
    'a link that is not there',
    text`
      version: 1
      appliances: { east: { links: { lan2: [eth1] } } }
      links: { lan1: {} }
    `,
    text`
      file.yaml:2:32: there is no link "lan2"; did you mean "lan1"?
          2 | appliances: { east: { links: { lan2: [eth1] } } }
            |                                ^~~~
        key:     appliances.east.links.lan2
        found:   lan2
        allowed: lan1
    `,
  );

  itRefuses(
    'a link when there are none',
    text`
      version: 1
      appliances: { east: { links: { lan1: [eth1] } } }
    `,
    text`
      file.yaml:2:32: there is no link "lan1"
          2 | appliances: { east: { links: { lan1: [eth1] } } }
            |                                ^~~~
        key:     appliances.east.links.lan1
        found:   lan1
        allowed: nothing, as the section "links" has no links
    `,
  );

  itRefuses(
    'an interface on two links',
    text`
      version: 1
      appliances:
        east:
          links:
            lan1: [eth1]
            lan2: [eth2, eth1]
      links: { lan1: {}, lan2: {} }
    `,
    text`
      file.yaml:6:20: the interface eth1 is used twice
          6 |       lan2: [eth2, eth1]
            |                    ^~~~
        key:     appliances.east.links.lan2[1]
        found:   eth1
        allowed: each interface once: for one link, for relays only, or for management
        it is used first at 5:14 (appliances.east.links.lan1[0])
          5 |       lan1: [eth1]
            |              ^~~~
    `,
  );

  itRefuses(
    'an interface of a link that is to be for relays only',
    text`
      version: 1
      appliances: { east: { links: { lan1: [eth1] }, relay-interfaces: [eth1] } }
      links: { lan1: {} }
    `,
    text`
      file.yaml:2:67: the interface eth1 is used twice
          2 | ...s: { east: { links: { lan1: [eth1] }, relay-interfaces: [eth1] } }
            |                                                             ^~~~
        key:     appliances.east.relay-interfaces[0]
        found:   eth1
        allowed: each interface once: for one link, for relays only, or for management
        it is used first at 2:39 (appliances.east.links.lan1[0])
          2 | ...s: { east: { links: { lan1: [eth1] }, relay-interfaces: [eth1] } }
            |                                 ^~~~
    `,
  );

  itRefuses(
    'clients on the management interface',
    text`
      version: 1
      appliances:
        east:
          management: { interface: eth0, address: fd00::1/64 }
          links: { lan1: [eth0] }
      links: { lan1: {} }
    `,
    text`
      file.yaml:5:21: the interface eth0 is used twice
          5 |     links: { lan1: [eth0] }
            |                     ^~~~
        key:     appliances.east.links.lan1[0]
        found:   eth0
        allowed: each interface once: for one link, for relays only, or for management
        it is used first at 4:30 (appliances.east.management.interface)
          4 |     management: { interface: eth0, address: fd00::1/64 }
            |                              ^~~~
    `,
  );

  itRefuses(
    'a box without interfaces',
    text`
      version: 1
      appliances:
        east: { management: { interface: eth0, address: fd00::1/64 } }
    `,
    text`
      file.yaml:3:3: the box has no interface to serve on
          3 |   east: { management: { interface: eth0, address: fd00::1/64 } }
            |   ^~~~
        key:     appliances.east
        found:   neither links nor relay-interfaces
        allowed: interfaces in links, in relay-interfaces, or in both
    `,
  );

  itRefuses(
    'two boxes with one address',
    text`
      version: 1
      appliances:
        east: { management: { interface: eth0, address: fd00::1/64 }, relay-interfaces: [eth1] }
        west: { management: { interface: eth0, address: fd00::1/64 }, relay-interfaces: [eth1] }
    `,
    text`
      file.yaml:4:51: another box has this address
          4 | ...interface: eth0, address: fd00::1/64 }, relay-interfaces: [eth1] }
            |                              ^~~~~~~~~~
        key:     appliances.west.management.address
        found:   fd00::1/64
        allowed: an address for each box
        the other one is at 3:51 (appliances.east.management.address)
          3 | ...interface: eth0, address: fd00::1/64 }, relay-interfaces: [eth1] }
            |                              ^~~~~~~~~~
    `,
  );

  itRefuses(
    'a management address that no interface has',
    text`
      version: 1
      appliances: { east: { management: { interface: eth0, address: ff02::1/64 }, relay-interfaces: [eth1] } }
    `,
    text`
      file.yaml:2:63: no interface can have this address
          2 | ...terface: eth0, address: ff02::1/64 }, relay-interfaces: [eth1] } }
            |                            ^~~~~~~~~~
        key:     appliances.east.management.address
        found:   ff02::1/64
        allowed: a unicast address of this box
    `,
  );

  itRefuses(
    'an address of its own that a client could get',
    text`
      version: 1
      appliances: { east: { links: { lan1: [eth1] }, interfaces: { eth1: { addresses: ["2001:db8:1::10/64"] } } } }
      links:
        lan1:
          prefixes: ["2001:db8:1::/64"]
          address-pools: [{ range: 2001:db8:1::1 - 2001:db8:1::ff }]
    `,
    text`
      file.yaml:2:82: a client could get this address as well
          2 | ... }, interfaces: { eth1: { addresses: ["2001:db8:1::10/64"] } } } }
            |                                          ^~~~~~~~~~~~~~~~~~~
        key:     appliances.east.interfaces.eth1.addresses[0]
        found:   "2001:db8:1::10/64"
        allowed: an address outside of the pools and reservations
        what clients get is at 6:30 (links.lan1.address-pools[0].range)
          6 |     address-pools: [{ range: 2001:db8:1::1 - 2001:db8:1::ff }]
            |                              ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
    `,
  );

  itRefuses(
    'an address of its own that a client has a reservation for',
    text`
      version: 1
      appliances: { east: { links: { lan1: [eth1] }, interfaces: { eth1: { addresses: ["2001:db8:1::10/64"] } } } }
      links:
        lan1:
          prefixes: ["2001:db8:1::/64"]
          reservations: [{ duid: "00:03:00:01:02", addresses: ["2001:db8:1::10"] }]
    `,
    text`
      file.yaml:2:82: a client could get this address as well
          2 | ... }, interfaces: { eth1: { addresses: ["2001:db8:1::10/64"] } } } }
            |                                          ^~~~~~~~~~~~~~~~~~~
        key:     appliances.east.interfaces.eth1.addresses[0]
        found:   "2001:db8:1::10/64"
        allowed: an address outside of the pools and reservations
        what clients get is at 6:58 (links.lan1.reservations[0].addresses[0])
          6 | ...tions: [{ duid: "00:03:00:01:02", addresses: ["2001:db8:1::10"] }]
            |                                                  ^~~~~~~~~~~~~~~~
    `,
  );

  itRefuses(
    'an address that it has twice',
    text`
      version: 1
      appliances:
        east:
          management: { interface: eth0, address: fd00::1/64 }
          interfaces: { eth1: { addresses: [fd00::1/64] } }
          relay-interfaces: [eth1]
    `,
    text`
      file.yaml:5:39: this box has the address already
          5 |     interfaces: { eth1: { addresses: [fd00::1/64] } }
            |                                       ^~~~~~~~~~
        key:     appliances.east.interfaces.eth1.addresses[0]
        found:   fd00::1/64
        allowed: an address for each box
        the other one is at 4:45 (appliances.east.management.address)
          4 |     management: { interface: eth0, address: fd00::1/64 }
            |                                             ^~~~~~~~~~
    `,
  );

  itRefuses(
    'an interface that can not be',
    text`
      version: 1
      appliances: { east: { interfaces: { eth1: { addresses: [fe80::1/64] }, "eth 2": {} }, relay-interfaces: [eth1] } }
    `,
    text`
      file.yaml:2:72: "eth 2" is not a name
          2 | ...esses: [fe80::1/64] }, "eth 2": {} }, relay-interfaces: [eth1] } }
            |                           ^~~~~~~
        key:     appliances.east.interfaces."eth 2"
        found:   eth 2
        allowed: the name of an interface: 1 to 15 characters, no "/", ":" or space
    `,
  );

  itRefuses(
    'a link-local address of its own',
    text`
      version: 1
      appliances: { east: { interfaces: { eth1: { addresses: [fe80::1/64] } }, relay-interfaces: [eth1] } }
    `,
    text`
      file.yaml:2:57: an interface has its link-local address by itself
          2 | ... eth1: { addresses: [fe80::1/64] } }, relay-interfaces: [eth1] } }
            |                         ^~~~~~~~~~
        key:     appliances.east.interfaces.eth1.addresses[0]
        found:   fe80::1/64
        allowed: a unicast address apart from fe80::/10
    `,
  );

  itRefuses(
    'a gateway that is not there, one that is the box itself, and a second one',
    text`
      version: 1
      appliances:
        east:
          interfaces:
            eth1: { addresses: ["2001:db8:1::2/64"], gateway: "2001:db8:2::1" }
            eth2: { addresses: ["2001:db8:2::2/64"], gateway: "2001:db8:2::2" }
          relay-interfaces: [eth1]
        west:
          interfaces: { eth1: { gateway: ff02::1 } }
          relay-interfaces: [eth1]
    `,
    text`
      file.yaml:5:57: the router is not on-link on eth1
          5 | ...th1: { addresses: ["2001:db8:1::2/64"], gateway: "2001:db8:2::1" }
            |                                                     ^~~~~~~~~~~~~~~
        key:     appliances.east.interfaces.eth1.gateway
        found:   "2001:db8:2::1"
        allowed: a link-local address, or one inside of 2001:db8:1::/64
      file.yaml:6:57: the box has a default route already
          6 | ...th2: { addresses: ["2001:db8:2::2/64"], gateway: "2001:db8:2::2" }
            |                                                     ^~~~~~~~~~~~~~~
        key:     appliances.east.interfaces.eth2.gateway
        found:   "2001:db8:2::2"
        allowed: one gateway a box
        the other one is at 5:57 (appliances.east.interfaces.eth1.gateway)
          5 | ...th1: { addresses: ["2001:db8:1::2/64"], gateway: "2001:db8:2::1" }
            |                                                     ^~~~~~~~~~~~~~~
      file.yaml:6:57: this is the address of the box itself
          6 | ...th2: { addresses: ["2001:db8:2::2/64"], gateway: "2001:db8:2::2" }
            |                                                     ^~~~~~~~~~~~~~~
        key:     appliances.east.interfaces.eth2.gateway
        found:   "2001:db8:2::2"
        allowed: the address of another router on that interface
      file.yaml:9:36: this is not the address of a router
          9 |     interfaces: { eth1: { gateway: ff02::1 } }
            |                                    ^~~~~~~
        key:     appliances.west.interfaces.eth1.gateway
        found:   ff02::1
        allowed: a unicast address
    `,
  );
});
