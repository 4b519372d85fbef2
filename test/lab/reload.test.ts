// SIGHUP: a new provisioning file is taken whole, or not at all.

import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { clients, whenAll, type LabClient } from './clients/index.ts';
import { startDaemon, type Daemon } from './daemon/daemon.ts';
import { writeProvisioning } from './daemon/provisioning.ts';
import { withLab } from './mocha-lab.ts';
import type { Lab } from './network/lab.ts';

const address = ['address'] as const;

describe('SIGHUP', () => {
  let lab: Lab;
  let daemon: Daemon;
  let provisioning = '';
  let first: LabClient;
  let firstAddress: string | undefined;

  withLab(async (made) => {
    lab = made;
    provisioning = `${lab.directory}/provisioning.yaml`;
    writeProvisioning(provisioning);
    daemon = await startDaemon(lab, provisioning);
    first = clients.dhclient(await lab.addMachine('first', 'lan'), address);
    ({ address: firstAddress } = await whenAll(first, 'bound', address, { withinMs: 15_000 }));
  });

  /** Reloads, and resolves to the line in which the daemon says how that went. */
  async function reload(said: RegExp): Promise<string> {
    const from = daemon.program.log.entries.length;
    daemon.program.signal('SIGHUP');
    return await daemon.program.log.next({
      what: `a line like ${said.source}`,
      from,
      match: (line) => (said.test(line) ? line : undefined),
    });
  }

  async function newAddress(machine: string): Promise<string | undefined> {
    const client = clients.dhcp6c(await lab.addMachine(machine, 'lan'), address);
    const held = await whenAll(client, 'bound', address, { withinMs: 15_000 });
    await client.kill();
    return held.address;
  }

  it('with a file that has another pool first, gives new clients leases of the new pool', async () => {
    writeProvisioning(provisioning, {
      lan: ['address-pools: [{ range: "2001:db8:1::2000 - 2001:db8:1::2fff" }, { range: "2001:db8:1::1000 - 2001:db8:1::1fff" }]'],
    });
    await reload(/read again/);
    assert.match((await newAddress('second')) ?? '', /^2001:db8:1::2[0-9a-f]{3}$/);
  });

  it('keeps the leases that it had given', async () => {
    const from = first.events.entries.length;
    const renewed = await whenAll(first, 'renewed', address, { from, withinMs: 15_000 });
    assert.equal(renewed.address, firstAddress);
  });

  it('with a bad file, names the line and goes on with the last good one', async () => {
    writeFileSync(provisioning, 'version: 1\nlinks:\n\tlan: {}\n');
    const line = await reload(/:3:/);
    assert.match(line, /provisioning\.yaml:3:/);
    assert.match((await newAddress('third')) ?? '', /^2001:db8:1::2[0-9a-f]{3}$/);
  });

  it('with a file that is not there, goes on with the last good one', async () => {
    rmSync(provisioning);
    await reload(/provisioning\.yaml/);
    assert.match((await newAddress('fourth')) ?? '', /^2001:db8:1::2[0-9a-f]{3}$/);
  });
});
