// Bulk and active leasequery over real connections, in the clear and with TLS; tshark reads what can be read.

import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import { Message, Query, Status, type Reply } from '../../conformance/leasequery/requestor.ts';
import { startCapture, type Capture } from '../capture/capture.ts';
import { connectionMessages, malformedPackets } from '../capture/packets.ts';
import { startDaemon, type Daemon } from '../daemon/daemon.ts';
import { writeProvisioning } from '../daemon/provisioning.ts';
import { withLab } from '../mocha-lab.ts';
import { program } from '../pair/subjects/twinlease.ts';
import { run } from '../process/run.ts';
import { duidOf } from '../network/datagram.ts';
import { place, type Lab } from '../network/lab.ts';
import { openUdpPort, type UdpPort } from '../network/udp-port.ts';
import { box, relayId, relayedClient, type RelayedClient } from './relayed-client.ts';
import { openTcpRequestor, type TcpRequestor } from './tcp-requestor.ts';

const onLink = { query: { type: Query.link, link: '2001:db8:2::1' } } as const;

describe('leasequery by TCP', function () {
  this.timeout(60_000);
  let lab: Lab;
  let daemon: Daemon;
  let relay: UdpPort;
  let capture: Capture;
  let first: RelayedClient;
  let leases: readonly string[];
  const requestors: TcpRequestor[] = [];

  withLab(async (opened) => {
    lab = opened;
    const provisioning = `${lab.directory}/provisioning.yaml`;
    writeProvisioning(provisioning, { top: ['leasequery: { requestors: [2001:db8:ffff::2], tcp: { security: insecure, active: true } }'] });
    daemon = await startDaemon(lab, provisioning);
    relay = await openUdpPort(lab.router, 547, 'wan');
    capture = await startCapture(lab.router, 'wan', lab.directory, 'tcp port 547');
    first = relayedClient(relay, 1);
    leases = await first.request();
    await relayedClient(relay, 2).request();
  });
  after(() => {
    relay.close();
    for (const requestor of requestors) requestor.close();
  });

  it('[O-10] tells of all clients on a link, and of those behind a relay agent', async () => {
    const requestor = await come();
    // With a base time, as tshark 4.0 takes a LEASEQUERY-DONE without any option, which is what RFC 5460 5.2.2 wants, for malformed.
    requestor.ask({ ...onLink, transactionId: 1, request: [100] });
    assert.deepEqual(clientsIn(await requestor.until(1, Message.LEASEQUERY_DONE)), [1, 2]);
    requestor.ask({ transactionId: 2, query: { type: Query.relayId, relayId, request: [47, 100] } });
    const told = await requestor.until(2, Message.LEASEQUERY_DONE);
    assert.deepEqual(clientsIn(told), [1, 2]);
    assert.ok(told[0]?.clients[0]?.relay !== undefined);
    requestor.ask({ transactionId: 3, query: { type: Query.remoteId, remoteId: '0000000901' } });
    assert.deepEqual((await requestor.until(3, Message.LEASEQUERY_REPLY)).map(({ clients }) => clients), [[]]);
    requestor.ask({ transactionId: 4, query: { type: Query.link, link: '2001:db8:99::1' } });
    assert.equal((await requestor.until(4, Message.LEASEQUERY_REPLY))[0]?.status?.code, Status.NotConfigured);
  });

  it('[O-11] tells of a lease when it is given, and when it is given back', async () => {
    const requestor = await come();
    requestor.ask({ type: Message.ACTIVELEASEQUERY, transactionId: 5, request: [100] });
    await requestor.until(5, Message.LEASEQUERY_REPLY);
    const third = relayedClient(relay, 3);
    const given = await third.request();
    const what = (valid: (left: number) => boolean) => ({
      what: 'the change to be told',
      withinMs: 10_000,
      match: ({ clients: [client] }: Reply) => (client?.clientId === duidOf(3).toString('hex') && client.leases.some((lease) => valid(lease.valid)) ? true : undefined),
    });
    await requestor.replies.next(what((left) => left > 0));
    await third.release(given);
    await requestor.replies.next(what((left) => left === 0));
    await first.release(leases);
    assert.match(await daemon.ask(['show', 'leasequery']), /2001:db8:ffff::2 +\d+ +active +\d+s +\d+ +0/);
  });

  it('[O-10, O-11] is read by tshark without a malformed mark', async () => {
    const file = await capture.stop();
    const read = await connectionMessages(file);
    for (const type of [Message.LEASEQUERY, Message.LEASEQUERY_REPLY, Message.LEASEQUERY_DATA, Message.LEASEQUERY_DONE, Message.ACTIVELEASEQUERY]) {
      assert.ok(read.includes(type), `message type ${type} is among ${read.join(', ')}`);
    }
    assert.deepEqual(await malformedPackets(file, `dhcpv6.bulk_leasequery && ipv6.src == ${place.boxOnUplink}`), []);
  });

  it('[O-11] with TLS answers a requestor by its certificate', async () => {
    const identity = `${lab.directory}/requestor`;
    await run([program, 'identity', 'new', '--name', 'requestor', '--out', lab.directory]);
    const sha256 = /SHA-256\s+((?:[0-9A-F]{2}:?\s*){32})/.exec(await run([program, 'identity', 'show', `${identity}.crt`]))?.[1]?.replaceAll(/\s/g, '') ?? '';
    const provisioning = `${lab.directory}/provisioning.yaml`;
    writeProvisioning(provisioning, { top: [`leasequery: { requestors: [{ address: 2001:db8:ffff::2, certificate: "${sha256}" }], tcp: { port: 1547 } }`] });
    await daemon.ask(['reload']);
    const requestor = await openTcpRequestor(lab.router, { ...box, port: 1_547 }, { key: `${identity}.key`, certificate: `${identity}.crt` });
    requestors.push(requestor);
    requestor.ask({ ...onLink, transactionId: 6 });
    assert.ok(clientsIn(await requestor.until(6, Message.LEASEQUERY_DONE)).includes(2));
    await assert.rejects(openTcpRequestor(lab.router, box), 'nobody listens at the former port');
  });

  async function come(): Promise<TcpRequestor> {
    const requestor = await openTcpRequestor(lab.router, box);
    requestors.push(requestor);
    return requestor;
  }
});

function clientsIn(replies: readonly Reply[]): readonly number[] {
  return replies.flatMap(({ clients }) => clients.map(({ clientId }) => Number.parseInt(clientId.slice(-8), 16))).sort();
}
