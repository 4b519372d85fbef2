import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  beginIa,
  beginIaPrefix,
  DATAGRAM_LENGTH_MAX,
  DataWriter,
  iaid,
  InvariantError,
  OptionCode,
  seconds,
  StatusCode,
  writeEmptyOption,
  writeIaAddress,
  writeIaPrefix,
  writeMessageHeader,
  writeOption,
  writeStatusCode,
  writeU8Option,
} from '../../../src/wire/index.ts';
import { address, hex } from './octets.ts';

/** What a writer makes of it, in hexadecimal. */
function written(write: (writer: DataWriter) => void): string {
  const writer = new DataWriter();
  write(writer);
  const message = writer.finish();
  assert.ok(message);
  return hex(message);
}

describe('writing a message', () => {
  it('puts numbers in network order', () => {
    const message = written((writer) => {
      writer.u8(0x01);
      writer.u16(0x0203);
      writer.u24(0x040506);
      writer.u32(0xf7080910);
    });
    assert.equal(message, '010203040506f7080910');
  });

  it('copies octets, few and many', () => {
    for (const length of [0, 1, 32, 33, 1000]) {
      const bytes = Uint8Array.from({ length }, (_, i) => i);
      assert.equal(written((writer) => writer.bytes(bytes)), hex(bytes));
    }
  });

  it('fills in the lengths of options that hold options', () => {
    const message = written((writer) => {
      writeMessageHeader(writer, 7, 0xabcdef);
      const na = beginIa(writer, OptionCode.IA_NA, iaid(0xfedcba98), seconds(3600), seconds(5400));
      writeIaAddress(writer, address('2001:db8::1'), seconds(3600), seconds(7200));
      writeStatusCode(writer, StatusCode.NotOnLink, 'no');
      writer.endOption(na);
      const pd = beginIa(writer, OptionCode.IA_PD, iaid(1), seconds(0), seconds(0));
      const prefix = beginIaPrefix(writer, address('2001:db8::'), 56, seconds(1), seconds(2));
      writeOption(writer, OptionCode.PD_EXCLUDE, Uint8Array.of(64, 1));
      writer.endOption(prefix);
      writeIaPrefix(writer, address('2001:db8:1::'), 48, seconds(3), seconds(4));
      writeStatusCode(writer, StatusCode.Success, '');
      writer.endOption(pd);
      writeEmptyOption(writer, OptionCode.RAPID_COMMIT);
      writeU8Option(writer, OptionCode.PREFERENCE, 255);
    });
    assert.equal(
      message,
      [
        '07 abcdef',
        '0003 0030 fedcba98 00000e10 00001518',
        '0005 0018 20010db8000000000000000000000001 00000e10 00001c20',
        '000d 0004 0004 6e6f',
        '0019 0052 00000001 00000000 00000000',
        '001a 001f 00000001 00000002 38 20010db8000000000000000000000000 0043 0002 4001',
        '001a 0019 00000003 00000004 30 20010db8000100000000000000000000',
        '000d 0002 0000',
        '000e 0000',
        '0007 0001 ff',
      ]
        .join('')
        .replaceAll(' ', ''),
    );
  });

  it('hands out messages that later ones leave alone', () => {
    const writer = new DataWriter();
    const messages = Array.from({ length: 2000 }, (_, i) => {
      writer.u16(i);
      writer.bytes(new Uint8Array(100).fill(i));
      assert.equal(writer.position, 102);
      return writer.finish();
    });
    for (const [i, message] of messages.entries()) {
      assert.ok(message);
      assert.equal(message.length, 102);
      assert.equal((message[0] ?? 0) * 256 + (message[1] ?? 0), i);
      assert.ok(message.subarray(2).every((octet) => octet === i % 256));
    }
  });

  it('takes an open option along when it moves to new room', () => {
    const writer = new DataWriter();
    writer.bytes(new Uint8Array(60000));
    writer.finish();
    writer.u8(0xaa);
    const outer = writer.beginOption(1);
    writer.bytes(new Uint8Array(5000).fill(1));
    const inner = writer.beginOption(2);
    writer.bytes(new Uint8Array(40000).fill(2));
    writer.endOption(inner);
    writer.endOption(outer);
    const message = writer.finish();
    assert.ok(message);
    assert.equal(hex(message.subarray(0, 5)), `aa0001${(45004).toString(16)}`);
    assert.equal(hex(message.subarray(5005, 5009)), `0002${(40000).toString(16)}`);
    assert.equal(message.length, 45009);
    assert.equal(message[45008], 2);
  });

  it('drops what was written when it is told to', () => {
    const writer = new DataWriter();
    writer.u32(1);
    writer.reset();
    assert.equal(writer.position, 0);
    writer.u8(7);
    assert.deepEqual(writer.finish(), Uint8Array.of(7));
  });

  it('writes the longest message that a datagram can carry, and gives undefined for a longer one', () => {
    const writer = new DataWriter();
    writer.bytes(new Uint8Array(DATAGRAM_LENGTH_MAX).fill(1));
    assert.equal(writer.finish()?.length, 65527);
    writer.bytes(new Uint8Array(DATAGRAM_LENGTH_MAX));
    writer.u8(0);
    assert.equal(writer.finish(), undefined);
    const option = writer.beginOption(1);
    for (let i = 0; i < 100_000; i++) writer.u32(i);
    writer.endOption(option);
    assert.equal(writer.finish(), undefined);
    writer.u8(9);
    assert.deepEqual(writer.finish(), Uint8Array.of(9));
  });

  it('does not end an option that was begun in another message', () => {
    const writer = new DataWriter();
    const option = writer.beginOption(1);
    writer.finish();
    assert.throws(() => writer.endOption(option), InvariantError);
    assert.throws(() => writer.endOption(0), InvariantError);
  });
});
