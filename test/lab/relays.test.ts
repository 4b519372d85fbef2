// Relays of every kind: nested, on layer 2, with ports of their own.

import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import { MessageType, OptionCode } from '../../src/wire/index.ts';
import { startCapture } from './capture/capture.ts';
import { badExchanges, exchangesIn } from './capture/exchanges.ts';
import { malformedPackets, readPackets } from './capture/packets.ts';
import { clients, whenAll } from './clients/index.ts';
import { startDaemon, type Daemon } from './daemon/daemon.ts';
import { writeProvisioning } from './daemon/provisioning.ts';
import { readMessage } from './durability/message.ts';
import { withLab } from './mocha-lab.ts';
import { association, duidOf, message, option, relayForward } from './network/datagram.ts';
import { place, type Lab } from './network/lab.ts';
import { routerPorts, startRelay } from './network/relay.ts';
import { openUdpPort, type Destination, type Received, type UdpPort } from './network/udp-port.ts';

const box: Destination = { address: place.boxOnUplink, port: 547 };

describe('relays', () => {
  let lab: Lab;
  let daemon: Daemon;
  const ports: UdpPort[] = [];

  withLab(async (made) => {
    lab = made;
    const provisioning = `${lab.directory}/provisioning.yaml`;
    writeProvisioning(provisioning, { remote: ['relay: { interface-ids: ["port-7"] }'] });
    daemon = await startDaemon(lab, provisioning);
  });
  after(() => {
    for (const port of ports) port.close();
  });

  async function open(namespace: Lab['box'], port: number, interfaceName: string): Promise<UdpPort> {
    const opened = await openUdpPort(namespace, port, interfaceName);
    ports.push(opened);
    return opened;
  }

  it('two dhcrelays in a row, both with an Interface-Id, serve a client behind both', async () => {
    const inner = await lab.addMachine('inner', 'remote');
    await lab.plug(inner.namespace, 'deep', 'deep');
    await inner.namespace.ip([
      `address add ${place.innerOnRemote}/64 dev eth0`,
      `address add ${place.innerOnDeep}/64 dev deep`,
    ]);
    const capture = await startCapture(lab.box, 'uplink', lab.directory);
    const lower = { lower: 'deep', upper: `${place.routerOnRemote}%eth0` };
    const relays = await Promise.all([
      startRelay(lab.router, routerPorts, lab.directory, ['-I']),
      startRelay(inner.namespace, lower, lab.directory, ['-I']),
    ]);
    const client = clients.dhclient(await lab.addMachine('far', 'deep'), ['address']);
    const { address } = await whenAll(client, 'bound', ['address'], { withinMs: 15_000 });
    assert.match(address ?? '', /^2001:db8:3::1[0-9a-f]{3}$/);
    await client.release();
    await daemon.untilNoneIsLive();
    // The next tests are relays themselves, at the same port.
    await Promise.all(relays.map((relay) => relay.end()));

    const file = await capture.stop();
    const packets = await readPackets(file);
    assert.deepEqual(await malformedPackets(file), []);
    assert.ok(packets.length >= 6);
    for (const { messageTypes, hopCounts } of packets) {
      assert.equal(messageTypes.length, 3);
      assert.deepEqual(hopCounts, [1, 0]);
    }
    assert.deepEqual(exchangesIn(packets).flatMap(badExchanges), []);
  });

  it('a relay on layer 2, which has no address, is known by its Interface-Id', async () => {
    const port = await open(lab.router, 547, 'wan');
    const header = { hopCount: 0, link: '::', peer: 'fe80::7' };
    const solicit = solicitOf(70);
    const answer = await answerTo(port, relayForward(header, interfaceId('port-7'), option(OptionCode.RELAY_MSG, solicit)), 70);
    assert.match(answer.lease, /^20010db80002/);
    assert.ok(answer.bytes.includes(interfaceId('port-7')));
  });

  it('a relay on layer 2 below another relay gets its own level back', async () => {
    const port = ports[0];
    assert.ok(port !== undefined);
    const lower = relayForward({ hopCount: 0, link: '::', peer: 'fe80::8' }, interfaceId('slot 3'), option(OptionCode.RELAY_MSG, solicitOf(80)));
    const header = { hopCount: 1, link: place.routerOnRemote, peer: 'fe80::9' };
    const answer = await answerTo(port, relayForward(header, interfaceId('outer'), option(OptionCode.RELAY_MSG, lower)), 80);
    assert.match(answer.lease, /^20010db80002/);
    assert.ok(answer.bytes.includes(interfaceId('slot 3')));
    assert.ok(answer.bytes.includes(interfaceId('outer')));
  });

  it('a relay with a port of its own (RFC 8357) is answered there, and gets the option back', async () => {
    const port = await open(lab.router, 1_547, 'wan');
    const relayPort = option(OptionCode.RELAY_PORT, Buffer.from([0, 0]));
    const header = { hopCount: 0, link: place.routerOnRemote, peer: 'fe80::a' };
    const answer = await answerTo(port, relayForward(header, relayPort, option(OptionCode.RELAY_MSG, solicitOf(90))), 90);
    assert.match(answer.lease, /^20010db80002/);
    assert.ok(answer.bytes.includes(relayPort));
  });

  it('a relay with a port of its own that does not say so is answered on port 547', async () => {
    const own = ports[1];
    const usual = ports[0];
    assert.ok(own !== undefined && usual !== undefined);
    const header = { hopCount: 0, link: place.routerOnRemote, peer: 'fe80::b' };
    const heard = nextFor(usual, 100);
    await own.send(relayForward(header, option(OptionCode.RELAY_MSG, solicitOf(100))), box);
    await heard;
  });

  interface RelayedAnswer {
    readonly bytes: Buffer;
    /** The first lease in it, in hex. */
    readonly lease: string;
  }

  async function answerTo(port: UdpPort, datagram: Buffer, transactionId: number): Promise<RelayedAnswer> {
    const heard = nextFor(port, transactionId);
    await port.send(datagram, box);
    return await heard;
  }

  function nextFor(port: UdpPort, transactionId: number): Promise<RelayedAnswer> {
    return port.received.next({
      what: `the answer to transaction ${transactionId}`,
      withinMs: 5_000,
      match: (received) => relayedAnswer(received, transactionId),
    });
  }

  function relayedAnswer({ bytes, from }: Received, transactionId: number): RelayedAnswer | undefined {
    const octets = Buffer.from(bytes);
    const read = readMessage(octets);
    const exchange = transactionId.toString(16).padStart(6, '0');
    if (read?.exchange.startsWith(exchange) !== true) return undefined;
    assert.equal(octets.readUInt8(0), MessageType.RELAY_REPL);
    assert.equal(read.type, MessageType.ADVERTISE);
    assert.equal(from.address, place.boxOnUplink);
    return { bytes: octets, lease: read.leases[0]?.name ?? '' };
  }
});

function solicitOf(client: number): Buffer {
  return message(MessageType.SOLICIT, client, option(OptionCode.CLIENTID, duidOf(client)), association(OptionCode.IA_NA, 1));
}

function interfaceId(text: string): Buffer {
  return option(OptionCode.INTERFACE_ID, Buffer.from(text));
}
