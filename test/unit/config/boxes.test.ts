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
});
