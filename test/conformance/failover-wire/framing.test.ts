import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  decodeFailoverMessage,
  encodeFailoverMessage,
  epochSeconds,
  FailoverMessageType,
  FailoverStatusCode,
  FrameReader,
} from '../../../src/wire/index.ts';
import { concat, hex, octets } from '../../unit/wire/octets.ts';
import { decodedNow, encoded, errorOf, failoverOctets, NOW_OCTETS } from '../../unit/wire/failover/failover-octets.ts';
import { CLIENT_BINDING, EVERY_MESSAGE, NOW } from '../../unit/wire/failover/samples.ts';

/** Each message with its size in front, one after the other, as TCP carries them. */
const STREAM = concat(...EVERY_MESSAGE.map((message) => encodeFailoverMessage(message, NOW)));
const FRAMES = EVERY_MESSAGE.map((message) => fastHex(encoded(message)));

/** As `hex`, for the many comparisons here. */
function fastHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** The messages that a stream holds when it arrives in pieces that end at these places. */
function readInPieces(stream: Uint8Array, ends: readonly number[]): readonly string[] {
  const reader = new FrameReader();
  let start = 0;
  const frames: string[] = [];
  for (const end of [...ends, stream.length]) {
    frames.push(...reader.push(stream.slice(start, end)).map(fastHex));
    start = end;
  }
  assert.equal(reader.bufferedOctets, 0);
  return frames;
}

describe('framing of failover messages', () => {
  it('[F-FR-2] each message is preceded by its size in two octets, which does not count them', () => {
    const poolreq = { type: FailoverMessageType.POOLREQ, transactionId: 0x010203 } as const;
    assert.equal(hex(encodeFailoverMessage(poolreq, NOW)), `0008 1a 010203 ${NOW_OCTETS}`.replaceAll(' ', ''));
    for (const message of EVERY_MESSAGE) {
      const frame = encodeFailoverMessage(message, NOW);
      assert.equal((frame[0] ?? 0) * 256 + (frame[1] ?? 0), frame.length - 2);
    }
  });

  it('[F-FR-2] a message may have 65535 octets, and no more', () => {
    const disconnect = (length: number) =>
      ({
        type: FailoverMessageType.DISCONNECT,
        transactionId: 1,
        status: { code: FailoverStatusCode.UnspecFail, text: 'x'.repeat(length) },
      }) as const;
    const longest = disconnect(65_535 - encoded(disconnect(0)).length);
    const frame = encodeFailoverMessage(longest, NOW);
    assert.equal(frame.length, 65_537);
    assert.deepEqual(new FrameReader().push(frame).map(hex), [hex(frame.subarray(2))]);
    assert.deepEqual(decodedNow(frame.subarray(2)), { ...longest, sentTime: NOW });

    const tooLong = disconnect(longest.status.text.length + 1);
    assert.throws(() => encodeFailoverMessage(tooLong, NOW), /InvariantError/);
    assert.deepEqual(decodeFailoverMessage(new Uint8Array(65536), NOW).error?.code, 'message-too-long');
    assert.equal(hex(encoded({ type: FailoverMessageType.UPDREQ, transactionId: 1 })), `1c000001${NOW_OCTETS}`, 'the next one is not harmed');
  });

  it('[F-FR-9] messages are found however TCP splits them: in two at every place, octet by octet, all at once', () => {
    assert.deepEqual(readInPieces(STREAM, []), FRAMES);
    for (let at = 0; at <= STREAM.length; at++) assert.deepEqual(readInPieces(STREAM, [at]), FRAMES, `split at ${at}`);
    assert.deepEqual(readInPieces(STREAM, Array.from(STREAM, (_, at) => at)), FRAMES);
  });

  it('[F-FR-9] an empty frame and one of 65535 octets are passed on, the decoder refuses the one', () => {
    const longest = concat(Uint8Array.of(0xff, 0xff), new Uint8Array(65535).fill(7));
    const stream = concat(Uint8Array.of(0, 0), longest, Uint8Array.of(0, 0));
    const lengths = readInPieces(stream, [1, 3, 4, 5, 70, 65000]).map((frame) => frame.length / 2);
    assert.deepEqual(lengths, [0, 65535, 0]);
    assert.equal(errorOf(new Uint8Array(0)).code, 'truncated-header');
  });

  it('[F-FR-9] no more than one message is held, whatever a stranger claims and sends', () => {
    const reader = new FrameReader();
    reader.push(Uint8Array.of(0xff, 0xff));
    for (let i = 0; i < 100; i++) reader.push(new Uint8Array(600));
    assert.equal(reader.bufferedOctets, 60_002);
    const frames = reader.push(new Uint8Array(5_535 + 2 * 100));
    assert.equal(frames.length, 1 + 100);
    assert.equal(reader.bufferedOctets, 0);
  });
});

describe('the header of failover messages', () => {
  it('[F-FR-3] type, transaction-id and sent-time, and then options', () => {
    const bytes = octets('23 00abcd 3243f801');
    assert.deepEqual(decodedNow(bytes), {
      type: FailoverMessageType.CONTACT,
      transactionId: 0xabcd,
      sentTime: NOW + 1,
      vendor: [],
    });
    const frame = encodeFailoverMessage({ type: FailoverMessageType.CONTACT, transactionId: 0xabcd, vendor: [] }, epochSeconds(NOW + 1));
    assert.equal(hex(frame), `0008${hex(bytes)}`);
  });

  it('[F-FR-3] a message without the whole header is refused', () => {
    for (let length = 0; length < 8; length++) {
      assert.deepEqual(errorOf(failoverOctets(FailoverMessageType.UPDREQ).subarray(0, length)), {
        code: 'truncated-header',
        offset: 0,
        option: undefined,
      });
    }
  });

  it('[F-FR-4] options have code, length and data, nest, and have no padding', () => {
    const prefix = { type: FailoverMessageType.BNDUPD, transactionId: 0xabcdef, binding: { ...CLIENT_BINDING, vss: undefined, relay: undefined, reconfigure: undefined, ias: [], status: undefined, vendor: [] } };
    assert.equal(hex(encoded(prefix)), `18abcdef${NOW_OCTETS} 002d 0016 0001000a 00030001020000000001 00640004${NOW_OCTETS}`.replaceAll(' ', ''));
  });

  it('[F-FR-6, F-GAP-1] STARTTLS and its REPLY are sent with the header of RFC 9915, without a sent-time', () => {
    assert.equal(hex(encodeFailoverMessage({ type: FailoverMessageType.STARTTLS, transactionId: 5 }, NOW)), '000417000005');
    assert.equal(hex(encodeFailoverMessage({ type: FailoverMessageType.REPLY, transactionId: 5 }, NOW)), '000407000005');
  });

  it('[F-FR-6, F-GAP-1] both are read with and without a sent-time', () => {
    for (const sentTime of ['', NOW_OCTETS]) {
      assert.deepEqual(decodedNow(octets(`17000005${sentTime}`)), { type: FailoverMessageType.STARTTLS, transactionId: 5 });
      assert.deepEqual(decodedNow(octets(`07000005${sentTime}`)), { type: FailoverMessageType.REPLY, transactionId: 5 });
      assert.deepEqual(decodedNow(octets(`07000005${sentTime}000d0002000f`)), {
        type: FailoverMessageType.REPLY,
        transactionId: 5,
        status: { code: FailoverStatusCode.TLSConnectionRefused, text: '' },
      });
    }
  });

  it('[F-GAP-1] a refusal is seen even behind a sent-time that looks like an option which holds it', () => {
    assert.deepEqual(decodedNow(octets('07000005 32430006 000d0002000f')), {
      type: FailoverMessageType.REPLY,
      transactionId: 5,
      status: { code: FailoverStatusCode.TLSConnectionRefused, text: '' },
    });
  });

  it('[F-FR-7] a message of an unknown type is refused as such', () => {
    for (const type of [0, 1, 8, 22, 36, 255]) {
      assert.deepEqual(errorOf(failoverOctets(type)), { code: 'unknown-message-type', offset: 0, option: undefined });
    }
  });
});

describe('times on the wire', () => {
  /** The time that CONTACT with this sent-time says when it is received then. */
  function read(sentTime: string, receivedAt: number): number | undefined {
    const decoded = decodeFailoverMessage(octets(`23000001${sentTime}`), epochSeconds(receivedAt));
    return decoded.error === undefined ? decoded.sentTime : undefined;
  }

  function written(time: number): string {
    return hex(encodeFailoverMessage({ type: FailoverMessageType.CONTACT, transactionId: 1, vendor: [] }, epochSeconds(time)).subarray(6));
  }

  it('[F-TM-5] they count from 2000-01-01T00:00:00Z, modulo 2^32', () => {
    assert.equal(written(946_684_800), '00000000');
    assert.equal(written(946_684_800 + 0xffffffff), 'ffffffff');
    assert.equal(written(946_684_800 + 0x1_0000_0000), '00000000');
    assert.equal(read('00000000', 946_684_800), 946_684_800);
    assert.equal(read('00000001', NOW), 946_684_801);
  });

  it('[F-TM-5] a few seconds on both sides of 2136-02-07T06:28:16Z are a few seconds apart', () => {
    const wrap = 946_684_800 + 0x1_0000_0000;
    assert.equal(read('ffffffff', wrap + 3), wrap - 1);
    assert.equal(read('00000002', wrap - 3), wrap + 2);
  });

  it('[F-TM-5] boxes that believe that it is 1970 understand each other', () => {
    for (const time of [0, 5, 86_400]) assert.equal(read(written(time), 100), time);
  });

  it('[F-TM-5] no time is before 1970, whatever the partner says', () => {
    const time = read(written(100 - 2_000_000_000), 100);
    assert.equal(time, 100 - 2_000_000_000 + 0x1_0000_0000);
    assert.equal(written(time), written(100 - 2_000_000_000));
  });
});
