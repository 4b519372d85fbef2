// Two boxes of the image, from the factory to a pair that no client notices the loss of a half of.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, afterEach, before, describe, it } from 'mocha';
import { clients, whenAll } from '../lab/clients/index.ts';
import { BOOT_MS, newBox, type Box } from './box.ts';
import { openNetwork, type Network } from './network.ts';
import { digitsOf } from './provisioning.ts';

const twinlease = fileURLToPath(new URL('../../dist/twinlease', import.meta.url));

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
    const file = join(directory, 'pair.yaml');
    execFileSync(twinlease, [
      'pair', 'new', '--out', file, '--primary', 'east', '--secondary', 'west', '--management', 'eth0',
      '--primary-address', 'fd00::1/64', '--secondary-address', 'fd00::2/64', '--link', 'lan1:eth1:2001:db8:1::/64',
    ], { stdio: 'pipe' });
    const text = readFileSync(file, 'utf8');
    await Promise.all([east, west].map(async (box, i) => {
      await box.choosePassword();
      await box.say('paste', /Paste the file/);
      for (const line of text.trimEnd().split('\n')) await box.say(line, /\n/);
      await box.say(`. ${digitsOf(text)}`, /Which box is this: east or west\?/);
      await box.say(i === 0 ? 'east' : 'west', /are a pair, and serve\./, BOOT_MS);
      box.note('from power on to a pair that serves');
      await box.until(/\]> $/);
    }));
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
