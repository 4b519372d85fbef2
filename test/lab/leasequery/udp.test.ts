// Requestors of their own on real sockets, and tshark, which shares no code with us, as a reader of what they get.

import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import { Message, Query, Status, addressIn, full, leasequery, readReply, type Asked, type Reply } from '../../conformance/leasequery/requestor.ts';
import { malformedPackets, readPackets } from '../capture/packets.ts';
import { startCapture, type Capture } from '../capture/capture.ts';
import { startDaemon, type Daemon } from '../daemon/daemon.ts';
import { writeProvisioning } from '../daemon/provisioning.ts';
import { withLab } from '../mocha-lab.ts';
import { duidOf } from '../network/datagram.ts';
import { place } from '../network/lab.ts';
import { openUdpPort, type Received, type UdpPort } from '../network/udp-port.ts';
import { box, relayedClient } from './relayed-client.ts';

describe('leasequery by UDP', function () {
  this.timeout(30_000);
  let daemon: Daemon;
  let relay: UdpPort;
  let requestor: UdpPort;
  let capture: Capture;
  /** Of client 1, hexadecimal with the length as an octet at the end: an address and a prefix. */
  let leases: readonly string[];

  withLab(async (lab) => {
    const provisioning = `${lab.directory}/provisioning.yaml`;
    writeProvisioning(provisioning, { top: ['leasequery: { requestors: [2001:db8:ffff::2] }'] });
    daemon = await startDaemon(lab, provisioning);
    [relay, requestor] = await Promise.all([openUdpPort(lab.router, 547, 'wan'), openUdpPort(lab.router, 41_000, 'wan')]);
    capture = await startCapture(lab.router, 'wan', lab.directory);
    leases = await relayedClient(relay, 1).request();
  });
  after(() => {
    relay.close();
    requestor.close();
  });

  it('[O-9] tells what a client has, and by which relay agents it was heard', async () => {
    const [address = ''] = leases;
    const reply = await ask({ transactionId: 1, query: { type: Query.address, address: addressIn(Buffer.from(address.slice(0, 32), 'hex')), request: [47] } });
    assert.equal(reply.type, Message.LEASEQUERY_REPLY);
    const [client] = reply.clients;
    assert.equal(client?.clientId, duidOf(1).toString('hex'));
    assert.deepEqual(client.leases.map(({ lease }) => lease).sort(), leases.map(nameOf).sort());
    assert.ok(client.leases.every(({ preferred, valid }) => valid > 50 && valid <= 60 && preferred > 30 && preferred <= 40));
    assert.equal(client.relay?.peer, full(place.routerOnUplink));
    assert.match(client.relay.message, /^0c00/);
  });

  it('[O-9] finds a client by its DUID, refuses what is for TCP, and a stranger', async () => {
    const reply = await ask({ transactionId: 2, query: { type: Query.clientId, clientId: duidOf(1).toString('hex') } });
    assert.equal(reply.clients[0]?.leases.length, 2);
    assert.equal((await ask({ transactionId: 3, query: { type: Query.link, link: '2001:db8:2::1' } })).status?.code, Status.NotAllowed);
    assert.equal((await ask({ transactionId: 4, query: { type: 77 } })).status?.code, Status.UnknownQueryType);
    assert.equal((await ask({ transactionId: 5, query: { type: Query.clientId, clientId: '000301' } })).clients.length, 0);
    const counters = JSON.parse(await daemon.ask(['show', 'counters', '--json'])) as Record<string, number>;
    assert.equal(counters['leasequery.answered'], 3);
    assert.equal(counters['leasequery.refused.not-allowed'], 1);
  });

  it('[O-9] is read by tshark without a malformed mark', async () => {
    const file = await capture.stop();
    const packets = await readPackets(file);
    const replies = packets.filter(({ messageTypes }) => messageTypes[0] === Message.LEASEQUERY_REPLY);
    assert.equal(replies.length, 5);
    assert.deepEqual(replies[0]?.optionCodes, [2, 1, 45, 1, 5, 26, 46, 47]);
    assert.deepEqual(await malformedPackets(file, `dhcpv6 && ipv6.src == ${place.boxOnUplink}`), []);
  });

  async function ask(asked: Asked): Promise<Reply> {
    await requestor.send(leasequery(asked), box);
    return await requestor.received.next({ what: `the reply to ${asked.transactionId}`, match: (received) => replyTo(received, asked.transactionId) });
  }

  function replyTo({ bytes, from }: Received, transactionId: number | undefined): Reply | undefined {
    assert.deepEqual(from, box);
    const reply = readReply(bytes);
    return reply.transactionId === transactionId ? reply : undefined;
  }
});

function nameOf(octets: string): string {
  const length = Number.parseInt(octets.slice(32), 16);
  return addressIn(Buffer.from(octets.slice(0, 32), 'hex')) + (length === 128 ? '' : `/${length}`);
}
