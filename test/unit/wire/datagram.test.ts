import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type ClientMessage,
  decodeDatagram,
  describeWireError,
  type Iaid,
  iaid,
  type IdentityAssociation,
  peekDatagram,
  wrapRelayReplies,
} from '../../../src/wire/index.ts';
import { OptionList } from '../../../src/wire/option-list.ts';
import { keepFirstOfEachIaid } from '../../../src/wire/repeated-iaids.ts';
import { address, concat, decodedDatagram, messageOctets, octets, optionOctets, relayOctets } from './octets.ts';

const CLIENT = octets('0003 0001 020000000001');
const REQUEST = messageOctets(3, octets('0008 0002 0000'), optionOctets(1, CLIENT), octets('0006 0002 0017'));

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

  it('reads as many identity associations, leases, options or requested codes as it can hold', () => {
    /** `count` copies of some octets, each with its number in two of them, from `numberAt` on. */
    const crowd = (count: number, one: readonly number[], numberAt: number): Uint8Array => {
      const bytes = new Uint8Array(count * one.length);
      for (let i = 0; i < count; i++) {
        bytes.set(one, i * one.length);
        bytes[i * one.length + numberAt] = i >> 8;
        bytes[i * one.length + numberAt + 1] = i;
      }
      return bytes;
    };
    const readAs = (bytes: Uint8Array): ClientMessage => decodedDatagram(messageOctets(1, bytes)).message;

    const distinct = readAs(crowd(4000, [0, 3, 0, 12, ...new Uint8Array(12)], 5));
    assert.deepEqual([distinct.ias.length, distinct.repeatedOptions], [4000, 0]);
    const once = crowd(4000, [0, 4, 0, 4, 0, 0, 0, 0], 6);
    const twice = readAs(concat(once, once));
    assert.deepEqual([twice.ias.length, twice.repeatedOptions, twice.options.count], [4000, 4000, 8000]);
    const leases = crowd(2300, [0, 5, 0, 24, ...new Uint8Array(24)], 18);
    assert.equal(readAs(optionOctets(3, concat(new Uint8Array(12), leases))).ias[0]?.leases.length, 2300);
    const codes = readAs(optionOctets(6, crowd(32_000, [0, 0], 0))).requestedOptions;
    assert.equal(codes.length, 32_000);
    assert.ok(codes.every((code, i) => code === i));
  }).timeout(60_000);

  it('compares a crowd of identity associations by sorting, not each with each', () => {
    let looks = 0;
    const crowd = (count: number): IdentityAssociation[] => {
      const { ias } = decodedDatagram(messageOctets(1, octets('0003 000c 00000000 00000000 00000000'))).message;
      return Array.from({ length: count }, (_, i) => ({
        ...(ias[0] as IdentityAssociation),
        get iaid(): Iaid {
          looks++;
          return iaid(i >> 1);
        },
      }));
    };
    for (const count of [8, 9, 8000]) {
      looks = 0;
      assert.equal(keepFirstOfEachIaid(crowd(count)).length, Math.ceil(count / 2));
      assert.ok(looks <= 20 * count, `${looks} looks at ${count}`);
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
    assert.deepEqual(peek, { type: 3, clientIdStart: 14, clientIdLength: 10, isRepeated: false });
  });

  it('finds them through relay agents, and the first client of two', () => {
    const inner = concat(REQUEST, optionOctets(1, octets('000301')));
    const bytes = relayOctets(octets('0012 0001 aa'), optionOctets(9, relayOctets(optionOctets(9, inner))), octets('0009 0000'));
    const peek = peekDatagram(bytes);
    assert.ok(peek);
    assert.equal(peek.type, 3);
    assert.deepEqual(bytes.slice(peek.clientIdStart, peek.clientIdStart + peek.clientIdLength), CLIENT);
  });

  it('tells by its Elapsed Time whether a message was sent before', () => {
    for (const [elapsed, isRepeated] of [['0008 0002 0000', false], ['0008 0002 0001', true], ['0008 0002 ffff', true], ['0008 0001 01', false], ['', false]] as const) {
      assert.equal(peekDatagram(messageOctets(1, octets(elapsed)))?.isRepeated, isRepeated, elapsed);
    }
    assert.equal(peekDatagram(messageOctets(3, octets('0008 0002 0001')))?.isRepeated, false, 'a Request');
  });

  it('gives no client where there is none', () => {
    for (const bytes of [messageOctets(11), messageOctets(11, octets('0008 0002 0000')), messageOctets(11, octets('0001 0005 00'))]) {
      assert.deepEqual(peekDatagram(bytes), { type: 11, clientIdStart: 0, clientIdLength: 0, isRepeated: false });
    }
  });

  it('gives undefined for what has no message', () => {
    for (const bytes of [octets(''), octets('0101'), octets('0c'), relayOctets(), relayOctets(octets('0009 0003 010101')), relayOctets(octets('0009 0009 01'))]) {
      assert.equal(peekDatagram(bytes), undefined);
    }
  });
});

describe('a Relay-reply', () => {
  it('looks at each option once, however many the Echo Request names', () => {
    let looks = 0;
    class CountedOptions extends OptionList {
      override code(index: number): number {
        looks++;
        return super.code(index);
      }
    }
    const codes = Array.from({ length: 10_000 }, (_, i) => 1000 + i);
    const bytes = concat(
      ...codes.map((code) => optionOctets(code, octets(''))),
      optionOctets(43, Uint8Array.from(codes.flatMap((code) => [code >> 8, code & 0xff]))),
    );
    const starts = [...codes.map((_, i) => 4 * i + 4), 40_004];
    const level = { hopCount: 0, linkAddress: address('::'), peerAddress: address('::'), options: new CountedOptions(bytes, starts) };
    assert.equal(wrapRelayReplies([level], octets('07abcdef'))?.length, 34 + 40_000 + 8);
    assert.equal(looks, 10_001);
  });

  it('that does not fit into a datagram is not made', () => {
    const { levels } = decodedDatagram(relayOctets(optionOctets(18, new Uint8Array(1000)), optionOctets(9, messageOctets(1))));
    assert.equal(wrapRelayReplies(levels, new Uint8Array(65527 - 34 - 1004 - 4))?.length, 65527);
    assert.equal(wrapRelayReplies(levels, new Uint8Array(65527 - 34 - 1004 - 3)), undefined);
    assert.deepEqual(wrapRelayReplies(levels, octets('07abcdef'))?.subarray(-4), octets('07abcdef'));
  });
});
