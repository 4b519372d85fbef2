// The daemon dies without a word while clients hold leases, and comes back.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { clients, whenAll, type ClientName, type Held, type LabClient, type Wish } from './clients/index.ts';
import { startDaemon, type Daemon, type ShownLease } from './daemon/daemon.ts';
import { writeProvisioning } from './daemon/provisioning.ts';
import { withLab } from './mocha-lab.ts';
import type { Lab } from './network/lab.ts';
import { routerPorts, startRelay } from './network/relay.ts';

const wishes: readonly Wish[] = ['address', 'prefix'];
const names: readonly ClientName[] = ['dhclient', 'dhcpcd', 'dibbler-client', 'dhcp6c'];

describe('a daemon killed with -9', () => {
  const held = new Map<ClientName, { client: LabClient; before: Held; renewalsBefore: number }>();
  let lab: Lab;
  let daemon: Daemon;
  let tableBefore: readonly ShownLease[] = [];
  let tableAfter: readonly ShownLease[] = [];

  withLab(async (made) => {
    lab = made;
    const provisioning = `${lab.directory}/provisioning.yaml`;
    writeProvisioning(provisioning);
    daemon = await startDaemon(lab, provisioning);
    await startRelay(lab.router, routerPorts, lab.directory);
    await Promise.all(
      names.map(async (name, i) => {
        const client = clients[name](await lab.addMachine(name, i % 2 === 0 ? 'lan' : 'remote'), wishes);
        const before = await whenAll(client, 'bound', wishes, { withinMs: 15_000 });
        held.set(name, { client, before, renewalsBefore: 0 });
      }),
    );
    tableBefore = await daemon.leases();
    await daemon.program.end('SIGKILL');
    for (const entry of held.values()) entry.renewalsBefore = entry.client.events.entries.length;
    daemon = await startDaemon(lab, provisioning);
    tableAfter = await daemon.leases();
  });

  it('knows every lease again when it starts', () => {
    const live = (table: readonly ShownLease[]): string[] =>
      table.filter(({ status }) => status === 'ACTIVE').map(({ lease, duid }) => `${lease} ${duid}`).sort();
    assert.equal(live(tableBefore).length, 2 * names.length);
    assert.deepEqual(live(tableAfter), live(tableBefore));
  });

  for (const name of names) {
    it(`${name} renews the leases that it had before`, async () => {
      const entry = held.get(name);
      assert.ok(entry !== undefined);
      const { client, before, renewalsBefore: from } = entry;
      // A Renew that meets a dead server is repeated after ten seconds (RFC 9915 18.2.4).
      const renewed = await whenAll(client, 'renewed', wishes, { from, withinMs: 25_000 });
      assert.deepEqual(renewed, before);
    });
  }

  it('gives a new client leases that nobody holds', async () => {
    const client = clients.dhclient(await lab.addMachine('newcomer', 'lan'), wishes);
    const { address, prefix } = await whenAll(client, 'bound', wishes, { withinMs: 15_000 });
    const taken = [...held.values()].flatMap(({ before }) => [before.address, before.prefix]);
    assert.ok(!taken.includes(address) && !taken.includes(prefix));
  });
});
