import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { concernOf } from '../../../src/server/index.ts';
import type { Concern, KnownLease, ServerConfiguration } from '../../../src/server/index.ts';
import { iaid } from '../../../src/wire/index.ts';
import { address, configuration, duid } from '../../conformance/server/box.ts';

const BEFORE = `
version: 1
appliances: { box: { links: { lan: [eth1], wlan: [eth2] } } }
lifetimes: { preferred: 1000s, valid: 2000s }
options: { dns-servers: [2001:db8::53] }
links:
  lan:
    prefixes: [2001:db8:1::/64]
    address-pools:
      - { range: "2001:db8:1::100 - 2001:db8:1::1ff" }
      - { range: "2001:db8:1::200 - 2001:db8:1::2ff" }
    prefix-pools: [ { prefix: 2001:db8:100::/48, delegated-length: 56 } ]
    reservations: [ { duid: "00:03:00:01:02:00:00:00:00:07", addresses: [2001:db8:1::7] } ]
  wlan:
    prefixes: [2001:db8:3::/64]
    address-pools: [ { range: "2001:db8:3::100 - 2001:db8:3::1ff" } ]
`;

function lease(text: string, client = 1, linkLayerAddress?: readonly number[]): KnownLease {
  const [first = '', length = '128'] = text.split('/');
  return {
    address: address(first),
    prefixLength: Number(length),
    duid: duid(`00:03:00:01:02:00:00:00:00:${client.toString(16).padStart(2, '0')}`),
    iaid: iaid(1),
    linkLayerAddress: linkLayerAddress && Uint8Array.from(linkLayerAddress),
  };
}

const LEASES = {
  first: lease('2001:db8:1::110'),
  second: lease('2001:db8:1::210'),
  prefix: lease('2001:db8:100:100::/56'),
  reserved: lease('2001:db8:1::7', 7),
  wlan: lease('2001:db8:3::110', 3, [2, 0, 0x5e, 0x10, 0, 3]),
};
type Name = keyof typeof LEASES;

/** Goes on until the configurations are compared. */
function compared(before: ServerConfiguration, after: ServerConfiguration): Concern | undefined {
  const comparing = concernOf(before, after);
  for (;;) {
    const { done, value } = comparing.next();
    if (done === true) return value;
  }
}

/** Whom the change concerns; it must be one. */
function concerned(edit: (file: string) => string): readonly Name[] {
  const after = edit(BEFORE);
  assert.notEqual(after, BEFORE);
  const concerns = compared(configuration(BEFORE), configuration(after));
  return (Object.keys(LEASES) as Name[]).filter((name) => concerns?.(LEASES[name]) === true);
}

/** How often others have their turn while these are compared. */
function turns(before: ServerConfiguration, after: ServerConfiguration): number {
  const comparing = concernOf(before, after);
  for (let count = 0; ; count++) if (comparing.next().done === true) return count;
}

const ALL: readonly Name[] = ['first', 'second', 'prefix', 'reserved', 'wlan'];

describe('whom a new configuration concerns', () => {
  it('nobody where nothing of it is for clients', () => {
    for (const after of [BEFORE, `${BEFORE}server: { limits: { leases: 5000 }, reconfigure: {}, declined-hold: 2d }\n`, BEFORE.replace('links: { lan: [eth1]', 'links: { lan: [eth1, eth3]')]) {
      assert.equal(compared(configuration(BEFORE), configuration(after)), undefined);
    }
  });

  const changes: readonly [what: string, edit: (file: string) => string, whom: readonly Name[]][] = [
    ['an option of the file', (file) => file.replace('2001:db8::53', '2001:db8::54'), ALL],
    ['lifetimes of the file', (file) => file.replace('valid: 2000s', 'valid: 3000s'), ALL],
    ['an option of a link', (file) => `${file}    options: { domain-search: [example.com] }\n`, ['wlan']],
    ['lifetimes of a link', (file) => `${file}    lifetimes: { valid: 4000s }\n`, ['wlan']],
    ['lifetimes of a pool', (file) => file.replace('2001:db8:1::2ff"', '2001:db8:1::2ff", lifetimes: { preferred: 100s }'), ['second']],
    ['a pool that is gone', (file) => file.replace(/ {6}- \{ range: "2001:db8:1::100.*\n/, ''), ['first']],
    ['a pool that is smaller: who is in the rest is not concerned', (file) => file.replace('2001:db8:1::1ff', '2001:db8:1::105'), ['first']],
    ['a pool that is larger', (file) => file.replace('2001:db8:1::2ff', '2001:db8:1::3ff'), []],
    ['a prefix pool elsewhere', (file) => file.replace('2001:db8:100::/48', '2001:db8:200::/48'), ['prefix']],
    ['another delegated length', (file) => file.replace('delegated-length: 56', 'delegated-length: 60'), ['prefix']],
    ['an excluded prefix', (file) => file.replace('delegated-length: 56', 'delegated-length: 56, exclude: { length: 64, subnet-id: 1 }'), ['prefix']],
    ['a renumbered link', (file) => file.replaceAll('2001:db8:3::', '2001:db8:4::'), ['wlan']],
    ['another prefix on a link', (file) => file.replace('[2001:db8:3::/64]', '[2001:db8:3::/64, 2001:db8:33::/64]'), ['wlan']],
    ['a reservation that is gone', (file) => file.replace(/ {4}reservations:.*\n/, ''), ['reserved']],
    ['another address for a client', (file) => file.replace('2001:db8:1::7', '2001:db8:1::8'), ['reserved']],
    ['an option of a reservation', (file) => file.replace('[2001:db8:1::7]', '[2001:db8:1::7], options: { dns-servers: [2001:db8::7] }'), ['reserved']],
    ['an address that is somebody else’s now', (file) => file.replace('[2001:db8:1::7]', '[2001:db8:1::7, 2001:db8:1::210]'), ['second', 'reserved']],
    ['a reservation by link-layer address', (file) => `${file}    reservations: [ { link-layer-address: "02:00:5e:10:00:03", addresses: [2001:db8:3::3] } ]\n`, ['wlan']],
    ['a reservation for another IA of a client', (file) => `${file}    reservations: [ { duid: "00:03:00:01:02:00:00:00:00:03", iaid: 9, addresses: [2001:db8:3::3] } ]\n`, []],
    ['classes: who is in which is told by messages alone', (file) => `${file}classes: [ { name: phones, match: { user-classes: [voice] }, options: {} } ]\n`, ALL],
    ['how often clients try', (file) => `${file}server: { sol-max-rt: 2h }\n`, ALL],
  ];
  for (const [what, edit, whom] of changes) {
    it(what, () => {
      assert.deepEqual(concerned(edit), whom);
    });
  }

  it('others have their turn while very many reservations are compared, and one of them is found', () => {
    const many = (count: number, changed = -1): ServerConfiguration => {
      const base = configuration(BEFORE);
      const reservations = Array.from({ length: count }, (_, i) => ({
        duid: duid(`00:03:00:01:02:00:00:01:${(i >> 8).toString(16).padStart(2, '0')}:${(i & 0xff).toString(16).padStart(2, '0')}`),
        iaid: undefined,
        linkLayerAddress: undefined,
        addresses: [address(`2001:db8:3::${i === changed ? '2:' : '1:'}${i.toString(16)}`)],
        prefixes: [],
        options: [],
      }));
      return { ...base, links: base.links.map((link) => (link.name === 'wlan' ? { ...link, reservations } : link)) };
    };
    assert.ok(turns(many(5_000), many(5_000)) >= 19);
    assert.ok(turns(many(5_000), many(5_000, 4_000)) >= 18);
    assert.ok(turns(many(5_000), many(0)) >= 19);
    const concerns = compared(many(5_000), many(5_000, 4_000));
    const [client, other] = [4_000, 4_001].map((i) => ({ ...LEASES.wlan, duid: duid(`00:03:00:01:02:00:00:01:${(i >> 8).toString(16)}:${(i & 0xff).toString(16).padStart(2, '0')}`) }));
    assert.ok(client !== undefined && other !== undefined);
    assert.deepEqual([client, other].map((one) => concerns?.(one)), [true, false]);
  });
});
