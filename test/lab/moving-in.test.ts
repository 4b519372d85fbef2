// Clients of another server, which is stopped; what it had is imported, and the daemon takes its place.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import { startCapture } from './capture/capture.ts';
import { readPackets, type Packet } from './capture/packets.ts';
import { clients, whenAll, type Held, type LabClient, type Wish } from './clients/index.ts';
import { startDaemon, type Daemon } from './daemon/daemon.ts';
import { withLab } from './mocha-lab.ts';
import { startDhcpd } from './moving-in/isc.ts';
import { startKea, type OtherServer } from './moving-in/kea.ts';
import { livesShortly } from './moving-in/short-life.ts';
import type { Lab } from './network/lab.ts';
import { routerPorts, startRelay } from './network/relay.ts';
import { run } from './process/run.ts';

const twinlease = fileURLToPath(new URL('../../dist/twinlease', import.meta.url));
const wishes: readonly Wish[] = ['address', 'prefix'];

interface Case {
  readonly name: string;
  readonly command: 'kea' | 'isc';
  readonly start: (lab: Lab) => Promise<OtherServer>;
  /** What its files don't say. */
  readonly said: readonly string[];
}

const cases: readonly Case[] = [
  { name: 'Kea', command: 'kea', start: startKea, said: [] },
  {
    name: 'ISC dhcpd',
    command: 'isc',
    start: startDhcpd,
    said: ['--on', 'lan1=2001:db8:1::/64', 'uplink=2001:db8:ffff::/64'],
  },
];

/** What the lab reads of `twinlease import ... --json`. */
interface Moved {
  readonly provisioning: string;
  readonly leases: string;
  readonly serverDuid?: string;
}

interface Kept {
  readonly client: LabClient;
  readonly before: Held;
  /** How many events there were when the other server was gone. */
  from: number;
}

for (const { name, command, start, said } of cases) {
  describe(`moving in from ${name}`, () => {
    const kept: Kept[] = [];
    let daemon: Daemon;
    let lab: Lab;
    let declined = '';
    let capture: Awaited<ReturnType<typeof startCapture>>;

    withLab(async (made) => {
      lab = made;
      const other = await start(lab);
      await startRelay(lab.router, routerPorts, lab.directory);
      declined = await livesShortly(await lab.addMachine('decliner', 'lan'), 77, 'declined');
      await livesShortly(await lab.addMachine('leaver', 'lan'), 78, 'released');
      for (const [i, lan] of (['lan', 'remote'] as const).entries()) {
        const machine = await lab.addMachine(`client-${String(i)}`, lan);
        const client = clients.dhclient(machine, wishes);
        kept.push({ client, before: await whenAll(client, 'bound', wishes, { withinMs: 20_000 }), from: 0 });
      }
      await other.program.end();
      for (const one of kept) one.from = one.client.events.entries.length;
      const folder = join(lab.directory, 'moved');
      const moved = JSON.parse(await run([twinlease, 'import', command, other.configuration, other.leases, '--out', folder, '--json', ...said])) as Moved;
      assert.ok(moved.serverDuid !== undefined);
      await run([twinlease, 'import', moved.leases, '--complete', '--server-duid', moved.serverDuid, '--state', join(lab.directory, 'state')]);
      capture = await startCapture(lab.box, 'lan1', lab.directory);
      daemon = await startDaemon(lab, moved.provisioning);
    });

    it('its clients renew what they have, on the LAN and behind the relay', async () => {
      for (const { client, before, from } of kept) {
        assert.deepEqual(await whenAll(client, 'renewed', wishes, { from, withinMs: 30_000 }), before);
      }
    });

    it('they do so at Renew: the daemon has the DUID that they know', async () => {
      const packets = await readPackets(await capture.stop());
      const sent = (packet: Packet): number => packet.messageTypes.at(-1) ?? 0;
      const [renew, reply, rebind] = [5, 7, 6];
      assert.ok(packets.some((packet) => sent(packet) === renew));
      assert.ok(packets.some((packet) => sent(packet) === reply));
      assert.ok(!packets.some((packet) => sent(packet) === rebind));
    });

    it('a new client gets leases that nobody holds', async () => {
      const client = clients.dhclient(await lab.addMachine('newcomer', 'lan'), wishes);
      const got = await whenAll(client, 'bound', wishes, { withinMs: 15_000 });
      const held = kept.flatMap(({ before }) => [before.address, before.prefix]);
      assert.ok(!held.includes(got.address) && !held.includes(got.prefix));
    });

    it('the address that a client had declined is given to nobody', async () => {
      assert.equal((await daemon.leases()).find(({ lease }) => lease === declined)?.status, 'ABANDONED');
    });
  });
}
