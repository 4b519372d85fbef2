import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MessageType, OptionCode, encodeMessage, monotonicMs, epochSeconds } from '../../../src/wire/index.ts';
import type { Duid, PlainMessage } from '../../../src/wire/index.ts';
import { createBoxes } from '../../conformance/clock/boxes.ts';
import { CLIENT_ADDRESS, createBox } from '../../conformance/server/box.ts';
import type { Box } from '../../conformance/server/box.ts';
import { CLIENT, iaNa, message, read } from '../../conformance/server/client.ts';

function clientNumber(n: number): Duid {
  return Uint8Array.of(0, 3, 0, 1, 6, 0, n >> 24, n >> 16, n >> 8, n) as Duid;
}

/** Where a message of the tests has the octets that `clientNumber` counts in. */
const NUMBER_AT = 4 + 4 + 6;

/** The same message from another client, without encoding it again. */
function fromClient(encoded: Uint8Array, n: number): Uint8Array {
  const copy = encoded.slice();
  new DataView(copy.buffer).setUint32(NUMBER_AT, n);
  return copy;
}

/** Puts a message into the queue without giving the box time to handle it. */
function enqueue(box: Box, queued: PlainMessage | Uint8Array): void {
  box.dispatch({
    kind: 'received',
    datagram: {
      bytes: queued instanceof Uint8Array ? queued : encodeMessage(queued),
      interfaceName: 'eth1',
      source: CLIENT_ADDRESS,
      sourcePort: 546,
      destination: 'multicast',
    },
  });
}

function drain(box: Box): void {
  box.dispatch({ kind: 'drained' });
}

const SOLICIT = encodeMessage(message(MessageType.SOLICIT, [iaNa(1)], { client: clientNumber(0) }));
const RENEW = encodeMessage(message(MessageType.RENEW, [iaNa(1)], { client: clientNumber(0) }));
const REQUEST = encodeMessage(message(MessageType.REQUEST, [iaNa(1)], { client: clientNumber(0) }));

const { options, ...rest } = message(MessageType.SOLICIT, [iaNa(1)], { client: clientNumber(0) });
const REPEATED_SOLICIT = encodeMessage({ ...rest, options: options.map((option) => (option.code === OptionCode.ELAPSED_TIME ? { ...option, value: 100 } : option)) });

function solicitOf(n: number): Uint8Array {
  return fromClient(SOLICIT, n);
}

describe('overload', () => {
  it('puts off no timer: what is wished for is wished for once, however many messages come before it fires', () => {
    const boxes = createBoxes();
    const { east, west, truth } = boxes;
    for (const box of [east, west]) box.start(truth, 'synchronized');
    boxes.advance(30);
    assert.equal(east.state, 'NORMAL');
    const late = { epoch: epochSeconds(truth + 199), monotonic: monotonicMs(200_000) };
    for (let messages = 0; messages < 3; messages++) {
      const wishes = [...east.appliance.step({ kind: 'drained' }, late)].filter(({ kind }) => kind === 'wake');
      assert.deepEqual(wishes, []);
    }
  });

  it('sheds Solicits when the queue is full, and never a Renew, Rebind or Release', () => {
    const box = createBox();
    for (let n = 0; n < 5_000; n++) enqueue(box, solicitOf(n));
    for (let n = 0; n < 8_000; n++) enqueue(box, fromClient(RENEW, n));
    const { shed } = box.appliance;
    assert.ok(shed.solicit >= 2_000, `${String(shed.solicit)} Solicits were shed`);
    assert.equal(shed.heldLease, 0);
    assert.equal(shed.request, 0);
  });

  it('keeps the newest Solicits and answers them first: the clients of the oldest are about to ask again', () => {
    const box = createBox();
    for (let n = 0; n < 3_000; n++) enqueue(box, solicitOf(n));
    assert.equal(box.appliance.shed.solicit, 3_000 - 2_048);
    drain(box);
    const [first] = box.takeSent();
    assert.deepEqual(read(first).options[1], { code: 1, value: clientNumber(2_999) });
  });

  it('answers what concerns a held lease before any Solicit that came earlier', () => {
    const box = createBox();
    box.deliver(message(MessageType.REQUEST, [iaNa(1)]));
    box.takeSent();
    enqueue(box, solicitOf(1));
    enqueue(box, message(MessageType.RENEW, [iaNa(1)]));
    drain(box);
    // The Renew was handled first and waits for its commit; without that the Solicit would come later still.
    assert.deepEqual(
      box.takeSent().map((sent) => sent.message.type),
      [MessageType.ADVERTISE, MessageType.REPLY],
    );
    const held = createBox({ commits: 'by hand' });
    enqueue(held, solicitOf(1));
    enqueue(held, message(MessageType.CONFIRM, [iaNa(1, '2001:db8:1::100')]));
    drain(held);
    assert.deepEqual(
      held.takeSent().map((sent) => sent.message.type),
      [MessageType.REPLY, MessageType.ADVERTISE],
    );
  });

  it('a Solicit that waited too long is not answered any more', () => {
    const box = createBox();
    enqueue(box, solicitOf(1));
    enqueue(box, solicitOf(2));
    box.advance(1.1);
    drain(box);
    assert.deepEqual(box.takeSent(), []);
    assert.equal(box.appliance.shed.solicit, 2);
  });

  it('keeps few Solicits once there was too much to do for 0.1 s, so that those are answered soon', () => {
    const box = createBox();
    for (let n = 0; n < 2_000; n++) enqueue(box, solicitOf(n));
    box.advance(0.09);
    enqueue(box, solicitOf(2_000));
    assert.equal(box.appliance.shed.solicit, 0);
    box.advance(0.02);
    enqueue(box, solicitOf(2_001));
    assert.equal(box.appliance.queued.intake, 128);
    assert.equal(box.appliance.shed.solicit, 2_002 - 128);
    drain(box);
    drain(box);
    assert.equal(box.appliance.queued.intake, 0);
    for (let n = 0; n < 2_000; n++) enqueue(box, solicitOf(n));
    assert.equal(box.appliance.shed.solicit, 2_002 - 128, 'a burst after a pause is kept whole again');
  });

  it('keeps Solicits that were sent again when it keeps few others, and answers them first', () => {
    const box = createBox();
    enqueue(box, solicitOf(0));
    box.advance(0.5);
    for (let n = 1; n <= 1_000; n++) enqueue(box, fromClient(REPEATED_SOLICIT, n));
    for (let n = 2_001; n <= 2_200; n++) enqueue(box, solicitOf(n));
    const { shed } = box.appliance;
    assert.equal(shed.repeatedSolicit, 0);
    assert.equal(shed.solicit, 201 - 128);
    drain(box);
    const [first] = box.takeSent();
    assert.deepEqual(read(first).options[1], { code: 1, value: clientNumber(1_000) });
  });

  it('a Solicit that was sent again is answered for longer: its client waits twice as long for the next time', () => {
    const box = createBox();
    enqueue(box, fromClient(REPEATED_SOLICIT, 1));
    box.advance(1.8);
    drain(box);
    assert.equal(box.takeSent().length, 1);
    enqueue(box, fromClient(REPEATED_SOLICIT, 2));
    box.advance(2);
    drain(box);
    assert.deepEqual(box.takeSent(), []);
    assert.equal(box.appliance.shed.repeatedSolicit, 1);
  });

  it('a flood from one client takes nothing from the others', () => {
    const box = createBox();
    for (let n = 0; n < 50_000; n++) enqueue(box, RENEW);
    assert.ok(box.appliance.shed.clientRate > 49_900);
    for (let n = 1; n <= 100; n++) enqueue(box, solicitOf(n));
    drain(box);
    const answered = box.takeSent().filter((sent) => sent.message.type === MessageType.ADVERTISE);
    assert.equal(answered.length, 100);
  });

  it('a client that was refused is heard again when it behaves', () => {
    const box = createBox();
    for (let n = 0; n < 1_000; n++) enqueue(box, message(MessageType.SOLICIT, [iaNa(1)]));
    drain(box);
    box.takeSent();
    const { clientRate } = box.appliance.shed;
    box.advance(3);
    assert.ok(box.exchange(message(MessageType.SOLICIT, [iaNa(1)])) !== undefined);
    assert.equal(box.appliance.shed.clientRate, clientRate);
  });

  it('messages of 64 KiB fill no more memory than the queue may have', () => {
    const box = createBox();
    const filler = { code: 65_000, data: new Uint8Array(60_000) };
    const large = encodeMessage(message(MessageType.SOLICIT, [iaNa(1)], { client: clientNumber(0), options: [filler] }));
    for (let n = 0; n < 1_000; n++) enqueue(box, fromClient(large, n));
    assert.ok(box.appliance.queued.intake * 60_000 <= 16 << 20);
    enqueue(box, message(MessageType.RENEW, [iaNa(1)], { options: [filler] }));
    assert.equal(box.appliance.shed.heldLease, 0, 'a Renew finds room');
  });

  it('a step handles a bounded number of messages and asks for another', () => {
    const box = createBox();
    for (let n = 0; n < 1_000; n++) enqueue(box, solicitOf(n));
    const now = { epoch: epochSeconds(box.now), monotonic: monotonicMs(0) };
    const effects = box.appliance.step({ kind: 'drained' }, now);
    assert.ok(effects.some(({ kind }) => kind === 'resume'));
    assert.ok(effects.filter(({ kind }) => kind === 'send').length <= 128);
  });

  it('messages that wait for a commit of their client are bounded', () => {
    const box = createBox({ commits: 'by hand' });
    for (let n = 0; n < 1_100; n++) box.deliver(fromClient(REQUEST, n));
    for (let n = 0; n < 1_100; n++) box.deliver(fromClient(REQUEST, n));
    assert.ok(box.appliance.queued.waiting <= 1_024);
  });

  it('different clients that never finish leave nothing behind', () => {
    const box = createBox();
    for (let n = 0; n < 2_000; n++) box.deliver(solicitOf(n));
    assert.equal(box.appliance.leases.size, 0);
    assert.equal(box.appliance.queued.intake, 0);
    assert.ok(box.exchange(message(MessageType.SOLICIT, [iaNa(1)], { client: CLIENT })) !== undefined);
  });
});

describe('a poison message', () => {
  it('[S-SOL-1] names its client before it is handled, and is dropped while the client is quarantined', () => {
    const box = createBox();
    box.dispatch({ kind: 'clientQuarantined', client: CLIENT, until: monotonicMs(3_600_000) });
    assert.equal(box.exchange(message(MessageType.SOLICIT, [iaNa(1)])), undefined);
    assert.equal(box.appliance.counters.quarantined, 1);
    assert.ok(box.exchange(solicitOf(1)) !== undefined, 'other clients are served');
    box.advance(3_600);
    assert.ok(box.exchange(message(MessageType.SOLICIT, [iaNa(1)])) !== undefined, 'it is heard again after an hour');
  });

  it('the message in hand is known when a step fails', () => {
    const box = createBox();
    const poison = message(MessageType.SOLICIT, [iaNa(1)]);
    const { leases } = box.appliance;
    leases.firstOfClient = () => {
      throw new Error('an invariant is broken');
    };
    assert.throws(() => {
      box.deliver(poison);
    }, /an invariant is broken/);
    assert.deepEqual(box.appliance.inHand?.client, CLIENT);
    assert.deepEqual(box.appliance.inHand.datagram.bytes, encodeMessage(poison));
  });
});
