import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { type Address, formatAddress, formatPrefix, parseAddress, parsePrefix } from '../../../src/wire/index.ts';
import { holds } from './arbitraries.ts';
import { hex } from './octets.ts';

function parsed(text: string): string | undefined {
  const result = parseAddress(text);
  return result === undefined ? undefined : hex(result);
}

describe('addresses as text', () => {
  it('reads every form of RFC 4291 2.2', () => {
    const forms: readonly [string, string][] = [
      ['2001:db8:0:0:8:800:200c:417a', '20010db80000000000080800200c417a'],
      ['2001:DB8::8:800:200C:417A', '20010db80000000000080800200c417a'],
      ['::', '00000000000000000000000000000000'],
      ['::1', '00000000000000000000000000000001'],
      ['1::', '00010000000000000000000000000000'],
      ['1:2:3:4:5:6:7::', '00010002000300040005000600070000'],
      ['::2:3:4:5:6:7:8', '00000002000300040005000600070008'],
      ['0001:02:3::', '00010002000300000000000000000000'],
      ['::ffff:192.0.2.33', '00000000000000000000ffffc0000221'],
      ['::13.1.68.3', '0000000000000000000000000d014403'],
      ['::255.255.255.255', '000000000000000000000000ffffffff'],
      ['64:ff9b:1:2:3:4:192.0.2.1', '0064ff9b0001000200030004c0000201'],
    ];
    for (const [text, octets] of forms) assert.equal(parsed(text), octets, text);
  });

  it('refuses what is no address', () => {
    for (const text of [
      '', ':', ':::', '1', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1::2::3', '1:2:3:4:5:6:7:8::', '::1:2:3:4:5:6:7:8', ':1::', '1::2:',
      '12345::', 'g::', '1.2.3.4', '::1.2.3', '::1.2.3.4.5', '::256.0.0.1', '::1.2.3.256', '::1.256.3.4', '::1.2.256.4', '::01.2.3.4', '1.2.3.4::', '::1.2.3.4:5', 'fe80::1%eth0', ' ::1', '::1 ',
      '2001:db8::/32', '1:2:3:4:5:6:7:1.2.3.4',
    ]) {
      assert.equal(parseAddress(text), undefined, text);
    }
  });

  it('writes the canonical form of RFC 5952', () => {
    const forms: readonly [string, string][] = [
      ['2001:0db8::0001', '2001:db8::1'],
      ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
      ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
      ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
      ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
      ['0:0:1::', '0:0:1::'],
      ['::', '::'],
      ['::1', '::1'],
      ['1::', '1::'],
      ['::ABCD:0:0:1', '::abcd:0:0:1'],
      ['::ffff:c000:201', '::ffff:192.0.2.1'],
      ['::fffe:c000:201', '::fffe:c000:201'],
      ['1::ffff:c000:201', '1::ffff:c000:201'],
    ];
    for (const [text, canonical] of forms) assert.equal(formatAddress(parseAddress(text) as Address), canonical);
  });

  it('reads what it wrote', () => {
    const word = fc.oneof(fc.constant(0), fc.constant(0xffff), fc.integer({ min: 0, max: 0xffff }));
    holds(
      fc.property(fc.array(word, { minLength: 8, maxLength: 8 }), (words) => {
        const original = Uint8Array.from(words.flatMap((value) => [value >> 8, value & 0xff])) as Address;
        assert.deepEqual(parseAddress(formatAddress(original)), original);
      }),
    );
  });

  it('reads and writes prefixes', () => {
    for (const text of ['::/0', '2001:db8::/32', '2001:db8:0:8000::/49', '2001:db8::1/128']) {
      const prefix = parsePrefix(text);
      assert.ok(prefix, text);
      assert.equal(formatPrefix(prefix), text);
    }
  });

  it('refuses what is no prefix', () => {
    for (const text of ['', '2001:db8::', '2001:db8::/', '/32', '2001:db8::/129', '2001:db8::/032', '2001:db8::/-1', '2001:db8::1/64', '2001:db8:0:8000::/48', 'x/1', '::/ 0', '::/1000']) {
      assert.equal(parsePrefix(text), undefined, text);
    }
  });
});
