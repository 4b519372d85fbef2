/** A thread of udp-lifetime.test.ts: opens a socket, says so, and does what it was told to. */
import assert from 'node:assert/strict';
import { parentPort, workerData } from 'node:worker_threads';
import { createUdpHub } from '../../../src/net/udp/hub.ts';
import type { UdpSocket } from '../../../src/net/udp/hub.ts';
import { linkLocalOf } from './veth.ts';

const hub = createUdpHub(() => undefined);

function open(interfaceName: string, onBatch: () => void): UdpSocket {
  const result = hub.open(
    { interfaceName, port: 547, groups: [], receiveBufferBytes: 1 << 20, sendBufferBytes: 1 << 20 },
    { onBatch, onFailed: (code) => assert.fail(code) },
  );
  assert.ok(result.ok);
  return result.socket;
}

const sockets = [
  open('server0', () => {
    parentPort?.postMessage('heard');
    for (const socket of sockets) socket.close();
  }),
];
if (workerData === 'send by timer') {
  const client = open('client0', () => undefined);
  const serverAddress = await linkLocalOf('server0');
  sockets.push(client);
  setTimeout(() => {
    client.queue(new Uint8Array(100), serverAddress, 547);
  }, 1);
}
parentPort?.postMessage('open');
