// Bad input by real packets. After each kind a real client is still served, by the same process, in bounded memory.

import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import { startCapture, type Capture } from './capture/capture.ts';
import { malformedPackets } from './capture/packets.ts';
import { clients, whenAll } from './clients/index.ts';
import { startDaemon, type Daemon } from './daemon/daemon.ts';
import { writeProvisioning } from './daemon/provisioning.ts';
import { answerable, hostilePackets } from './hostile/packets.ts';
import { withLab } from './mocha-lab.ts';
import type { Lab, Machine } from './network/lab.ts';
import { openUdpPort, type UdpPort } from './network/udp-port.ts';

/** Clients that only ask; TWINLEASE_LAB_FLOOD=1000000 makes it a million, which takes a minute more. */
const floodCount = Number(process.env['TWINLEASE_LAB_FLOOD'] ?? 200_000);
const takers = 20_000;
const mebibyte = 1 << 20;
/** What the daemon may have of a device with 256 MiB, whatever is done to it. */
const memoryLimit = 192 * mebibyte;
/** How much more a second flood may take than the first: what grows without a bound would take as much again. */
const secondFloodLimit = 16 * mebibyte;

describe('hostile packets', () => {
  let lab: Lab;
  let daemon: Daemon;
  let honest: Machine;
  let attacker: UdpPort;
  let capture: Capture;

  withLab(async (made) => {
    lab = made;
    const provisioning = `${lab.directory}/provisioning.yaml`;
    // With the greatest preference a client does not wait for other servers.
    writeProvisioning(provisioning, { server: ['preference: 255'] });
    daemon = await startDaemon(lab, provisioning);
    honest = await lab.addMachine('honest', 'lan');
    attacker = await openUdpPort((await lab.addMachine('attacker', 'lan')).namespace, 546);
    capture = await startCapture(lab.box, 'lan1', lab.directory);
    await servesAClient();
  });
  after(() => attacker.close());

  async function servesAClient(): Promise<void> {
    const client = clients.dhcp6c(honest, ['address', 'prefix']);
    await whenAll(client, 'bound', ['address', 'prefix'], { withinMs: 15_000 });
    await client.release();
  }

  function memoryIsBounded(): void {
    const { peak } = daemon.memory();
    assert.ok(peak <= memoryLimit, `it had ${Math.round(peak / mebibyte)} MiB at its peak`);
  }

  for (const [kind, packets] of Object.entries(hostilePackets)) {
    it(`after ${kind}`, async () => {
      for (const packet of packets) await attacker.send(packet);
      await servesAClient();
      memoryIsBounded();
    });
  }

  it('after packets from port 0', async () => {
    for (const packet of answerable) await attacker.sendRaw(packet, 0);
    await servesAClient();
    memoryIsBounded();
  });

  it('nothing that the box answered is malformed', async () => {
    const file = await capture.stop();
    assert.deepEqual(await malformedPackets(file, 'udp.srcport == 547'), []);
    // tshark does see what is wrong with what the attacker sent.
    assert.notDeepEqual(await malformedPackets(file, 'udp.srcport == 546'), []);
  });

  it(`after Solicits from ${floodCount} DUIDs`, async function () {
    this.timeout(60_000 + floodCount / 5);
    const half = floodCount / 2;
    await attacker.flood({ first: 1_000, count: half, sends: 'solicit' });
    await servesAClient();
    const { peak } = daemon.memory();
    await attacker.flood({ first: 1_000 + half, count: half, sends: 'solicit' });
    await servesAClient();
    const more = daemon.memory().peak - peak;
    assert.ok(more <= secondFloodLimit, `the second half took ${Math.round(more / mebibyte)} MiB more than the first`);
    memoryIsBounded();
  });

  it(`after ${takers} clients took a prefix each and fell silent`, async () => {
    const serverId = await serverIdentifier();
    await attacker.flood({ first: 1_000, count: takers, sends: { requestTo: serverId } });
    await servesAClient();
    memoryIsBounded();
  });

  /** As an Advertise to the attacker has it. */
  async function serverIdentifier(): Promise<Uint8Array> {
    const from = attacker.received.entries.length;
    const [first] = answerable;
    assert.ok(first !== undefined);
    await attacker.send(first);
    return await attacker.received.next({
      what: 'an Advertise',
      from,
      match: ({ bytes }) => serverIdOf(Buffer.from(bytes)),
    });
  }
});

function serverIdOf(advertise: Buffer): Buffer | undefined {
  for (let at = 4; at + 4 <= advertise.length; at += 4 + advertise.readUInt16BE(at + 2)) {
    if (advertise.readUInt16BE(at) === 2) return advertise.subarray(at + 4, at + 4 + advertise.readUInt16BE(at + 2));
  }
  return undefined;
}
