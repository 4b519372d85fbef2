/** A thread of udp.test.ts: opens a socket, says so, and closes it or leaves it open. */
import assert from 'node:assert/strict';
import { parentPort, workerData } from 'node:worker_threads';
import { createUdpHub } from '../../../src/net/udp/hub.ts';

const hub = createUdpHub(() => undefined);
const result = hub.open(
  { interfaceName: 'server0', port: 547, groups: [], receiveBufferBytes: 1 << 20, sendBufferBytes: 1 << 20 },
  { onBatch: () => undefined, onFailed: () => undefined },
);
assert.ok(result.ok);
parentPort?.postMessage('open');
if (workerData === 'close') hub.close();
