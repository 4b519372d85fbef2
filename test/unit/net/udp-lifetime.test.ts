import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { createUdpHub } from '../../../src/net/udp/hub.ts';
import { ALL_DHCP_SERVERS } from '../../../src/wire/index.ts';
import type { Address } from '../../../src/wire/index.ts';
import { describeInNamespace } from './in-namespace.ts';
import { CLIENT_PORT, numbered, Recorder, SERVER_PORT } from './udp-recorder.ts';
import { addCable, addressOf, ip, linkLocalOf, skipAddressDetection } from './veth.ts';

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

describeInNamespace(import.meta.url, 'hubs and sockets of client-facing UDP', ({ test, before, after, beforeEach, afterEach }) => {
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

  test('sends what a timer has queued before the loop sleeps, and lets it end once the sockets are closed', async () => {
    // In a thread of its own, since mocha would wake the loop here.
    const worker = new Worker(new URL('./udp-worker.ts', import.meta.url), { workerData: 'send by timer' });
    const messages: unknown[] = [];
    worker.on('message', (message) => messages.push(message));
    assert.deepEqual(await once(worker, 'exit'), [0]);
    assert.deepEqual(messages, ['open', 'heard']);
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
    const atFirst = virtualMegabytes();
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
    assert.ok(virtualMegabytes() - atFirst < 50, `${virtualMegabytes() - atFirst} MB more`);
  });

  test('keeps no more than some pages of its slots after large datagrams', async () => {
    recorder.open('server0', SERVER_PORT, { receive: 64 << 20 });
    const client = recorder.open('client0', CLIENT_PORT);
    for (let i = 0; i < 64; i++) client.queue(new Uint8Array(60_000), serverAddress, SERVER_PORT);
    recorder.hub.flush();
    const atFirst = residentSlotsKilobytes();
    await recorder.until(() => recorder.heardBy('server0').length === 64);
    assert.equal(recorder.events[0], 'server0:64');
    await nextTurn();
    assert.ok(residentSlotsKilobytes() - atFirst < 100, `${atFirst} kB before, ${residentSlotsKilobytes()} kB after`);
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
