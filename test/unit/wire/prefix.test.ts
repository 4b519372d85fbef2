import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  type Address,
  decodePrefixExclude,
  encodePrefixExclude,
  firstAddress,
  formatAddress,
  formatPrefix,
  hasHostBits,
  InvariantError,
  lastAddress,
  parsePrefix,
  type Prefix,
  prefixAfter,
  prefixesOverlap,
  samePrefix,
} from '../../../src/wire/index.ts';
import { holds } from './arbitraries.ts';
import { address, hex, octets } from './octets.ts';

function prefix(text: string): Prefix {
  const result = parsePrefix(text);
  assert.ok(result, text);
  return result;
}

/** The same number, for reckoning in a way that the product does not use. */
function bigOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${hex(bytes)}`);
}

const anyAddress = fc.uint8Array({ minLength: 16, maxLength: 16 }) as fc.Arbitrary<Address>;
const anyLength = fc.integer({ min: 0, max: 128 });

describe('prefixes', () => {
  it('compares the first bits of addresses', () => {
    holds(
      fc.property(anyAddress, anyAddress, anyLength, anyLength, (a, b, shared, length) => {
        const host = (1n << BigInt(128 - shared)) - 1n;
        const mixed = ((bigOf(a) & ~host) | (bigOf(b) & host)).toString(16).padStart(32, '0');
        const expected = bigOf(a) >> BigInt(128 - length) === BigInt(`0x${mixed}`) >> BigInt(128 - length);
        assert.equal(samePrefix(a, octets(mixed) as Address, length), expected);
        if (length <= shared) assert.equal(expected, true);
      }),
    );
  });

  it('finds the ends of a prefix and the bits beyond it', () => {
    holds(
      fc.property(anyAddress, anyLength, (inside, length) => {
        const host = (1n << BigInt(128 - length)) - 1n;
        assert.equal(bigOf(firstAddress(inside, length)), bigOf(inside) & ~host);
        assert.equal(bigOf(lastAddress(inside, length)), bigOf(inside) | host);
        assert.equal(hasHostBits(inside, length), (bigOf(inside) & host) !== 0n);
        assert.equal(hasHostBits(firstAddress(inside, length), length), false);
      }),
    );
  });

  it('leaves the address that it was asked about alone', () => {
    const original = address('2001:db8::5');
    firstAddress(original, 64);
    lastAddress(original, 64);
    prefixAfter(original, 128, 1);
    assert.equal(formatAddress(original), '2001:db8::5');
  });

  it('steps from prefix to prefix', () => {
    const steps: readonly [string, number, number, string | undefined][] = [
      ['2001:db8::', 128, 0, '2001:db8::'],
      ['2001:db8::ff', 128, 1, '2001:db8::100'],
      ['2001:db8::ffff:ffff', 128, 1, '2001:db8::1:0:0'],
      ['2001:db8::', 56, 1, '2001:db8:0:100::'],
      ['2001:db8:0:ff00::', 56, 1, '2001:db8:1::'],
      ['2001:db8::', 60, 17, '2001:db8:0:110::'],
      ['2001:db8::', 49, 3, '2001:db8:1:8000::'],
      ['2001:db8::', 128, Number.MAX_SAFE_INTEGER, '2001:db8::1f:ffff:ffff:ffff'],
      ['2001:db8::', 125, Number.MAX_SAFE_INTEGER, '2001:db8::ff:ffff:ffff:fff8'],
      ['ffff:ffff::', 32, 1, undefined],
      ['::', 1, 1, '8000::'],
      ['::', 1, 2, undefined],
      ['::', 0, 0, '::'],
      ['::', 0, 1, undefined],
      ['fff0::', 12, 0x100000, undefined],
    ];
    for (const [from, length, count, expected] of steps) {
      const result = prefixAfter(address(from), length, count);
      assert.equal(result === undefined ? undefined : formatAddress(result), expected, `${from}/${length} + ${count}`);
    }
  });

  it('steps as arithmetic on 128 bits does', () => {
    holds(
      fc.property(anyAddress, anyLength, fc.maxSafeNat(), (from, length, count) => {
        const sum = bigOf(from) + (BigInt(count) << BigInt(128 - length));
        const result = prefixAfter(from, length, count);
        assert.equal(result === undefined ? undefined : bigOf(result), sum < 1n << 128n ? sum : undefined);
      }),
    );
  });

  it('takes no step backwards or by a part', () => {
    for (const count of [-1, 0.5, Number.MAX_SAFE_INTEGER + 1, Number.NaN]) {
      assert.throws(() => prefixAfter(address('::'), 64, count), InvariantError);
    }
  });

  it('finds prefixes that have an address in common', () => {
    assert.equal(prefixesOverlap(prefix('2001:db8::/32'), prefix('2001:db8:5::/48')), true);
    assert.equal(prefixesOverlap(prefix('2001:db8:5::/48'), prefix('2001:db8::/32')), true);
    assert.equal(prefixesOverlap(prefix('2001:db8::/49'), prefix('2001:db8:0:8000::/49')), false);
    assert.equal(prefixesOverlap(prefix('::/0'), prefix('2001:db8::1/128')), true);
  });
});

describe('[O-19] a prefix taken out of a delegated prefix (RFC 6603)', () => {
  it('is encoded as the example of section 4.2 says', () => {
    const delegated = prefix('2001:db8:dead:bee0::/59');
    const data = encodePrefixExclude(delegated, prefix('2001:db8:dead:beef::/64'));
    assert.deepEqual(data, octets('40 78'));
    const excluded = decodePrefixExclude(delegated, octets('40 78'));
    assert.ok(excluded);
    assert.equal(formatPrefix(excluded), '2001:db8:dead:beef::/64');
  });

  it('must be a longer prefix inside the delegated one', () => {
    const delegated = prefix('2001:db8:100::/40');
    for (const text of ['2001:db8:100::/40', '2001:db8::/32', '2001:db8:200::/56']) {
      assert.equal(encodePrefixExclude(delegated, prefix(text)), undefined, text);
    }
  });

  it('is refused when the length, the number of octets or the padding is wrong', () => {
    const delegated = prefix('2001:db8:dead:bee0::/59');
    for (const data of ['', '40', '3b 00', '3a 00', '81 000000000000000000', '40 7800', '40 7c', '44 78']) {
      assert.equal(decodePrefixExclude(delegated, octets(data)), undefined, data);
    }
  });

  it('comes back as it went, for any two lengths', () => {
    holds(
      fc.property(anyAddress, anyLength, anyLength, (inside, a, b) => {
        fc.pre(a !== b);
        const delegated = { address: firstAddress(inside, Math.min(a, b)), length: Math.min(a, b) };
        const excluded = { address: firstAddress(inside, Math.max(a, b)), length: Math.max(a, b) };
        const data = encodePrefixExclude(delegated, excluded);
        assert.ok(data);
        assert.ok(data.length >= 2 && data.length <= 17);
        assert.deepEqual(decodePrefixExclude(delegated, data), excluded);
      }),
    );
  });
});
