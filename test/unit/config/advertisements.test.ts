// Router advertisements that do not make sense.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { itRefuses, text, warningsOf, withLan1 } from './refused.ts';

describe('a provisioning file is refused for its router advertisements:', () => {
  itRefuses(
    'times that end before the next advertisement (RFC 4861 6.2.1)',
    withLan1(text`
      router-advertisements: { interval: 10m, router-lifetime: 9m, preferred: 599s }
    `),
    text`
      file.yaml:6:62: hosts forget the router before they hear of it again
          6 | ...tisements: { interval: 10m, router-lifetime: 9m, preferred: 599s }
            |                                                 ^~
        key:     links.lan1.router-advertisements.router-lifetime
        found:   9m
        allowed: 0, or the interval (10m) or longer (RFC 4861 section 6.2.1)
        the interval is set at 6:40 (links.lan1.router-advertisements.interval)
          6 | ...tisements: { interval: 10m, router-lifetime: 9m, preferred: 599s }
            |                           ^~~
      file.yaml:6:77: the prefixes are deprecated before hosts hear of them again
          6 | ...tisements: { interval: 10m, router-lifetime: 9m, preferred: 599s }
            |                                                                ^~~~
        key:     links.lan1.router-advertisements.preferred
        found:   599s
        allowed: the interval (10m) or longer
        the interval is set at 6:40 (links.lan1.router-advertisements.interval)
          6 | ...tisements: { interval: 10m, router-lifetime: 9m, preferred: 599s }
            |                           ^~~
    `,
  );

  itRefuses(
    'a preferred lifetime that is longer than the valid one (RFC 4861 6.2.1)',
    withLan1(text`
      router-advertisements:
        preferred: 2h
    `),
    text`
      file.yaml:7:18: the preferred lifetime is longer than the valid lifetime
          7 |       preferred: 2h
            |                  ^~
        key:     links.lan1.router-advertisements.preferred
        found:   preferred 2h, valid 90m
        allowed: preferred <= valid (RFC 4861 section 6.2.1)
    `,
  );

  itRefuses(
    'times that are out of bounds, and words that are none',
    withLan1(text`
      router-advertisements: { interval: 3s, router-lifetime: 9001s, managed: yes, mtu: 1500 }
    `),
    text`
      file.yaml:6:40: the duration is too short
          6 | ...ements: { interval: 3s, router-lifetime: 9001s, managed: yes, mtu:...
            |                        ^~
        key:     links.lan1.router-advertisements.interval
        found:   3s
        allowed: 4s to 30m (a number followed by s, m, h or d)
      file.yaml:6:61: the duration is too long
          6 | ... { interval: 3s, router-lifetime: 9001s, managed: yes, mtu: 1500 }
            |                                      ^~~~~
        key:     links.lan1.router-advertisements.router-lifetime
        found:   9001s
        allowed: 0s to 150m (a number followed by s, m, h or d)
      file.yaml:6:77: this value is not allowed here
          6 | ... { interval: 3s, router-lifetime: 9001s, managed: yes, mtu: 1500 }
            |                                                      ^~~
        key:     links.lan1.router-advertisements.managed
        found:   yes
        allowed: true, false
      file.yaml:6:82: unknown key "mtu"
          6 | ... { interval: 3s, router-lifetime: 9001s, managed: yes, mtu: 1500 }
            |                                                           ^~~
        key:     links.lan1.router-advertisements.mtu
        found:   mtu
        allowed: a map of managed, other-config, autonomous, interval,
                 router-lifetime, needs-default-route, preferred, valid, dns
    `,
  );

  itRefuses(
    'addresses of their own that hosts can\'t make in such a prefix (RFC 4862 5.5.3)',
    withLan1(
      '',
      text`
        prefixes: [2001:db8:2::/60]
        router-advertisements: { autonomous: true }
      `,
    ),
    text`
      file.yaml:7:16: hosts can make no addresses of their own in a prefix of this length
          7 |     prefixes: [2001:db8:2::/60]
            |                ^~~~~~~~~~~~~~~
        key:     links.lan2.prefixes[0]
        found:   2001:db8:2::/60
        allowed: a prefix of 64 bits, or "autonomous: false"
        autonomous is set at 8:42 (links.lan2.router-advertisements.autonomous)
          8 |     router-advertisements: { autonomous: true }
            |                                          ^~~~
    `,
  );
});

describe('a provisioning file with router advertisements is used with a warning for', () => {
  it('a link that no box has an interface on, and hosts that are to ask for addresses that nobody has', () => {
    const file = withLan1('', 'router-advertisements: { managed: false }\n');
    assert.deepEqual(warningsOf(file).match(/^file.*$/gm), [
      'file.yaml:7:5: warning: no box has an interface on this link to advertise on',
    ]);
    assert.match(
      warningsOf(withLan1('router-advertisements: { managed: true }\n')),
      /^file\.yaml:6:39: warning: hosts are told to ask for addresses, and the link has none to give\n/,
    );
  });
});
