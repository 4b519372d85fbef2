// Relays that Debian's cannot be: on layer 2, and with a port of their own. Their datagrams are made here.

import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import { MessageType, OptionCode } from '../../src/wire/index.ts';
import { startDaemon } from './daemon/daemon.ts';
import { writeProvisioning } from './daemon/provisioning.ts';
import { readMessage } from './durability/message.ts';
import { withLab } from './mocha-lab.ts';
import { association, duidOf, message, option, relayForward } from './network/datagram.ts';
import { place } from './network/lab.ts';
import { openUdpPort, type Destination, type Received, type UdpPort } from './network/udp-port.ts';

const box: Destination = { address: place.boxOnUplink, port: 547 };

describe('a relay', () => {
  /** Of the lab's router, towards the box. */
  let usual: UdpPort;
  let own: UdpPort;

  withLab(async (lab) => {
    const provisioning = `${lab.directory}/provisioning.yaml`;
    writeProvisioning(provisioning, { remote: ['relay: { interface-ids: ["port-7"] }'] });
    await startDaemon(lab, provisioning);
    [usual, own] = await Promise.all([openUdpPort(lab.router, 547, 'wan'), openUdpPort(lab.router, 1_547, 'wan')]);
  });
  after(() => {
    usual.close();
    own.close();
  });

  it('on layer 2, which has no address, is known by its Interface-Id', async () => {
    const header = { hopCount: 0, link: '::', peer: 'fe80::7' };
    const solicit = solicitOf(70);
    const answer = await answerTo(usual, relayForward(header, interfaceId('port-7'), option(OptionCode.RELAY_MSG, solicit)), 70);
    assert.match(answer.lease, /^20010db80002/);
    assert.ok(answer.bytes.includes(interfaceId('port-7')));
  });

  it('on layer 2 below another relay gets its own level back', async () => {
    const lower = relayForward({ hopCount: 0, link: '::', peer: 'fe80::8' }, interfaceId('slot 3'), option(OptionCode.RELAY_MSG, solicitOf(80)));
    const header = { hopCount: 1, link: place.routerOnRemote, peer: 'fe80::9' };
    const answer = await answerTo(usual, relayForward(header, interfaceId('outer'), option(OptionCode.RELAY_MSG, lower)), 80);
    assert.match(answer.lease, /^20010db80002/);
    assert.ok(answer.bytes.includes(interfaceId('slot 3')));
    assert.ok(answer.bytes.includes(interfaceId('outer')));
  });

  it('with a port of its own (RFC 8357) is answered there, and gets the option back', async () => {
    const relayPort = option(OptionCode.RELAY_PORT, Buffer.from([0, 0]));
    const header = { hopCount: 0, link: place.routerOnRemote, peer: 'fe80::a' };
    const answer = await answerTo(own, relayForward(header, relayPort, option(OptionCode.RELAY_MSG, solicitOf(90))), 90);
    assert.match(answer.lease, /^20010db80002/);
    assert.ok(answer.bytes.includes(relayPort));
  });

  it('with a port of its own that does not say so is answered on port 547', async () => {
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
