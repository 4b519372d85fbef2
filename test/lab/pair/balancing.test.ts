// Two boxes that divide the clients between them, with real clients and a fleet: both serve, a box that does not hear its client is told of it
// by the other one, and when one is killed the other serves everybody.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { before, describe, it } from 'mocha';
import { formatDuid, parseDuid, pearsonHash } from '../../../src/wire/index.ts';
import { clients, whenAll, type ClientName, type Held, type LabClient } from '../clients/index.ts';
import type { Machine } from '../network/lab.ts';
import { eventually } from '../process/eventually.ts';
import type { Box } from './box.ts';
import { startFleet, type Fleet } from './fleet.ts';
import { clientPorts, endOf } from './lab.ts';
import { closeAfterwards } from './mocha-pair-lab.ts';
import { shortPace } from './pace.ts';
import { askBox, balanced } from './subjects/twinlease.ts';
import { openTwoBoxes, type TwoBoxes } from './two-boxes.ts';

interface ShownLease {
  readonly lease: string;
  readonly kind: string;
  readonly duid: string;
}

const T2_MS = shortPace.lifetimes.t2 * 1_000;
const wishes = ['address', 'prefix'] as const;
const residents = 30;
/** Beyond the first Solicit, two more and what a busy machine takes. */
const boundWithinMs = 20_000;

describe('two boxes that divide the clients between them', function () {
  this.timeout(90_000);
  let open: TwoBoxes | undefined;
  let east: Box;
  let west: Box;
  let fleet: Fleet;
  const running: LabClient[] = [];

  const boxes = (): TwoBoxes => {
    assert.ok(open !== undefined);
    return open;
  };
  /** By the hash alone, of which the first half of the buckets is the primary's. */
  const ownerOf = (duid: string): 'east' | 'west' => {
    const octets = parseDuid(duid);
    assert.ok(octets !== undefined, duid);
    return pearsonHash(octets) < 128 ? 'east' : 'west';
  };
  /** The primary gives odd addresses, the secondary even ones (RFC 8156 section 4.2.1.1). */
  const giverOf = (address: string): 'east' | 'west' => (Number.parseInt(address.split(':').at(-1) ?? '', 16) % 2 === 1 ? 'east' : 'west');
  const addressesShownBy = async (box: Box): Promise<readonly ShownLease[]> => {
    const leases = JSON.parse(await askBox(box.plan(), 'show', 'leases', '--active', '--limit', '1000', '--json')) as readonly ShownLease[];
    return leases.filter(({ kind }) => kind === 'IA_NA');
  };
  const counters = async (box: Box): Promise<Readonly<Record<string, number>>> =>
    JSON.parse(await askBox(box.plan(), 'show', 'counters', '--json')) as Readonly<Record<string, number>>;
  /** A machine on that LAN whose link-local address is its own by now: not every client waits for that. */
  const addMachine = async (name: string, lan: 'lan-a' | 'lan-b'): Promise<Machine> => {
    const machine = await boxes().lab.addMachine(name, lan);
    const hasAddress = async (): Promise<true | undefined> =>
      /inet6 fe80:/.test(await machine.namespace.run(['ip', '-6', 'address', 'show', 'dev', 'eth0', 'scope', 'link', '-tentative'])) ? true : undefined;
    await eventually(`${name} to have an address`, hasAddress);
    return machine;
  };
  const start = (name: ClientName, machine: Machine): LabClient => {
    const client = clients[name](machine, wishes);
    running.push(client);
    return client;
  };
  /** A dhclient with the DUID-LL that it finds in its file of leases. */
  const startDhclientAs = (duid: string, machine: Machine): LabClient => {
    const octets = duid.split(':').map((octet) => `\\${Number.parseInt(octet, 16).toString(8).padStart(3, '0')}`);
    writeFileSync(join(machine.directory, 'leases'), `default-duid "${octets.join('')}";\n`);
    return start('dhclient', machine);
  };
  /** The first DUID-LL from this number on that is the box's. */
  const duidOf = (box: 'east' | 'west', from: number): string => {
    for (let n = from; ; n++) {
      const duid = formatDuid(Uint8Array.of(0, 3, 0, 1, 2, 0, 0x5e, 0x10, n >> 8, n & 0xff) as Parameters<typeof formatDuid>[0]);
      if (ownerOf(duid) === box) return duid;
    }
  };
  /** Of the cable of its port `eth0`, in the hub. */
  const farEndOf = async ({ namespace }: Machine): Promise<string> => {
    const [port] = JSON.parse(await namespace.run(['ip', '-json', 'link', 'show', 'eth0'])) as readonly { readonly link_index: number }[];
    const ends = JSON.parse(await boxes().lab.hub.run(['ip', '-json', 'link', 'show'])) as readonly { readonly ifindex: number; readonly ifname: string }[];
    return ends.find(({ ifindex }) => ifindex === port?.link_index)?.ifname ?? assert.fail('a cable has two ends');
  };
  const bound = (client: LabClient): Promise<Held> => whenAll(client, 'bound', wishes, { withinMs: boundWithinMs });

  before(async () => {
    open = await openTwoBoxes(balanced);
    ({ east, west } = open);
    const place = (name: string, port: string) => ({ name, interface: port, residents });
    fleet = startFleet(open.lab, { places: [place('a', clientPorts.a), place('b', clientPorts.b)], newcomersAfterMs: 3_600_000 });
    await fleet.settled(30_000);
  });
  closeAfterwards(() => open?.lab);

  it('[R-LB2] each gives to its own clients what is in its half of the pools, and says whose a client is', async () => {
    const leases = await addressesShownBy(east);
    assert.equal(leases.length, 2 * residents);
    assert.deepEqual(leases.filter(({ lease, duid }) => giverOf(lease) !== ownerOf(duid)), []);
    for (const box of [east, west]) {
      const share = leases.filter(({ duid }) => ownerOf(duid) === box.name).length;
      assert.ok(share > residents / 2, `${box.name} has ${String(share)} of ${String(leases.length)}`);
      const { 'discarded.partner-bucket': left = 0, 'sent.advertise': advertised = 0 } = await counters(box);
      assert.ok(advertised >= share && left >= leases.length - share, `${String(advertised)} and ${String(left)}`);
    }
    const [lease] = leases;
    assert.ok(lease !== undefined);
    for (const box of [east, west]) {
      assert.match(await askBox(box.plan(), 'classify', lease.duid), new RegExp(`hash bucket \\d+, which ${ownerOf(lease.duid)} answers`));
      assert.match(await askBox(box.plan(), 'show', 'failover'), /clients +128 of 256 hash buckets are this box's, 128 (east|west)'s/);
    }
  });

  for (const [i, name] of (Object.keys(clients) as ClientName[]).entries()) {
    it(`[R-LB2] ${name} is served, on the LAN of either, by the box that its DUID leads to`, async () => {
      const { address = '' } = await bound(start(name, await addMachine(`${name}-${String(i)}`, i % 2 === 0 ? 'lan-a' : 'lan-b')));
      const lease = (await addressesShownBy(east)).find((each) => each.lease === address);
      assert.ok(lease !== undefined, address);
      assert.equal(giverOf(address), ownerOf(lease.duid));
    });
  }

  it('[R-LB3] a client that its box does not hear gets its lease of that box through the other one, after two seconds', async () => {
    const { lab } = boxes();
    const machine = await addMachine('unheard', 'lan-b');
    // Ports of a switch that are isolated pass nothing to each other; the two boxes hear each other all the time.
    const isolate = async (state: 'on' | 'off'): Promise<void> => {
      for (const end of [await farEndOf(machine), endOf('west', 'lan')]) await lab.hub.run(['bridge', 'link', 'set', 'dev', end, 'isolated', state]);
    };
    await isolate('on');
    const passedOn = (await counters(east))['failover.east-west.delayed-service'] ?? 0;
    const began = performance.now();
    const { address = '' } = await bound(startDhclientAs(duidOf('west', 1), machine));
    assert.ok(performance.now() - began >= 2_000, 'it is left time to answer');
    assert.equal(giverOf(address), 'west');
    assert.ok(((await counters(east))['failover.east-west.delayed-service'] ?? 0) > passedOn);
    await isolate('off');
  });

  it('[R-LB4] when one is killed the other serves everybody, and nobody loses a lease; when it is back both serve', async () => {
    await west.kill();
    const machine = await addMachine('orphan', 'lan-b');
    const { address: ofEast = '' } = await bound(startDhclientAs(duidOf('west', 300), machine));
    assert.equal(giverOf(ofEast), 'east', 'who has to wait for nobody');
    // Until each resident had to look for another server, at T2.
    await wait(T2_MS + 2_000);
    await west.start();
    await boxes().untilPaired();
    const { address: ofWest = '' } = await bound(startDhclientAs(duidOf('west', 600), await addMachine('comer', 'lan-a')));
    assert.equal(giverOf(ofWest), 'west');
    for (const client of running) await client.kill();
    await fleet.end();
    const expired = fleet.events.filter(({ event }) => event === 'expired');
    assert.deepEqual(expired, []);
    const holders = new Map<string, string>();
    for (const { lease, duid } of await addressesShownBy(east)) {
      assert.equal(holders.has(lease), false);
      holders.set(lease, duid);
    }
    assert.ok(holders.size >= 2 * residents);
  });
});
