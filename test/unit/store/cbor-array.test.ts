import assert from 'node:assert/strict';
import { Decoder, Encoder } from 'cbor-x';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { readCborArray, writeCborArray, writtenCbor } from '../../../src/store/cbor-array.ts';
import { holds } from '../wire/arbitraries.ts';

const encoder = new Encoder({ useRecords: false, tagUint8Array: false });

const number = fc.oneof(
  fc.constantFrom(0, 0x17, 0x18, 0xff, 0x100, 0xffff, 0x10000, 0xffffffff, 0x100000000, Number.MAX_SAFE_INTEGER),
  fc.nat({ max: 0xffffffff }),
  fc.maxSafeNat(),
);
const octets = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(new Uint8Array(70_000).fill(7), new Uint8Array(0)));
const item = fc.oneof(number, octets);

function written(items: readonly unknown[], last: number): string {
  const length = writeCborArray(items, last);
  return Buffer.from(writtenCbor().subarray(0, length)).toString('hex');
}

describe('a CBOR array of whole numbers and octets', () => {
  it('is what the encoder for everything makes of it, octet by octet', () => {
    holds(
      fc.property(fc.array(item, { maxLength: 40 }), fc.nat({ max: 0xffffffff }), (items, last) => {
        assert.equal(written(items, last), Buffer.from(encoder.encode([...items, last])).toString('hex'));
      }),
    );
  }).timeout(60_000);

  it('is left to that where something else is in it', () => {
    for (const other of [null, undefined, -1, 0.5, NaN, Infinity, 'text', 5n, [], Number.MAX_SAFE_INTEGER + 1]) {
      assert.equal(writeCborArray([1, other], 2), -1, String(other));
    }
  });

  it('is read as the decoder for everything reads it', () => {
    holds(
      fc.property(fc.array(fc.oneof(fc.nat({ max: 0xffffffff }), octets), { maxLength: 23 }), (items) => {
        assert.deepEqual(readCborArray(encoder.encode(items)), items);
      }),
    );
  }).timeout(60_000);

  it('and what it is cut to, or lengthened to, is read as nothing, or by that decoder as the same', () => {
    const decoder = new Decoder({ useRecords: false });
    holds(
      fc.property(fc.array(fc.oneof(number, octets, fc.constantFrom(null, 'text', -1)), { maxLength: 30 }), fc.nat(), fc.uint8Array(), (items, cut, more) => {
        const whole = encoder.encode(items);
        for (const bytes of [whole, whole.subarray(0, cut % whole.length), Buffer.concat([whole, more]), more]) {
          const read = readCborArray(bytes);
          if (read !== undefined) assert.deepEqual(read, plain(decoder.decode(bytes)));
        }
      }),
    );
  }).timeout(60_000);
});

/** Octets as plain arrays of them, which is what `deepEqual` compares with. */
function plain(items: unknown): unknown {
  assert.ok(Array.isArray(items));
  return items.map((one: unknown) => (one instanceof Uint8Array ? new Uint8Array(one) : one));
}
