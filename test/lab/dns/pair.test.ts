// Names of real clients in a real BIND and a real Knot, through what can happen to a pair: after each, forward and reverse zone are what
// the leases are.

import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { clients, whenAll, type LabClient } from '../clients/index.ts';
import { closeAfterwards } from '../pair/mocha-pair-lab.ts';
import { askBox } from '../pair/subjects/twinlease.ts';
import { eventually } from '../process/eventually.ts';
import { openNamedPair, type NamedPair } from './named-pair.ts';
import { zones } from './servers.ts';

const wishes = ['address'] as const;

describe('names in the DNS, of clients of a pair', function () {
  this.timeout(120_000);
  let pair: NamedPair | undefined;
  let printer: LabClient;
  let scanner: LabClient;

  const opened = (): NamedPair => pair ?? assert.fail('the lab is open');
  const startClient = async (name: string, lan: 'lan-a' | 'lan-b'): Promise<LabClient> => {
    const client = clients.dhclient(await opened().lab.addMachine(name, lan), wishes, name);
    await whenAll(client, 'bound', wishes, { withinMs: 20_000 });
    return client;
  };
  const namesOf = async (): Promise<readonly string[]> => {
    const forward = await opened().bind.records(zones.forward);
    return forward.filter((line) => line.includes(' AAAA ')).map((line) => line.split('.')[0] ?? '').sort();
  };

  /** Of a client that left: its lease is free, and its name goes, when both boxes know that. A zone that did not answer is asked again 10 s later. */
  const untilGone = async (name: string): Promise<void> => {
    await eventually(`the name ${name} to be gone`, async () => ((await namesOf()).includes(name) ? undefined : true), 45_000);
  };

  before(async () => {
    pair = await openNamedPair();
  });
  closeAfterwards(() => pair?.lab);

  it('[F-DD-6, O-7, O-8] stand there when the clients have leases, and both boxes know it', async () => {
    const { east, west, untilZonesAre } = opened();
    printer = await startClient('printer', 'lan-a');
    scanner = await startClient('scanner', 'lan-b');
    const known = await untilZonesAre(east);
    assert.equal(known.length, 2);
    assert.deepEqual(await namesOf(), ['printer', 'scanner']);
    assert.deepEqual(await untilZonesAre(west), known);
  });

  it('[F-DD-7] stay while the primary is dead and the secondary renews; what the secondary gives is added', async () => {
    const { east, west, untilZonesAre } = opened();
    await east.powerOff();
    await whenAll(printer, 'renewed', wishes, { from: printer.events.entries.length, withinMs: 30_000 });
    const plotter = await startClient('plotter', 'lan-b');
    await untilZonesAre(west);
    assert.deepEqual(await namesOf(), ['plotter', 'printer', 'scanner']);
    await askBox(west.plan(), 'failover', 'partner-down', 'east-west', '--yes');
    await plotter.kill();
    await scanner.release();
    // It is not free before nobody can have promised it for longer.
    assert.ok((await namesOf()).includes('scanner'));
  });

  it('[F-DD-8] are right when the primary is back, which learns all of it from its partner', async () => {
    const { east, west, untilPaired, untilZonesAre } = opened();
    await east.powerOn();
    await untilPaired();
    await untilGone('scanner');
    const known = await untilZonesAre(east);
    assert.deepEqual(await untilZonesAre(west), known);
  });

  it('[F-DD-9] are right when two that did not hear each other do again', async () => {
    const { east, west, cables, untilPaired, untilZonesAre } = opened();
    await cables.cut('east', 'management', 'silent');
    await eventually('the boxes to notice', async () => (/COMMUNICATIONS-INTERRUPTED/.test(await askBox(west.plan(), 'show', 'failover')) ? true : undefined), 30_000);
    const camera = await startClient('camera', 'lan-a');
    await eventually('its name to be there', async () => ((await namesOf()).includes('camera') ? true : undefined), 45_000);
    await camera.release();
    await printer.release();
    // Nothing is removed as long as one of them does not know.
    assert.ok((await namesOf()).includes('printer'));
    await cables.mend('east', 'management');
    await untilPaired();
    await untilGone('printer');
    await untilZonesAre(east);
    await untilZonesAre(west);
  });

  it('are added when a DNS server that was away is back, and nobody waited for that', async () => {
    const { east, bind, untilZonesAre } = opened();
    await bind.kill();
    const began = performance.now();
    const late = await startClient('late', 'lan-a');
    assert.ok(performance.now() - began < 15_000);
    const status = await eventually('the alarm', async () => {
      const text = await askBox(east.plan(), 'show', 'status');
      return /WARNING dns lan\.example\.com/.test(text) ? text : undefined;
    }, 20_000);
    assert.match(status, /can't be updated/);
    assert.match(await askBox(east.plan(), 'show', 'dns'), /lan\.example\.com: .*signed with "twinlease"\n {2}state +FAILING/);
    await bind.start();
    await untilZonesAre(east);
    assert.ok((await namesOf()).includes('late'));
    assert.doesNotMatch(await askBox(east.plan(), 'show', 'status'), /WARNING dns/);
    await late.kill();
  });

  it('are added after a restart of the box that owes them', async () => {
    const { east, west, bind, leases, untilPaired, untilZonesAre } = opened();
    await bind.kill();
    const owed = await startClient('owed', 'lan-a');
    assert.ok((await leases(east)).some(({ name }) => name.startsWith('owed.')));
    await east.kill();
    await east.start();
    await bind.start();
    await untilPaired();
    await untilZonesAre(east);
    assert.ok((await namesOf()).includes('owed'));
    assert.deepEqual(await untilZonesAre(west), await leases(east));
    await owed.kill();
  });

  it('[F-DD-7] are added by the survivor where the DNS was away until its partner was dead', async () => {
    const { east, west, bind, leases, untilZonesAre } = opened();
    await bind.kill();
    const orphan = await startClient('orphan', 'lan-a');
    await eventually('the partner to know it', async () => ((await leases(west)).some(({ name }) => name.startsWith('orphan.')) ? true : undefined), 10_000);
    await east.powerOff();
    await bind.start();
    await eventually('the partner to notice', async () => (/COMMUNICATIONS-INTERRUPTED/.test(await askBox(west.plan(), 'show', 'failover')) ? true : undefined), 30_000);
    await askBox(west.plan(), 'failover', 'partner-down', 'east-west', '--yes');
    await untilZonesAre(west);
    assert.ok((await namesOf()).includes('orphan'));
    await orphan.kill();
  });

  it('[F-DD-8] are right when the dead one is back without its disk', async () => {
    const { east, west, untilPaired, untilZonesAre } = opened();
    east.wipeDisk();
    await east.powerOn();
    await untilPaired();
    const known = await untilZonesAre(west);
    assert.deepEqual(await untilZonesAre(east), known);
  });
});
