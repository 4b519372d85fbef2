// A client behind two of Debian's relays in a row.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { startCapture } from './capture/capture.ts';
import { badExchanges, exchangesIn } from './capture/exchanges.ts';
import { malformedPackets, readPackets, type Packet } from './capture/packets.ts';
import { clients, whenAll } from './clients/index.ts';
import { startDaemon } from './daemon/daemon.ts';
import { writeProvisioning } from './daemon/provisioning.ts';
import { withLab } from './mocha-lab.ts';
import { place } from './network/lab.ts';
import { routerPorts, startRelay } from './network/relay.ts';

describe('two dhcrelays in a row, both with an Interface-Id', () => {
  let address: string | undefined;
  let recording = '';
  let packets: readonly Packet[] = [];

  withLab(async (lab) => {
    const provisioning = `${lab.directory}/provisioning.yaml`;
    writeProvisioning(provisioning);
    const daemon = await startDaemon(lab, provisioning);
    const inner = await lab.addMachine('inner', 'remote');
    await lab.plug(inner.namespace, 'deep', 'deep');
    await inner.namespace.ip([
      `address add ${place.innerOnRemote}/64 dev eth0`,
      `address add ${place.innerOnDeep}/64 dev deep`,
    ]);
    const capture = await startCapture(lab.box, 'uplink', lab.directory);
    const innerPorts = { lower: 'deep', upper: `${place.routerOnRemote}%eth0` };
    await Promise.all([
      startRelay(lab.router, routerPorts, lab.directory, ['-I']),
      startRelay(inner.namespace, innerPorts, lab.directory, ['-I']),
    ]);
    const client = clients.dhclient(await lab.addMachine('far', 'deep'), ['address']);
    ({ address } = await whenAll(client, 'bound', ['address'], { withinMs: 15_000 }));
    await client.release();
    await daemon.untilNoneIsLive();
    recording = await capture.stop();
    packets = await readPackets(recording);
  });

  it('serve a client of the innermost link', () => {
    assert.match(address ?? '', /^2001:db8:3::1[0-9a-f]{3}$/);
  });

  it('get each level back as it was', async () => {
    // Solicit, Advertise, Request, Reply, Release, Reply
    assert.ok(packets.length >= 6);
    for (const { messageTypes, hopCounts, interfaceIds } of packets) {
      assert.equal(messageTypes.length, 3);
      assert.deepEqual(hopCounts, [1, 0]);
      assert.equal(interfaceIds.length, 2);
    }
    assert.deepEqual(exchangesIn(packets).flatMap(badExchanges), []);
    assert.deepEqual(await malformedPackets(recording), []);
  });
});
