import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  compareBytes,
  epochSeconds,
  formatDuid,
  formatHex,
  iaid,
  invariant,
  InvariantError,
  monotonicMs,
  parseDuid,
  parseHex,
  sameBytes,
  seconds,
} from '../../../src/wire/index.ts';
import { holds } from './arbitraries.ts';
import { duid, octets } from './octets.ts';

describe('hexadecimal text', () => {
  it('writes lower-case octets with colons, or with what is asked for', () => {
    assert.equal(formatHex(octets('00 03 0a ff')), '00:03:0a:ff');
    assert.equal(formatHex(octets('000a'), ''), '000a');
    assert.equal(formatHex(octets('')), '');
  });

  it('reads octets with colons, with dashes, plain, or after 0x', () => {
    for (const text of ['00:03:0a:ff', '0:3:a:ff', '00-03-0A-FF', '00030aff', '0x00030AFF']) {
      assert.deepEqual(parseHex(text), octets('00030aff'), text);
    }
    assert.deepEqual(parseHex('ab'), octets('ab'));
    assert.deepEqual(parseHex(''), octets(''));
  });

  it('refuses anything else', () => {
    for (const text of ['0', '000', '0g', '00:', ':00', '00::01', '00:03-0a', '000:1', '00 01', '0x0:1']) {
      assert.equal(parseHex(text), undefined, text);
    }
  });

  it('reads what it wrote', () => {
    holds(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => assert.deepEqual(parseHex(formatHex(bytes)), bytes)));
  });
});

describe('identifiers', () => {
  it('reads and writes DUIDs', () => {
    assert.equal(formatDuid(duid('00-03-00-01-02-00-00-00-00-01')), '00:03:00:01:02:00:00:00:00:01');
    for (const text of ['00:03', 'zz:03:01', '']) assert.equal(parseDuid(text), undefined, text);
  });

  it('keeps an IAID to 32 bits without a sign', () => {
    assert.deepEqual([iaid(1), iaid(-1), iaid(2 ** 32 + 5)], [1, 0xffffffff, 5]);
  });
});

describe('order of octets', () => {
  it('compares as memcmp does, a prefix before what it begins', () => {
    const sorted = ['', '00', '0000', '0001', '01', '01ff', '02', 'ff'].map(octets);
    assert.deepEqual(sorted.toReversed().sort(compareBytes), sorted);
    assert.equal(compareBytes(octets('0102'), octets('0102')), 0);
  });

  it('finds octets the same only when all are', () => {
    assert.equal(sameBytes(octets('0102'), octets('0102')), true);
    assert.equal(sameBytes(octets('0102'), octets('0103')), false);
    assert.equal(sameBytes(octets('0102'), octets('010203')), false);
  });
});

describe('units and assertions', () => {
  it('changes no number', () => {
    assert.deepEqual([seconds(1), epochSeconds(2), monotonicMs(3.5)], [1, 2, 3.5]);
  });

  it('says what must hold when it does not', () => {
    invariant(true, 'nothing happens');
    assert.throws(() => invariant(false, 'the table is sorted'), new InvariantError('the table is sorted'));
  });
});
