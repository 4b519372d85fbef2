// Two boxes of the image, from the factory to a pair that no client notices the loss of a half of.

import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { clients, whenAll } from '../lab/clients/index.ts';
import { BOOT_MS, type Box } from './box.ts';
import { setUpPair } from './set-up-pair.ts';
import { useStage } from './stage.ts';

describe('a pair of the image of qemu-aarch64', function () {
  this.timeout(900_000);
  const stage = useStage();
  let east: Box;
  let west: Box;
  const held: string[] = [];

  before(async () => {
    east = await stage.addBox('east');
    west = await stage.addBox('west');
  });

  /** A client that was never seen before, from its start to its address. @returns what it holds, and after how many seconds */
  async function serve(name: string): Promise<number> {
    const machine = await stage.network.addClient(name);
    const started = performance.now();
    const { address } = await whenAll(clients.dhclient(machine, ['address']), 'bound', ['address'], { withinMs: BOOT_MS });
    held.push(address ?? '');
    const seconds = (performance.now() - started) / 1_000;
    console.log(`      ${name}: an address after ${seconds.toFixed(1)} s`);
    return seconds;
  }

  it('is set up over both serial lines by one file, pasted and from a stick, in 1970, and is one', async () => {
    await setUpPair(stage.directory, east, west);
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
    await stage.network.plug(east.ports.lan, false);
    await serve('third');
  });
});
