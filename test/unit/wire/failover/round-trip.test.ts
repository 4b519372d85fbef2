import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  decodeFailoverMessage,
  describeFailoverMessage,
  encodeFailoverMessage,
  extension,
  ExtensionCode,
  extensionOf,
  FrameReader,
} from '../../../../src/wire/index.ts';
import { holds, mutated } from '../arbitraries.ts';
import { concat, hex } from '../octets.ts';
import { extensionValues, failoverMessage } from './arbitraries.ts';
import { asReceived, decodedNow, encoded } from './failover-octets.ts';
import { NOW } from './samples.ts';

describe('a failover message that is encoded', () => {
  it('is decoded to the same', () => {
    holds(
      fc.property(failoverMessage, (message) => {
        assert.deepEqual(decodedNow(encoded(message)), asReceived(message));
      }),
      1_000,
    );
  }).timeout(60_000);

  it('is found by the reader, whatever stands around it and however it is split', () => {
    holds(
      fc.property(fc.array(failoverMessage, { maxLength: 5 }), fc.array(fc.nat({ max: 3_000 }), { maxLength: 6 }), (messages, cuts) => {
        const frames = messages.map((message) => encodeFailoverMessage(message, NOW));
        const stream = concat(...frames);
        const reader = new FrameReader();
        const ends = [...cuts, stream.length].sort((a, b) => a - b);
        const read = ends.flatMap((end, i) => reader.push(stream.slice(ends[i - 1] ?? 0, end)).map(hex));
        assert.deepEqual(read, frames.map((frame) => hex(frame.subarray(2))));
      }),
    );
  }).timeout(60_000);
});

describe('an extension that is encoded', () => {
  for (const [name, code] of Object.entries(ExtensionCode)) {
    it(`as ${name} is decoded to the same`, () => {
      holds(
        fc.property(extensionValues[code] as fc.Arbitrary<never>, (value) => {
          assert.deepEqual(extensionOf([extension(code, value)], code), value);
        }),
      );
    });
  }
});

describe('whatever octets come over a failover connection', () => {
  const octets = fc.oneof(fc.uint8Array({ maxLength: 300 }), mutated(failoverMessage.map(encoded)));

  it('they are decoded or refused with a place inside them; what is decoded is read the same after it was written again', () => {
    holds(
      fc.property(octets, (bytes) => {
        const decoded = decodeFailoverMessage(bytes, NOW);
        if (decoded.error !== undefined) {
          assert.ok(decoded.error.offset >= 0 && decoded.error.offset <= bytes.length);
          return;
        }
        const again = encodeFailoverMessage(decoded, decoded.sentTime ?? NOW).subarray(2);
        assert.deepEqual(decodedNow(again), decodedNow(bytes));
      }),
      1_000,
    );
  }).timeout(60_000);

  it('they are described in one line of printable text', () => {
    holds(
      fc.property(octets, (bytes) => {
        const decoded = decodeFailoverMessage(bytes, NOW);
        if (decoded.error === undefined) assert.doesNotMatch(describeFailoverMessage(decoded), /\p{C}/u);
      }),
      500,
    );
  }).timeout(60_000);
});
