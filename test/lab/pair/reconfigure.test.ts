// A client that checks the digest of a Reconfigure itself (dhcpcd), and the box that gave it its key dies: the other one has the key, too.

import assert from 'node:assert/strict';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import { clients, whenAll, type LabClient } from '../clients/index.ts';
import type { Machine } from '../network/lab.ts';
import { eventually } from '../process/eventually.ts';
import type { Box } from './box.ts';
import { closeAfterwards } from './mocha-pair-lab.ts';
import { askBox, twinlease } from './subjects/twinlease.ts';
import type { Subject } from './subjects/subject.ts';
import { openTwoBoxes, type TwoBoxes } from './two-boxes.ts';

const wishes = ['address'] as const;

const withReconfigure: Subject = {
  ...twinlease,
  prepare(plan) {
    const prepared = twinlease.prepare(plan);
    appendFileSync(`${plan.runtime}/provisioning.yaml`, 'server: { reconfigure: {} }\n');
    return prepared;
  },
};

describe('a reconfigure key in a pair', function () {
  this.timeout(120_000);
  let open: TwoBoxes | undefined;
  let two: TwoBoxes;
  let machine: Machine;
  let client: LabClient;
  let address: string | undefined;

  before(async () => {
    open = two = await openTwoBoxes(withReconfigure, { preferred: 40, valid: 60, t1: 8, t2: 10, mclt: 60 });
    machine = await two.lab.addMachine('keyed', 'lan-a');
    client = clients.dhcpcd(machine, wishes);
    ({ address } = await whenAll(client, 'bound', wishes, { withinMs: 15_000 }));
  });
  closeAfterwards(() => open?.lab);

  async function ask(box: Box, ...options: readonly string[]): Promise<{ readonly state: string; readonly message: string; readonly attempts: number }> {
    return JSON.parse(await askBox(box.plan(), 'lease', 'reconfigure', address ?? '', '--json', ...options)) as { state: string; message: string; attempts: number };
  }

  it('[F-OPT-16] the box that gave it asks the client, the other one leaves that to it', async () => {
    const { state, message } = await ask(two.east);
    assert.deepEqual([state, message], ['answered', 'renew']);
    await assert.rejects(ask(two.west), /ask it from east/);
  });

  it('[F-OPT-16] [F-BA-27] with that box dead the other one asks with the same key, and the client believes it', async () => {
    await two.east.powerOff();
    const renewed = client.events.entries.length;
    await eventually('west to see that', async () => ((await withReconfigure.state(two.west.plan())).includes('COMMUNICATIONS-INTERRUPTED') ? true : undefined), 30_000);
    // At T2 the client comes to west, which gave it no key.
    await whenAll(client, 'renewed', wishes, { from: renewed, withinMs: 60_000 });
    const from = client.events.entries.length;
    const { state, message, attempts } = await ask(two.west);
    assert.deepEqual([state, message, attempts], ['answered', 'renew', 1]);
    assert.equal((await whenAll(client, 'renewed', wishes, { from, withinMs: 20_000 })).address, address);
    const keys = readFileSync(join(machine.directory, 'log'), 'utf8').match(/accepted reconfigure key/g) ?? [];
    assert.equal(keys.length, 1, 'it got one key, from east');
  });
});
