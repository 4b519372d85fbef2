import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { decodeDatagram, describeWireError, peekDatagram, wrapRelayReplies } from '../../../src/wire/index.ts';
import { concat, decodedDatagram, messageOctets, octets, optionOctets, relayOctets } from './octets.ts';

const CLIENT = octets('0003 0001 020000000001');
const REQUEST = messageOctets(3, octets('0008 0002 0000'), optionOctets(1, CLIENT), octets('0006 0002 0017'));

/** The shortest time of a few calls, in microseconds: the one that nothing else disturbed. */
function microseconds(work: () => unknown): number {
  const times = Array.from({ length: 15 }, () => {
    const start = process.hrtime.bigint();
    work();
    return Number(process.hrtime.bigint() - start) / 1000;
  });
  return Math.min(...times);
}

describe('decoding a datagram', () => {
  it('copies nothing: what it gives are views into the datagram', () => {
    const bytes = relayOctets(octets('0012 0001 aa'), optionOctets(9, REQUEST));
    const { levels, message } = decodedDatagram(bytes);
    const views = [message.clientId, levels[0]?.linkAddress, levels[0]?.peerAddress, levels[0]?.options.value(0), message.options.bytes];
    for (const view of views) assert.equal(view?.buffer, bytes.buffer);
  });

  it('reads a datagram that is a part of a larger buffer, Buffer or not', () => {
    const whole = concat(octets('ffff'), REQUEST, octets('ffff'));
    const parts = [whole.subarray(2, whole.length - 2), Buffer.from(whole.buffer, 2, whole.length - 4)];
    for (const part of parts) {
      const { message } = decodedDatagram(part);
      assert.deepEqual(message.clientId, CLIENT);
      assert.equal(Object.getPrototypeOf(message.clientId), Uint8Array.prototype);
      assert.deepEqual(message.requestedOptions, [23]);
    }
  });

  it('takes up to 65535 octets', () => {
    const filled = messageOctets(1, optionOctets(100, new Uint8Array(0xffff - 8)));
    assert.equal(decodeDatagram(filled, 8).error, undefined);
    assert.deepEqual(decodeDatagram(concat(filled, octets('00')), 8).error, {
      code: 'message-too-long',
      offset: 65535,
      option: undefined,
    });
  });

  it('reads thousands of identity associations, leases or options in time that grows with the octets', () => {
    const zeros = '00000000 00000000';
    const crowds: readonly ((count: number) => Uint8Array)[] = [
      (count) => concat(...Array.from({ length: count / 8 }, () => octets('0004 0004 00000001'))),
      (count) => concat(...Array.from({ length: count / 16 }, (_, i) => octets(`0003 000c ${(i * 4096).toString(16).padStart(8, '0')} ${zeros}`))),
      (count) => {
        const lease = octets(`0005 0018 ${'00'.repeat(16)} ${zeros}`);
        return optionOctets(3, concat(octets(`00000001 ${zeros}`), ...Array.from({ length: (count - 12) / 28 }, () => lease)));
      },
      (count) => concat(...Array.from({ length: count / 4 }, () => octets('0064 0000'))),
      (count) => optionOctets(6, new Uint8Array(count)),
    ];
    for (const [i, crowd] of crowds.entries()) {
      const small = messageOctets(1, crowd(8000));
      const large = messageOctets(1, crowd(64000));
      assert.equal(decodeDatagram(large, 8).error, undefined, `crowd ${i}`);
      for (let warm = 0; warm < 20; warm++) decodeDatagram(large, 8);
      const ratio = microseconds(() => decodeDatagram(large, 8)) / microseconds(() => decodeDatagram(small, 8));
      assert.ok(ratio < 32, `crowd ${i}: 8 times the octets took ${ratio.toFixed(1)} times as long`);
    }
  });

  it('says an error in one line', () => {
    const failed = decodeDatagram(messageOctets(1, octets('0003 0001 00')), 8);
    assert.ok(failed.error);
    assert.equal(describeWireError(failed.error), 'bad-option-length at octet 4 (option 3)');
    const short = decodeDatagram(octets('01'), 8);
    assert.ok(short.error);
    assert.equal(describeWireError(short.error), 'truncated-header at octet 0');
  });
});

describe('a look at a datagram', () => {
  it('finds the type and the client', () => {
    const peek = peekDatagram(REQUEST);
    assert.deepEqual(peek, { type: 3, clientIdStart: 14, clientIdLength: 10 });
  });

  it('finds them through relay agents, and the first client of two', () => {
    const inner = concat(REQUEST, optionOctets(1, octets('000301')));
    const bytes = relayOctets(octets('0012 0001 aa'), optionOctets(9, relayOctets(optionOctets(9, inner))), octets('0009 0000'));
    const peek = peekDatagram(bytes);
    assert.ok(peek);
    assert.equal(peek.type, 3);
    assert.deepEqual(bytes.slice(peek.clientIdStart, peek.clientIdStart + peek.clientIdLength), CLIENT);
  });

  it('gives no client where there is none', () => {
    for (const bytes of [messageOctets(11), messageOctets(11, octets('0008 0002 0000')), messageOctets(11, octets('0001 0005 00'))]) {
      assert.deepEqual(peekDatagram(bytes), { type: 11, clientIdStart: 0, clientIdLength: 0 });
    }
  });

  it('gives undefined for what has no message', () => {
    for (const bytes of [octets(''), octets('0101'), octets('0c'), relayOctets(), relayOctets(octets('0009 0003 010101')), relayOctets(octets('0009 0009 01'))]) {
      assert.equal(peekDatagram(bytes), undefined);
    }
  });
});

describe('a Relay-reply', () => {
  it('of a chain with as many options and echo requests as fit is made in time that grows with the octets', () => {
    const relay = (options: number): Uint8Array =>
      relayOctets(
        concat(...Array.from({ length: options }, (_, i) => optionOctets(1000 + i, octets('')))),
        optionOctets(43, Uint8Array.from({ length: options * 2 }, (_, i) => ((1000 + (i >> 1)) >> (i % 2 === 0 ? 8 : 0)) & 0xff)),
        optionOctets(9, messageOctets(1)),
      );
    const small = decodedDatagram(relay(1000)).levels;
    const large = decodedDatagram(relay(10_000)).levels;
    assert.equal(wrapRelayReplies(large, octets('07abcdef'))?.length, 34 + 40_000 + 8);
    for (let warm = 0; warm < 20; warm++) wrapRelayReplies(large, octets('07abcdef'));
    const ratio =
      microseconds(() => wrapRelayReplies(large, octets('07abcdef'))) / microseconds(() => wrapRelayReplies(small, octets('07abcdef')));
    assert.ok(ratio < 40, `10 times the octets took ${ratio.toFixed(1)} times as long`);
  });

  it('that does not fit into a datagram is not made', () => {
    const { levels } = decodedDatagram(relayOctets(optionOctets(18, new Uint8Array(1000)), optionOctets(9, messageOctets(1))));
    assert.equal(wrapRelayReplies(levels, new Uint8Array(65527 - 34 - 1004 - 4))?.length, 65527);
    assert.equal(wrapRelayReplies(levels, new Uint8Array(65527 - 34 - 1004 - 3)), undefined);
    assert.deepEqual(wrapRelayReplies(levels, octets('07abcdef'))?.subarray(-4), octets('07abcdef'));
  });
});
