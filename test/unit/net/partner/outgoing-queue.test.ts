import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createOutgoingQueue, QUEUE_MAX } from '../../../../src/net/partner/outgoing-queue.ts';
import type { OutgoingQueue } from '../../../../src/net/partner/outgoing-queue.ts';
import { decodeFailoverMessage, epochSeconds, extension, ExtensionCode, FailoverMessageType, FrameReader } from '../../../../src/wire/index.ts';
import type { EpochSeconds, FailoverMessage, FailoverMessageType as Type } from '../../../../src/wire/index.ts';

const NOW = epochSeconds(1_800_000_000);

function contact(transactionId: number): FailoverMessage {
  return { type: FailoverMessageType.CONTACT, transactionId, vendor: [] };
}

function binding(
  type: typeof Type.BNDUPD | typeof Type.BNDREPLY,
  transactionId: number,
  text = '',
): FailoverMessage {
  return { type, transactionId, binding: { kind: 'client', ias: [], vendor: [], status: { code: 0, text } } };
}

function batch(queue: OutgoingQueue, now: EpochSeconds = NOW): readonly FailoverMessage[] {
  const octets = queue.nextBatch(now);
  if (octets === undefined) return [];
  return new FrameReader().push(octets).map((frame) => {
    const message = decodeFailoverMessage(frame, NOW);
    assert.ok(message.error === undefined);
    return message;
  });
}

describe('messages that wait for a socket', () => {
  it('keep their order, but for updates, which let all others pass', () => {
    const queue = createOutgoingQueue();
    queue.put(binding(FailoverMessageType.BNDUPD, 1));
    queue.put(contact(2));
    queue.put(binding(FailoverMessageType.BNDUPD, 3));
    queue.put(binding(FailoverMessageType.BNDREPLY, 4));
    queue.put({ type: FailoverMessageType.UPDDONE, transactionId: 5 });
    queue.put({ type: FailoverMessageType.DISCONNECT, transactionId: 6 });
    assert.equal(queue.length(), 6);
    assert.deepEqual(batch(queue).map(({ transactionId }) => transactionId), [2, 4, 5, 6]);
    assert.equal(queue.length(), 2);
    assert.deepEqual(batch(queue).map(({ transactionId }) => transactionId), [1, 3]);
    assert.equal(queue.length(), 0);
    assert.equal(queue.nextBatch(NOW), undefined);
  });

  it('are stamped with the time at which they are taken', () => {
    const queue = createOutgoingQueue();
    queue.put(contact(1));
    const [message] = batch(queue, epochSeconds(NOW + 9));
    assert.equal(message?.sentTime, NOW + 9);
  });

  it('are told apart from a newer sign of life, which takes the place of one that was not sent', () => {
    const queue = createOutgoingQueue();
    for (const id of [1, 2, 3]) queue.put(contact(id));
    queue.put(binding(FailoverMessageType.BNDREPLY, 4));
    queue.put(contact(5));
    assert.deepEqual(batch(queue).map(({ transactionId }) => transactionId), [3, 4, 5]);
  });

  it('a sign of life that says more than that is kept: what it carries comes once', () => {
    const queue = createOutgoingQueue();
    const telling = { type: FailoverMessageType.CONTACT, transactionId: 2, vendor: [extension(ExtensionCode.CONTACT_INTERVAL, 250)] } as const;
    queue.put(contact(1));
    queue.put(telling);
    queue.put({ ...telling, transactionId: 3 });
    queue.put(contact(4));
    assert.deepEqual(batch(queue).map(({ transactionId }) => transactionId), [2, 3, 4]);
  });

  it('come in pieces of some 64 KiB, the urgent ones of the whole queue first', () => {
    const queue = createOutgoingQueue();
    const text = 'x'.repeat(1_000);
    for (let id = 0; id < 200; id++) queue.put(binding(FailoverMessageType.BNDUPD, id, text));
    const first = queue.nextBatch(NOW);
    assert.ok(first !== undefined && first.length >= 65_536 && first.length < 67_000, String(first?.length));
    queue.put(contact(999));
    assert.deepEqual(batch(queue).map(({ transactionId }) => transactionId), [999]);
    assert.ok(batch(queue).length > 0);
  });

  it('are no more than the queue holds', () => {
    const queue = createOutgoingQueue();
    for (let id = 0; id < QUEUE_MAX; id++) assert.equal(queue.put(binding(FailoverMessageType.BNDUPD, id)), true);
    assert.equal(queue.put(contact(1)), false);
    assert.equal(queue.length(), QUEUE_MAX);
  });

  it('lose the updates when the connection is about to be closed', () => {
    const queue = createOutgoingQueue();
    queue.put(binding(FailoverMessageType.BNDUPD, 1));
    queue.put({ type: FailoverMessageType.DISCONNECT, transactionId: 2 });
    queue.dropUpdates();
    assert.deepEqual(batch(queue).map(({ transactionId }) => transactionId), [2]);
  });
});
