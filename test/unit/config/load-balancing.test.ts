// Boxes that are to divide the clients between them, and what they need for it.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatCanonical, loadProvisioning, resolveAppliance } from '../../../src/config/index.ts';
import { itRefuses, itWarns, text, warningsOf, withRelationships } from './refused.ts';

const withKeys = (keys: string): string => withRelationships(`a: { primary: east, secondary: west${keys} }\n`);

function load(file: string) {
  const loaded = loadProvisioning(Buffer.from(file), 'file.yaml');
  assert.ok('document' in loaded);
  return loaded.document;
}

function balancingOf(file: string): unknown {
  const resolved = resolveAppliance(load(file), 'east');
  assert.ok(!('error' in resolved));
  return resolved.relationships[0]?.loadBalancing;
}

describe('load balancing in a provisioning file', () => {
  it('[R-LB1] is off unless the file says otherwise, and then a part and a time', () => {
    assert.equal(balancingOf(withKeys('')), undefined);
    assert.equal(balancingOf(withKeys(', load-balancing: off, delayed-service: 9s')), undefined);
    assert.deepEqual(balancingOf(withKeys(', load-balancing: 50%')), { primaryShare: 0.5, delayedService: 2 });
    assert.deepEqual(balancingOf(withKeys(', load-balancing: 30%, delayed-service: 20s')), { primaryShare: 0.3, delayedService: 20 });
    assert.equal(warningsOf(withKeys(', load-balancing: 99%')), '');
  });

  it('[R-LB1] is a matter that both boxes have to agree on; where it is off a program that does not know it has the same fingerprint', () => {
    const canonical = (keys: string): string => formatCanonical(load(withKeys(keys)));
    const shared = (keys: string): string => /^# .*?shared +([0-9a-f]{64})$/m.exec(canonical(keys))?.[1] ?? assert.fail();
    assert.match(canonical(''), /load-balancing: "?off"?\n +delayed-service: 2s/);
    assert.equal(shared(''), shared(', load-balancing: off, delayed-service: 9s'));
    const resolved = resolveAppliance(load(withKeys('')), 'east');
    assert.ok(!('error' in resolved));
    assert.deepEqual(Object.keys(resolved.relationships[0]?.configSections ?? {}).filter((key) => /load|delayed/.test(key)), []);
    assert.notEqual(shared(''), shared(', load-balancing: 50%'));
    assert.notEqual(shared(', load-balancing: 50%'), shared(', load-balancing: 51%'));
    assert.notEqual(shared(', load-balancing: 50%'), shared(', load-balancing: 50%, delayed-service: 4s'));
  });

  itRefuses(
    '[R-LB3] between boxes that do not relay',
    withKeys(', load-balancing: 50%, relaying: false'),
    text`
      file.yaml:14:71: clients are divided between the boxes, and a box does not pass on what the other one must answer
         14 | ...ary: east, secondary: west, load-balancing: 50%, relaying: false }
            |                                                               ^~~~~
        key:     relationships.a.relaying
        found:   relaying: false beside load-balancing
        allowed: relaying: true, or load-balancing: off
        the clients are divided at 14:40 (relationships.a.load-balancing)
         14 | ...ary: east, secondary: west, load-balancing: 50%, relaying: false }
            |                                ^~~~~~~~~~~~~~
    `,
  );

  itRefuses(
    'that would leave one box nobody, or no time',
    withKeys(', load-balancing: 100%, delayed-service: 0s'),
    text`
      file.yaml:14:56: the number is too large
         14 | ...east, secondary: west, load-balancing: 100%, delayed-service: 0s }
            |                                           ^~~~
        key:     relationships.a.load-balancing
        found:   100%
        allowed: off, or 1% to 99%
      file.yaml:14:79: the duration is too short
         14 | ...east, secondary: west, load-balancing: 100%, delayed-service: 0s }
            |                                                                  ^~
        key:     relationships.a.delayed-service
        found:   0s
        allowed: 1s to 20s (a number followed by s, m, h or d)
    `,
  );

  itRefuses(
    'by a truth value',
    withKeys(', load-balancing: true'),
    text`
      file.yaml:14:56: a truth value is not allowed here
         14 |   a: { primary: east, secondary: west, load-balancing: true }
            |                                                        ^~~~
        key:     relationships.a.load-balancing
        found:   true
        allowed: off, or 1% to 99%
    `,
  );

  for (const [box, part, share, better] of [['west', '20%', '30%', '80%'], ['east', '80%', '70%', '20%']] as const) {
    itWarns(
      `[R-LB5] with a part of the prefixes that leaves ${box} short of them`,
      withRelationships(`a: { primary: east, secondary: west, load-balancing: ${part}, prefix-share: ${share} }\n`, 'prefix-pools: [{ prefix: 2001:db8:100::/48, delegated-length: 56 }]\n'),
      text`
        file.yaml:14:75: warning: BOX answers 80% of the clients and holds 30% of the prefixes
           14 | ...y: east, secondary: west, load-balancing: PART, prefix-share: SHARE }
              |                                                                 ^~~
          key:     relationships.a.prefix-share
          found:   SHARE
          better:  about BETTER, as many as the secondary has clients
          the clients are divided at 14:40 (relationships.a.load-balancing)
           14 | ...y: east, secondary: west, load-balancing: PART, prefix-share: SHARE }
              |                              ^~~~~~~~~~~~~~
      `.replaceAll('BOX', box).replaceAll('PART', part).replaceAll('SHARE', share).replaceAll('BETTER', better),
    );
  }

  const withoutLan2 = 'prefixes: [2001:db8:2::/64]\n';
  itWarns(
    '[R-LB2] on a link that one box has no interface on',
    withRelationships('a: { primary: east, secondary: west, load-balancing: 50% }\n', '', withoutLan2).replace('[eth1] }', '[eth1], lan2: [eth2] }'),
    text`
      file.yaml:12:5: warning: west has no interface on lan2: what its part of the clients there says comes to it through east alone
         12 |     links: { lan1: [eth1] }
            |     ^~~~~
        key:     appliances.west.links
        found:   no lan2
        better:  an interface of west on lan2, or lan2 in no relationship with
                 load-balancing
        the clients are divided at 14:40 (relationships.a.load-balancing)
         14 |   a: { primary: east, secondary: west, load-balancing: 50% }
            |                                        ^~~~~~~~~~~~~~
    `,
  );
  itWarns('[R-LB2] of no link that both hear by relay agents', withRelationships('a: { primary: east, secondary: west, load-balancing: 50% }\n', '', withoutLan2), '');
  itWarns('[R-LB5] of no prefixes where there are none', withKeys(', load-balancing: 20%, prefix-share: 30%'), '');

  itRefuses(
    'on a link with a pool of the primary alone',
    withRelationships('a: { primary: east, secondary: west, load-balancing: 50% }\n', 'address-pools: [{ range: "2001:db8:1::10 - 2001:db8:1::1f", failover: false }]\n'),
    text`
      file.yaml:18:75: the clients that west answers get nothing from this pool, and lose what they have of it
         18 | ...s: [{ range: "2001:db8:1::10 - 2001:db8:1::1f", failover: false }]
            |                                                              ^~~~~
        key:     links.lan1.address-pools[0].failover
        found:   false
        allowed: pools of both boxes, on links whose clients are divided
        the clients are divided at 14:40 (relationships.a.load-balancing)
         14 |   a: { primary: east, secondary: west, load-balancing: 50% }
            |                                        ^~~~~~~~~~~~~~
    `,
  );
});
