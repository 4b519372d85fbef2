import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { sharedChanges, sharedWhole, withChanges } from '../../../src/config/index.ts';

const FILE = `# The pair.
version: 1
appliances:
  east: { management: { interface: eth0, address: "fd00::1/64" }, links: { lan: [eth1] }, certificate: /etc/a.crt }
  west: { management: { interface: eth0, address: "fd00::2/64" }, links: { lan: [eth1] } }
relationships:
  east-west: { primary: east, secondary: west, pairing-key: secret }
lifetimes: { preferred: 1h, valid: 2h }
links:
  # The office.
  lan:
    prefixes: ["2001:db8:1::/64"]
    address-pools:
      - range: 2001:db8:1::100 - 2001:db8:1::1ff # printers
`;
const PAIR = { relationship: 'east-west', boxes: ['east', 'west'] };

describe('what of a change of the provisioning file its partner makes as well', () => {
  const after = FILE.replace('valid: 2h', 'valid: 4h')
    .replace('pairing-key: secret', 'pairing-key: other, mclt: 30m')
    .replace('certificate: /etc/a.crt', 'certificate: /etc/b.crt')
    .replace('{ lan: [eth1] } }\nrel', '{ lan: [eth1], guests: [eth2] } }\nrel')
    .replace('  lan:\n', '  guests: { prefixes: ["2001:db8:2::/64"] }\n  lan:\n')
    .concat('      - range: 2001:db8:1::200 - 2001:db8:1::2ff\n');

  it('is what both share and what is said of the two boxes, not whom each trusts and its files', () => {
    const { shared, own } = sharedChanges(FILE, after, PAIR);
    assert.deepEqual(own, [['appliances', 'east', 'certificate'], ['relationships', 'east-west', 'pairing-key']]);
    assert.deepEqual(shared.map(({ path }) => path.join('.')), [
      'appliances.west.links.guests',
      'relationships.east-west.mclt',
      'lifetimes.valid',
      'links.guests',
      'links.lan.address-pools.1',
    ]);
  });

  it('is made key by key: comments and what is its own stay', () => {
    const theirs = FILE.replace('# The pair.', '# Mine.').replace('certificate: /etc/a.crt', 'certificate: /mnt/a.crt').replace('secret', 'mine');
    const changed = withChanges(theirs, sharedChanges(FILE, after, PAIR).shared, PAIR) ?? '';
    for (const kept of ['# Mine.', '/mnt/a.crt', 'pairing-key: mine', '# The office.', '# printers']) assert.ok(changed.includes(kept), kept);
    assert.deepEqual(sharedChanges(changed, after, PAIR).shared, []);
  });

  it('what goes, goes there, too; a list that was changed all over is changed as a whole', () => {
    const without = FILE.replace('lifetimes: { preferred: 1h, valid: 2h }\n', '');
    const { shared } = sharedChanges(FILE, without, PAIR);
    assert.deepEqual(shared, [{ path: ['lifetimes'] }]);
    assert.deepEqual(sharedChanges(withChanges(FILE, shared, PAIR) ?? '', without, PAIR).shared, []);
    const many = FILE.concat(Array.from({ length: 30 }, (_, i) => `      - range: 2001:db8:1::${String(i + 2)}000 - 2001:db8:1::${String(i + 2)}fff\n`).join(''));
    assert.deepEqual(sharedChanges(FILE, many, PAIR).shared.map(({ path }) => path.join('.')), ['links.lan.address-pools']);
  });

  it('nothing is made that names what is a box\'s own, whoever says so', () => {
    for (const path of [
      ['relationships', 'east-west', 'pairing-key'],
      ['relationships', 'east-west', 'insecure'],
      ['relationships', 'east-west', 'certificates', 'west'],
      ['relationships', 'east-west'],
      ['relationships', 'other', 'mclt'],
      ['appliances', 'west', 'key'],
      ['appliances', 'north', 'links'],
      ['appliances'],
      [],
    ]) assert.equal(withChanges(FILE, [{ path, value: 'x' }], PAIR), undefined, path.join('.'));
  });

  it('links of another relationship are none of the partner\'s business', () => {
    const hub = FILE.replace('pairing-key: secret }', 'links: [lan] }\n  north-west: { primary: north, secondary: west, links: [far] }').concat('  far: { prefixes: ["2001:db8:9::/64"] }\n');
    assert.deepEqual(sharedChanges(hub, hub.replace('2001:db8:9::', '2001:db8:8::'), PAIR).shared, []);
    assert.equal(withChanges(hub, [{ path: ['links', 'far', 'prefixes'], value: [] }], PAIR), undefined);
    assert.deepEqual(sharedWhole(hub, PAIR).filter(({ path }) => path[0] === 'links').map(({ path }) => path.join('.')), ['links.lan']);
  });

  it('all that is shared makes a partner that has something else the same', () => {
    const theirs = FILE.replace('valid: 2h', 'valid: 9h').replace('pairing-key: secret', 'pairing-key: mine, mclt: 2h').concat('  more: { prefixes: ["2001:db8:7::/64"] }\noptions: { domain-search: [a.example] }\n');
    const same = withChanges(theirs, sharedWhole(FILE, PAIR), PAIR) ?? '';
    assert.deepEqual(sharedChanges(same, FILE, PAIR).shared, []);
    assert.match(same, /pairing-key: mine/);
  });
});
