// Two boxes of the image, from the factory to a pair that no client notices the loss of a half of.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import { clients, whenAll } from '../lab/clients/index.ts';
import { BOOT_MS, newBox, type Box } from './box.ts';
import { openNetwork, type Network } from './network.ts';
import { setUpPair } from './set-up-pair.ts';

describe('a pair of the image of qemu-aarch64', function () {
  this.timeout(900_000);
  let directory: string;
  let network: Network;
  let east: Box;
  let west: Box;
  const held: string[] = [];
  let hasFailed = false;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'twinlease-image-'));
    network = await openNetwork(directory);
    east = await newBox(network, directory, 'east', 1);
    west = await newBox(network, directory, 'west', 2);
    east.powerOn();
    west.powerOn();
  });
  afterEach(function () {
    hasFailed ||= this.currentTest?.state === 'failed';
  });
  after(async () => {
    await east.cutPower();
    await west.cutPower();
    network.close();
    if (hasFailed) console.log(`      what the serial lines said is in ${directory}`);
    else rmSync(directory, { recursive: true });
  });

  /** A client that was never seen before, from its start to its address. @returns what it holds, and after how many seconds */
  async function serve(name: string): Promise<number> {
    const machine = await network.addClient(name);
    const started = performance.now();
    const { address } = await whenAll(clients.dhclient(machine, ['address']), 'bound', ['address'], { withinMs: BOOT_MS });
    held.push(address ?? '');
    const seconds = (performance.now() - started) / 1_000;
    console.log(`      ${name}: an address after ${seconds.toFixed(1)} s`);
    return seconds;
  }

  it('is set up over both serial lines by one file, in 1970, and is one', async () => {
    await setUpPair(directory, east, west);
  });

  it('serves a client that was never seen before', async () => {
    await serve('first');
  });

  it('serves the next one through the box that is left when the power of the primary is cut', async () => {
    await east.cutPower();
    await serve('second');
  });

  it('is a pair again once the power is back, and both boxes have every lease', async () => {
    east.powerOn();
    await east.logIn();
    await east.say('watch failover', /NORMAL[^]*NORMAL/, BOOT_MS);
    east.note('from power on to NORMAL');
    // Ctrl-C: the terminal is still the console's own, whatever ran beside it.
    await east.say('\u0003', /\]> $/);
    for (const box of [east, west]) {
      const shown = await box.ask('show leases');
      for (const lease of held) assert.ok(shown.includes(lease), lease);
    }
  });

  it('serves the next one when the LAN cable of the primary is pulled', async () => {
    await network.plug(east.ports.lan, false);
    await serve('third');
  });
});
