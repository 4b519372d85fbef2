// Both boxes of a pair are updated from one console, while clients come all the time: a fleet of them, and one real one after the other.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import { clients, whenAll } from '../lab/clients/index.ts';
import { eventually } from '../lab/process/eventually.ts';
import { BOOT_MS, type Box } from './box.ts';
import { doesNotServe, makeUpdate } from './other-update.ts';
import { setUpPair } from './set-up-pair.ts';
import { startFleet } from './soak/fleet-on-lan.ts';
import { copyDataPartition, leasesOn, missingFrom } from './soak/leases-on-disk.ts';
import { useStage } from './stage.ts';

/** A client asks again after a second, then after two more; a box that is emulated takes its time besides. */
const NOTICED_S = 10;
/** Of two boxes, one after the other, and what is waited for in between. */
const UPDATE_MS = 600_000;

describe('an update of both boxes of a pair of the image of qemu-aarch64', function () {
  this.timeout(1_200_000);
  const stage = useStage();
  let east: Box;
  let west: Box;
  let url: string;
  const held: string[] = [];

  before(async () => {
    const updates = join(stage.directory, 'updates');
    mkdirSync(updates);
    makeUpdate(updates, 'good.raucb', '0.2.0');
    makeUpdate(updates, 'broken.raucb', '0.3.0', doesNotServe);
    url = await stage.network.offerFiles(updates);
    east = await stage.addBox('east');
    west = await stage.addBox('west');
    await setUpPair(stage.directory, east, west);
  });

  /** New clients one after the other, until it is over. @returns how long the slowest waited for its address, in seconds */
  async function serveUntil(over: Promise<unknown>): Promise<number> {
    const end = { isReached: false };
    const reached = (): void => {
      end.isReached = true;
    };
    over.then(reached, reached);
    let slowest = 0;
    while (!end.isReached) {
      const machine = await stage.network.addClient(`client${String(held.length)}`);
      const started = performance.now();
      const client = clients.dhclient(machine, ['address']);
      const { address } = await whenAll(client, 'bound', ['address'], { withinMs: BOOT_MS });
      // Its lease stays; dozens of them at once are more than the host has to give.
      await client.kill();
      slowest = Math.max(slowest, (performance.now() - started) / 1_000);
      held.push(address ?? '');
    }
    return slowest;
  }

  /** What a fleet is given until it is over. @returns all of it, and how long the slowest new client waited, in seconds */
  async function serveFleetUntil(over: Promise<unknown>): Promise<{ readonly leases: readonly string[]; readonly slowest: number }> {
    const fleet = startFleet(await stage.network.addClient('fleet'), 100, 100);
    over.then(() => fleet.end(), () => fleet.end());
    const leases = new Set<string>();
    let slowest = 0;
    for await (const reply of fleet.replies) {
      for (const { name, valid } of reply.leases) if (valid > 0) leases.add(name);
      if (reply.answers === 'request' && reply.since !== undefined) slowest = Math.max(slowest, (reply.at - reply.since) / 1_000);
    }
    assert.deepEqual(fleet.lost, []);
    return { leases: [...leases], slowest };
  }

  /** What a person at both serial lines sees of it; east is logged in to again where it has restarted. */
  async function status(box: Box): Promise<string> {
    return (await box.ask('upgrade status')).replaceAll(/\s+/g, ' ');
  }

  it('stops where the new version starts on the secondary and does not serve: that goes back by itself, and the primary is left alone', async () => {
    await east.say(`upgrade pair ${url}/broken.raucb`, /Is this meant\? \(yes\/no\) $/, BOOT_MS);
    const over = (async () => {
      await east.say('yes', /west restarts, and is waited for/, UPDATE_MS);
      east.note('from power on to the secondary that restarts');
      await west.until(/Booting slot b/, BOOT_MS);
      await west.until(/Booting slot a/, UPDATE_MS);
      await east.until(/STOPPED: west\s+tried\s+0\.3\.0\s+and\s+went\s+back\s+to\s+0\.1\.0\s+by\s+itself[^]*\]> $/, UPDATE_MS);
    })();
    const slowest = await serveUntil(over);
    await over;
    console.log(`      ${String(held.length)} new clients meanwhile, the slowest waited for ${slowest.toFixed(1)} s`);
    assert.ok(slowest < NOTICED_S);
    await west.logIn();
    assert.match(await status(east), /STOPPED: west tried 0\.3\.0/);
    assert.match(await status(west), /a 0\.1\.0 runs this one yes .*STOPPED: west tried 0\.3\.0/);
  });

  it('updates the secondary, then the primary, and no client notices', async () => {
    const heldBefore = held.length;
    await east.say(`upgrade pair ${url}/good.raucb`, /This box restarts last[^]*Is this meant\? \(yes\/no\) $/, BOOT_MS);
    const over = (async () => {
      await east.say('yes', /west restarts, and is waited for/, UPDATE_MS);
      await west.until(/Booting slot b/, BOOT_MS);
      await east.until(/Booting slot b/, UPDATE_MS);
      await Promise.all([east.logIn(), west.logIn()]);
      for (const box of [east, west]) {
        await eventually('both boxes to be updated', async () => (/DONE: west and east run 0\.2\.0/.test(await status(box)) ? true : undefined), UPDATE_MS);
      }
    })();
    const [slowest, fleet] = await Promise.all([serveUntil(over), serveFleetUntil(over)]);
    await over;
    east.note('from power on to two boxes that are updated');
    console.log(`      ${String(held.length - heldBefore)} new clients meanwhile, the slowest waited for ${slowest.toFixed(1)} s`);
    console.log(`      a fleet beside them had ${String(fleet.leases.length)} leases, its slowest new client waited for ${fleet.slowest.toFixed(1)} s`);
    assert.ok(slowest < NOTICED_S);
    assert.ok(fleet.slowest < NOTICED_S);
    for (const box of [east, west]) {
      assert.match(await status(box), /b 0\.2\.0 runs this one yes/);
      assert.match(await box.ask('show failover'), /programs +twinlease 0\.2\.0 on both/);
      await eventually('every lease to be acknowledged', async () => (/updates +\w+ knows every lease as it is/.test(await box.ask('show failover')) ? true : undefined), BOOT_MS);
    }
    for (const box of [east, west]) {
      await box.cutPower();
      const data = `${box.disk}.data`;
      copyDataPartition(box.disk, data);
      assert.deepEqual(missingFrom(leasesOn(data, stage.directory).leases, [...held, ...fleet.leases]), []);
    }
  });
});
