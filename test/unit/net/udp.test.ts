import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { ALL_DHCP_RELAY_AGENTS_AND_SERVERS, ALL_DHCP_SERVERS } from '../../../src/wire/index.ts';
import type { Address } from '../../../src/wire/index.ts';
import { describeInNamespace } from './in-namespace.ts';
import { CLIENT_PORT, numbered, Recorder, SERVER_PORT } from './udp-recorder.ts';
import { addCable, addressOf, ip, linkLocalOf, skipAddressDetection } from './veth.ts';

describeInNamespace(import.meta.url, 'client-facing UDP', ({ test, before, after, beforeEach, afterEach }) => {
  let recorder: Recorder;
  let serverAddress: Address;
  let clientAddress: Address;
  before(async () => {
    skipAddressDetection();
    ip('link set lo up');
    addCable('server0', 'client0');
    serverAddress = await linkLocalOf('server0');
    clientAddress = await linkLocalOf('client0');
  });
  after(() => {
    ip('link delete server0');
  });
  beforeEach(() => {
    recorder = new Recorder();
  });
  afterEach(() => {
    recorder.hub.close();
  });

  test('[S-VAL-13] tells sender, port and whether the datagram was multicast, for both groups of DHCPv6', async () => {
    recorder.open('server0', SERVER_PORT);
    const client = recorder.open('client0', CLIENT_PORT);
    client.queue(numbered(1), ALL_DHCP_RELAY_AGENTS_AND_SERVERS, SERVER_PORT);
    client.queue(numbered(2), ALL_DHCP_SERVERS, SERVER_PORT);
    client.queue(numbered(3), serverAddress, SERVER_PORT);
    await recorder.until(() => recorder.heardBy('server0').length === 3);
    const common = { peer: clientAddress, peerPort: CLIENT_PORT, isTruncated: false };
    assert.deepEqual(recorder.heardBy('server0'), [
      { bytes: numbered(1), isMulticast: true, ...common },
      { bytes: numbered(2), isMulticast: true, ...common },
      { bytes: numbered(3), isMulticast: false, ...common },
    ]);
  });

  test('gives the port that a relay sent from, and answers to it', async () => {
    const server = recorder.open('server0', SERVER_PORT);
    const relay = createSocket('udp6');
    relay.bind(0, '::');
    await once(relay, 'listening');
    relay.setMulticastInterface('::%client0');
    relay.send('from a relay', SERVER_PORT, 'ff02::1:2%client0');
    await recorder.until(() => recorder.heardBy('server0').length === 1);
    const [heard] = recorder.heardBy('server0');
    assert.ok(heard !== undefined);
    assert.equal(heard.peerPort, relay.address().port);
    server.queue(new TextEncoder().encode('to a relay'), heard.peer, heard.peerPort);
    const [answer, from] = (await once(relay, 'message')) as [Buffer, { port: number; address: string }];
    assert.equal(answer.toString(), 'to a relay');
    assert.equal(from.port, SERVER_PORT);
    relay.close();
  });

  test('receives and sends the largest datagram whole, and an empty one', async () => {
    const server = recorder.open('server0', SERVER_PORT);
    const client = recorder.open('client0', CLIENT_PORT);
    const largest = Uint8Array.from({ length: 65_527 }, (_, i) => i % 251);
    client.queue(largest, serverAddress, SERVER_PORT);
    client.queue(new Uint8Array(0), serverAddress, SERVER_PORT);
    server.queue(largest, clientAddress, CLIENT_PORT);
    await recorder.until(() => recorder.heardBy('server0').length === 2 && recorder.heardBy('client0').length === 1);
    const [large, empty] = recorder.heardBy('server0');
    assert.deepEqual(large?.bytes, largest);
    assert.equal(large.isTruncated, false);
    assert.equal(empty?.bytes.length, 0);
    assert.deepEqual(recorder.heardBy('client0')[0]?.bytes, largest);
  });

  test('hands over at most 64 datagrams a call and 512 a round, in order, and says once when a round is over', async () => {
    recorder.open('server0', SERVER_PORT);
    const client = recorder.open('client0', CLIENT_PORT);
    for (let i = 0; i < 1000; i++) client.queue(numbered(i), serverAddress, SERVER_PORT);
    recorder.hub.flush();
    await recorder.until(() => recorder.heardBy('server0').length === 1000);
    const batches = (count: number): string[] => Array.from({ length: count }, () => 'server0:64');
    assert.deepEqual(recorder.events, [...batches(8), 'drained', ...batches(7), 'server0:40', 'drained']);
    assert.deepEqual(
      recorder.heardBy('server0').map(({ bytes }) => bytes),
      Array.from({ length: 1000 }, (_, i) => numbered(i)),
    );
  });

  test('says that a round is over after all sockets had their turn', async () => {
    const server = recorder.open('server0', SERVER_PORT);
    const client = recorder.open('client0', CLIENT_PORT);
    for (let i = 0; i < 70; i++) {
      client.queue(numbered(i), serverAddress, SERVER_PORT);
      server.queue(numbered(i), clientAddress, CLIENT_PORT);
    }
    recorder.hub.flush();
    await recorder.until(() => recorder.events.includes('drained'));
    assert.deepEqual(recorder.events.toSorted(), ['client0:6', 'client0:64', 'drained', 'server0:6', 'server0:64']);
    assert.equal(recorder.events.at(-1), 'drained');
  });

  test('passes over a datagram that cannot be sent, counts it by the name of its error, and sends the others', async () => {
    recorder.open('server0', SERVER_PORT);
    const client = recorder.open('client0', CLIENT_PORT);
    const unreachable = addressOf('2001:db8::1');
    client.queue(numbered(1), unreachable, SERVER_PORT);
    client.queue(numbered(2), serverAddress, SERVER_PORT);
    client.queue(numbered(3), unreachable, SERVER_PORT);
    client.queue(numbered(4), unreachable, SERVER_PORT);
    client.queue(new Uint8Array(65_528), serverAddress, SERVER_PORT);
    client.queue(new Uint8Array(300_000), serverAddress, SERVER_PORT);
    client.queue(numbered(5), serverAddress, 0);
    client.queue(numbered(6), serverAddress, SERVER_PORT);
    await recorder.until(() => recorder.heardBy('server0').length === 2);
    assert.deepEqual(
      recorder.heardBy('server0').map(({ bytes }) => bytes[1]),
      [2, 6],
    );
    const { sent, sendErrors } = client.counters();
    assert.equal(sent, 2);
    assert.deepEqual(Object.fromEntries(sendErrors), { ENETUNREACH: 3, EMSGSIZE: 2, EINVAL: 1 });
  });

  test('drops and counts as EAGAIN what the interface does not take, and goes on with the other sockets', async () => {
    // Nobody answers for this neighbour, so its datagrams stay in the socket's send buffer.
    const client = recorder.open('client0', CLIENT_PORT, { send: 1 });
    const other = recorder.open('client0', CLIENT_PORT + 1, { name: 'other' });
    recorder.open('server0', SERVER_PORT);
    for (let i = 0; i < 20; i++) client.queue(numbered(i, 1200), addressOf('fe80::dead'), SERVER_PORT);
    other.queue(numbered(1), serverAddress, SERVER_PORT);
    await recorder.until(() => recorder.heardBy('server0').length === 1);
    const { sent, sendErrors } = client.counters();
    assert.deepEqual([...sendErrors.keys()], ['EAGAIN']);
    assert.equal(sent + (sendErrors.get('EAGAIN') ?? 0), 20);
    assert.ok(sent >= 1 && sent < 10, `${sent} datagrams fit into the send buffer`);
    assert.equal(other.counters().sendErrors.size, 0);
  });

  test('counts exactly what the kernel dropped because the receive buffer was full', async () => {
    const server = recorder.open('server0', SERVER_PORT, { receive: 8192 });
    const client = recorder.open('client0', CLIENT_PORT);
    for (let i = 0; i < 640; i++) client.queue(numbered(i), serverAddress, SERVER_PORT);
    recorder.hub.flush();
    await recorder.until(() => recorder.heardBy('server0').length > 0);
    const { received, kernelDrops } = server.counters();
    assert.equal(received, recorder.heardBy('server0').length);
    assert.ok(kernelDrops > 0);
    assert.equal(received + kernelDrops, 640);
    server.close();
    assert.equal(server.counters().kernelDrops, kernelDrops);
  });

  test('grants the receive buffer that was asked for, beyond the limit of ordinary programs', () => {
    assert.equal(recorder.open('server0', SERVER_PORT, { receive: 16 << 20 }).receiveBufferBytes, 16 << 20);
  });
});
