import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { createUdpHub } from '../../../src/net/udp/hub.ts';
import type { UdpHub, UdpSocket } from '../../../src/net/udp/hub.ts';
import type { ReceivedBatch } from '../../../src/net/udp/shared-memory.ts';
import { ALL_DHCP_RELAY_AGENTS_AND_SERVERS, ALL_DHCP_SERVERS } from '../../../src/wire/index.ts';
import type { Address } from '../../../src/wire/index.ts';
import { describeInNamespace } from './in-namespace.ts';
import { addCable, addressOf, copyOf, ip, linkLocalOf, skipAddressDetection, waiter } from './veth.ts';

const SERVER_PORT = 547;
const CLIENT_PORT = 546;

interface Heard {
  readonly bytes: Uint8Array;
  readonly peer: Address;
  readonly peerPort: number;
  readonly isMulticast: boolean;
  readonly isTruncated: boolean;
}

function copyBatch(batch: ReceivedBatch): Heard[] {
  return Array.from({ length: batch.count }, (_, i) => ({
    bytes: batch.payload(i).slice(),
    peer: copyOf(batch.peer(i)),
    peerPort: batch.peerPort(i),
    isMulticast: batch.isMulticast(i),
    isTruncated: batch.isTruncated(i),
  }));
}

/** A hub that writes down what happens, and lets a test wait for it. */
class Recorder {
  readonly events: string[] = [];
  readonly heard = new Map<string, Heard[]>();
  readonly hub: UdpHub = createUdpHub(() => {
    this.events.push('drained');
    this.#waiter.wake();
  });
  readonly #waiter = waiter();
  readonly until = this.#waiter.until;

  open(interfaceName: string, port: number, options: { receive?: number; send?: number; name?: string } = {}): UdpSocket {
    const name = options.name ?? interfaceName;
    const heard: Heard[] = [];
    this.heard.set(name, heard);
    const result = this.hub.open(
      {
        interfaceName,
        port,
        groups: port === SERVER_PORT ? [ALL_DHCP_RELAY_AGENTS_AND_SERVERS, ALL_DHCP_SERVERS] : [],
        receiveBufferBytes: options.receive ?? 4 << 20,
        sendBufferBytes: options.send ?? 1 << 20,
      },
      {
        onBatch: (batch) => {
          this.events.push(`${name}:${batch.count}`);
          heard.push(...copyBatch(batch));
        },
        onFailed: (code) => this.events.push(`${name}:${code}`),
      },
    );
    assert.ok(result.ok, result.ok ? '' : result.reason);
    return result.socket;
  }

  heardBy(name: string): Heard[] {
    return this.heard.get(name) ?? [];
  }
}

function numbered(i: number, length = 100): Uint8Array {
  return new Uint8Array(length).fill(i & 0xff).fill(i >> 8, 0, 1);
}

function unexpected(): void {
  assert.fail('nothing was to be called');
}

function descriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

function virtualMegabytes(): number {
  return Number(/VmSize:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;
}

/** What the memory of all hubs takes: no other memory of the process asks for small pages ("nh"). */
function residentSlotsKilobytes(): number {
  let sum = 0;
  for (const [, resident, flags] of readFileSync('/proc/self/smaps', 'utf8').matchAll(/^Rss:\s+(\d+)[^]*?^VmFlags: (.*)$/gm))
    if (flags?.includes(' nh')) sum += Number(resident);
  return sum;
}

async function collectGarbage(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) {
    globalThis.gc?.();
    await nextTurn();
  }
}

describeInNamespace(import.meta.url, 'client-facing UDP', ({ test, before, after, beforeEach, afterEach }) => {
  let recorder: Recorder;
  let serverAddress: Address;
  let clientAddress: Address;
  before(() => {
    skipAddressDetection();
    ip('link set lo up');
    addCable('server0', 'client0');
    serverAddress = linkLocalOf('server0');
    clientAddress = linkLocalOf('client0');
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

  test('tells sender, port and whether the datagram was multicast, for both groups of DHCPv6', async () => {
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

  test('sends what a timer has queued before the loop sleeps, and lets it end once the sockets are closed', async () => {
    // In a thread of its own, since mocha would wake the loop here.
    const worker = new Worker(new URL('./udp-worker.ts', import.meta.url), { workerData: 'send by timer' });
    assert.deepEqual(await once(worker, 'message'), ['open']);
    assert.deepEqual(await once(worker, 'message'), ['heard']);
    assert.deepEqual(await once(worker, 'exit'), [0]);
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
    client.queue(numbered(5), serverAddress, 0);
    client.queue(numbered(6), serverAddress, SERVER_PORT);
    await recorder.until(() => recorder.heardBy('server0').length === 2);
    assert.deepEqual(
      recorder.heardBy('server0').map(({ bytes }) => bytes[1]),
      [2, 6],
    );
    const { sent, sendErrors } = client.counters();
    assert.equal(sent, 2);
    assert.deepEqual(Object.fromEntries(sendErrors), { ENETUNREACH: 3, EMSGSIZE: 1, EINVAL: 1 });
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

  test('says which step failed when a socket cannot be opened, and keeps no descriptor', () => {
    recorder.open('server0', SERVER_PORT);
    const open = descriptors();
    const attempt = (interfaceName: string, port = SERVER_PORT, groups = [ALL_DHCP_SERVERS]): unknown =>
      recorder.hub.open(
        { interfaceName, port, groups, receiveBufferBytes: 1 << 20, sendBufferBytes: 1 << 20 },
        { onBatch: unexpected, onFailed: unexpected },
      );
    assert.deepEqual(attempt('absent0'), { ok: false, code: 'ENODEV', reason: 'SO_BINDTODEVICE: no such device' });
    assert.deepEqual(attempt('server0'), { ok: false, code: 'EADDRINUSE', reason: 'bind: address already in use' });
    assert.deepEqual(attempt('client0', CLIENT_PORT, [addressOf('2001:db8::1')]), {
      ok: false,
      code: 'EINVAL',
      reason: 'IPV6_JOIN_GROUP: invalid argument',
    });
    for (const name of ['', 'server0-longer-than-16'])
      assert.deepEqual(attempt(name), { ok: false, code: 'ENODEV', reason: 'interface name: no such device' });
    assert.equal(descriptors(), open);
  });

  test('holds 64 sockets and refuses one more', () => {
    for (let i = 0; i < 64; i++) recorder.open('client0', 2000 + i);
    const result = recorder.hub.open(
      { interfaceName: 'client0', port: 3000, groups: [], receiveBufferBytes: 1 << 20, sendBufferBytes: 1 << 20 },
      { onBatch: unexpected, onFailed: unexpected },
    );
    assert.deepEqual(result, { ok: false, code: 'EMFILE', reason: 'sockets of this hub: too many open files' });
  });

  test('leaks no descriptor and no slot in 1000 openings, and refuses to send through a closed socket', async () => {
    const open = descriptors();
    for (let i = 0; i < 1000; i++) {
      const socket = recorder.open('server0', SERVER_PORT);
      socket.close();
      socket.close();
      socket.queue(numbered(i), clientAddress, CLIENT_PORT);
      assert.deepEqual(Object.fromEntries(socket.counters().sendErrors), { EBADF: 1 });
      await nextTurn();
    }
    assert.equal(descriptors(), open);
  });

  test('sends what is queued when a socket is closed', async () => {
    recorder.open('server0', SERVER_PORT);
    const client = recorder.open('client0', CLIENT_PORT);
    client.queue(numbered(7), serverAddress, SERVER_PORT);
    client.close();
    await recorder.until(() => recorder.heardBy('server0').length === 1);
  });

  test('gives the memory of a closed hub back', async () => {
    await collectGarbage();
    const before = virtualMegabytes();
    for (let i = 0; i < 50; i++) {
      const hub = createUdpHub(() => undefined);
      const result = hub.open(
        { interfaceName: 'server0', port: SERVER_PORT, groups: [], receiveBufferBytes: 1 << 20, sendBufferBytes: 1 << 20 },
        { onBatch: unexpected, onFailed: unexpected },
      );
      assert.ok(result.ok);
      hub.close();
      hub.close();
    }
    await collectGarbage();
    // A hub is 4.5 MB: fifty of them would be 225.
    assert.ok(virtualMegabytes() - before < 50, `${virtualMegabytes() - before} MB more`);
  });

  test('keeps no more than some pages of its slots after large datagrams', async () => {
    recorder.open('server0', SERVER_PORT, { receive: 64 << 20 });
    const client = recorder.open('client0', CLIENT_PORT);
    for (let i = 0; i < 64; i++) client.queue(new Uint8Array(60_000), serverAddress, SERVER_PORT);
    recorder.hub.flush();
    const before = residentSlotsKilobytes();
    await recorder.until(() => recorder.heardBy('server0').length === 64);
    assert.equal(recorder.events[0], 'server0:64');
    await nextTurn();
    assert.ok(residentSlotsKilobytes() - before < 100, `${before} kB before, ${residentSlotsKilobytes()} kB after`);
  });

  test('may be closed while it hands over a batch', async () => {
    const client = recorder.open('client0', CLIENT_PORT);
    const calls: number[] = [];
    const hub = createUdpHub(unexpected);
    const closed = new Promise<void>((resolve) => {
      const result = hub.open(
        {
          interfaceName: 'server0',
          port: SERVER_PORT,
          groups: [],
          receiveBufferBytes: 4 << 20,
          sendBufferBytes: 1 << 20,
        },
        {
          onBatch(batch) {
            calls.push(batch.count);
            hub.close();
            assert.throws(() => batch.payload(0), TypeError);
            assert.equal(batch.peer(0).length, 0);
            resolve();
          },
          onFailed: unexpected,
        },
      );
      assert.ok(result.ok);
    });
    for (let i = 0; i < 200; i++) client.queue(numbered(i), serverAddress, SERVER_PORT);
    await closed;
    await collectGarbage();
    assert.deepEqual(calls, [64]);
  });

  test('turns an exception of a handler into uncaughtException and hands over the next batch', async () => {
    const client = recorder.open('client0', CLIENT_PORT);
    const hub = createUdpHub(() => undefined);
    const counts: number[] = [];
    const result = hub.open(
      { interfaceName: 'server0', port: SERVER_PORT, groups: [], receiveBufferBytes: 4 << 20, sendBufferBytes: 1 << 20 },
      {
        onBatch(batch) {
          counts.push(batch.count);
          throw new Error(`batch ${counts.length}`);
        },
        onFailed: unexpected,
      },
    );
    assert.ok(result.ok);
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const errors: string[] = [];
    const both = new Promise<void>((resolve) => {
      process.on('uncaughtException', (error) => {
        errors.push(error.message);
        if (errors.length === 2) resolve();
      });
    });
    for (let i = 0; i < 65; i++) client.queue(numbered(i), serverAddress, SERVER_PORT);
    await both;
    process.removeAllListeners('uncaughtException');
    for (const listener of listeners) process.on('uncaughtException', listener);
    assert.deepEqual(counts, [64, 1]);
    assert.deepEqual(errors, ['batch 1', 'batch 2']);
    hub.close();
  });

  test('lets a thread be ended while its sockets are open', async () => {
    const open = descriptors();
    const worker = new Worker(new URL('./udp-worker.ts', import.meta.url), { workerData: 'wait' });
    await once(worker, 'message');
    await worker.terminate();
    await nextTurn();
    assert.equal(descriptors(), open);
  });
});
