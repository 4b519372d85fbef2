import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { epochSeconds, FailoverMessageType } from '../../../src/wire/index.ts';
import { describeInNamespace } from '../../unit/net/in-namespace.ts';
import { addBoxAddresses, configure, EAST, makeBox, WEST } from '../../unit/net/partner/boxes.ts';
import type { TestBox } from '../../unit/net/partner/boxes.ts';
import { identityOf } from '../../unit/net/partner/identities.ts';
import { CONNECT, connectFrom, frameOf, startTls } from '../../unit/net/partner/raw-peer.ts';
import type { RawPeer } from '../../unit/net/partner/raw-peer.ts';

/** The largest message there is (RFC 8156 section 5.1): a CONTACT with an option that nobody knows. */
function largestFrame(): Buffer {
  const frame = Buffer.alloc(2 + 65_535);
  frame.writeUInt16BE(65_535, 0);
  frame.writeUInt8(FailoverMessageType.CONTACT, 2);
  frame.writeUIntBE(0xabcdef, 3, 3);
  frame.writeUInt16BE(0xfff0, 10);
  frame.writeUInt16BE(65_535 - 8 - 4, 12);
  return frame;
}

function contact(transactionId: number): Uint8Array {
  return frameOf({ type: FailoverMessageType.CONTACT, transactionId, vendor: [] });
}

describeInNamespace(import.meta.url, 'frames of partners', ({ test, before, beforeEach, afterEach }) => {
  let box: TestBox;

  before(() => {
    addBoxAddresses();
  });
  beforeEach(() => {
    box = makeBox();
  });
  afterEach(async () => {
    await box.links.stop();
  });

  async function plainPartner(): Promise<RawPeer> {
    configure(box, { own: WEST, partner: EAST, role: 'secondary' });
    return await connectFrom(EAST, WEST);
  }

  test('[F-FR-9] are read when they come octet by octet, the largest too', async () => {
    const peer = await plainPartner();
    const octets = Buffer.concat([frameOf(CONNECT), largestFrame(), contact(1)]);
    for (let at = 0; at < octets.length; at++) {
      const isTaken = peer.socket.write(octets.subarray(at, at + 1));
      // So that the segments are as small as the writes.
      if (!isTaken || at % 64 === 0) await nextTurn();
    }
    await box.heard('message', 3);
    assert.deepEqual(box.all('message').map(({ message }) => message.transactionId), [8, 0xabcdef, 1]);
    assert.deepEqual(box.all('malformed'), []);
  });

  test('[F-FR-9] are read when many come in one segment, and one ends in the next', async () => {
    const peer = await plainPartner();
    const many = Array.from({ length: 50 }, (_, i) => contact(i));
    const octets = Buffer.concat([frameOf(CONNECT), ...many]);
    peer.socket.write(octets.subarray(0, -3));
    await box.heard('message', 50);
    assert.equal(box.all('message').length, 50);
    peer.socket.write(octets.subarray(-3));
    assert.equal((await box.heard('message', 51)).message.transactionId, 49);
  });

  test('[F-FR-9] are read over TLS as they are over TCP', async () => {
    const [east, west] = await Promise.all([identityOf('east'), identityOf('west')]);
    configure(box, { own: WEST, partner: EAST, role: 'secondary', identity: west, pinned: east });
    const secured = await startTls(await connectFrom(EAST, WEST), east);
    await box.heard('connected');
    for (const octet of frameOf(CONNECT)) secured.write(Buffer.of(octet));
    secured.write(Buffer.concat([largestFrame(), contact(1), contact(2)]));
    await box.heard('message', 4);
    assert.deepEqual(box.all('message').map(({ message }) => message.transactionId), [8, 0xabcdef, 1, 2]);
    secured.destroy();
  });

  test('[F-FR-9] that are no messages are told as such, and the next one is read', async () => {
    const peer = await plainPartner();
    peer.socket.write(Buffer.concat([frameOf(CONNECT), Buffer.of(0, 3, 35, 0, 0), Buffer.of(0, 0), contact(5)]));
    assert.equal((await box.heard('message', 2)).message.transactionId, 5);
    assert.deepEqual(box.all('malformed').map(({ error }) => error), [
      'truncated-header at octet 0',
      'truncated-header at octet 0',
    ]);
    assert.equal(box.links.counters().malformed, 2);
  });

  test('[F-FR-7] of an unknown type are discarded and counted, and the connection goes on', async () => {
    const peer = await plainPartner();
    const unknown = Buffer.of(0, 8, 36, 0, 0, 1, 0, 0, 0, 0);
    peer.socket.write(Buffer.concat([frameOf(CONNECT), unknown, contact(5)]));
    assert.equal((await box.heard('message', 2)).message.transactionId, 5);
    assert.deepEqual(box.all('malformed'), []);
    const { unknownTypes, malformed } = box.links.counters();
    assert.deepEqual([unknownTypes, malformed], [1, 0]);
  });

  test('[F-TM-6, F-FR-5] say the time when the socket took them, not when they began to wait for it', async () => {
    const peer = await plainPartner();
    peer.socket.write(frameOf(CONNECT));
    const { connection } = await box.heard('connected');
    peer.socket.pause();
    const begun = box.now;
    const text = 'x'.repeat(60_000);
    let sent = 0;
    // Until the kernel takes no more and some wait.
    do {
      for (let i = 0; i < 20; i++) {
        box.links.send(connection, { type: FailoverMessageType.DISCONNECT, transactionId: sent++, status: { code: 1, text } });
      }
      for (let turn = 0; turn < 20; turn++) await nextTurn();
    } while (box.links.counters().messagesSent === sent);
    box.now = epochSeconds(begun + 60);
    peer.socket.resume();
    const first = await peer.message(1);
    const last = await peer.message(sent);
    assert.equal(last.transactionId, sent - 1);
    assert.equal(first.sentTime, begun);
    assert.equal(last.sentTime, begun + 60);
  });

  test('[F-TM-6] are stamped with the time of their arrival', async () => {
    const peer = await plainPartner();
    peer.socket.write(frameOf(CONNECT));
    await box.heard('message');
    box.now = epochSeconds(box.now + 7);
    peer.socket.write(contact(1));
    const { message, receivedAt } = await box.heard('message', 2);
    assert.equal(receivedAt, box.now);
    assert.equal(message.sentTime, 1_800_000_000);
  });
});
