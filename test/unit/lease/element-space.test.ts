import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { readWords, toAddressOctets } from '../../../src/lease/address-words.ts';
import { ElementSpace } from '../../../src/lease/element-space.ts';
import { LeaseKind, type PoolDefinition } from '../../../src/lease/index.ts';
import { type Address, formatAddress } from '../../../src/wire/index.ts';
import { address } from './leases.ts';

function wordsOf(octets: Address): Uint32Array {
  const words = new Uint32Array(4);
  readWords(octets, 0, words, 0);
  return words;
}

function bigOf(octets: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(octets).toString('hex')}`);
}

function octetsOf(value: bigint): Address {
  return Uint8Array.from(Buffer.from(value.toString(16).padStart(32, '0'), 'hex')) as unknown as Address;
}

function addresses(first: string, last: string): PoolDefinition {
  return { first: address(first), last: address(last), allocation: 'random', share: 'whole' };
}

function prefixes(prefix: string, length: number, delegatedLength: number): PoolDefinition {
  return { prefix: { address: address(prefix), length }, delegatedLength, allocation: 'random', share: 'whole' };
}

function elementAt(space: ElementSpace, index: number): string {
  const words = new Uint32Array(4);
  space.at(index, words);
  return formatAddress(toAddressOctets(words, 0));
}

describe('the elements of a pool', () => {
  it('are counted from the first to the last', () => {
    const range = new ElementSpace(addresses('2001:db8::ffff:fff0', '2001:db8::1:0:f'), 'all');
    assert.deepEqual([range.kind, range.elementLength, range.size], [LeaseKind.IA_NA, 128, 32]);
    assert.deepEqual([elementAt(range, 0), elementAt(range, 16), elementAt(range, 31)], ['2001:db8::ffff:fff0', '2001:db8::1:0:0', '2001:db8::1:0:f']);
    const delegated = new ElementSpace(prefixes('2001:db8::', 32, 60), 'all');
    assert.deepEqual([delegated.kind, delegated.elementLength, delegated.size], [LeaseKind.IA_PD, 60, 2 ** 28]);
    assert.deepEqual([elementAt(delegated, 1), elementAt(delegated, 2 ** 28 - 1)], ['2001:db8:0:10::', '2001:db8:ffff:fff0::']);
    assert.equal(new ElementSpace(prefixes('::', 0, 128), 'all').size, 2 ** 128);
    assert.equal(new ElementSpace(prefixes('2001:db8::', 56, 56), 'all').size, 1);
  });

  it('are numbered as arithmetic on whole numbers numbers them', () => {
    const octets = fc.uint8Array({ minLength: 16, maxLength: 16 });
    const property = fc.property(octets, fc.integer({ min: 0, max: 128 }), fc.integer({ min: 0, max: 53 }), fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (base, length, bits, part) => {
      const elementLength = Math.min(128, length + bits);
      const shift = BigInt(128 - elementLength);
      const first = (bigOf(base) >> BigInt(128 - length)) << BigInt(128 - length);
      const space = new ElementSpace({ prefix: { address: octetsOf(first), length }, delegatedLength: elementLength, allocation: 'random', share: 'whole' }, 'all');
      assert.equal(space.size, 2 ** (elementLength - length));
      const index = Math.floor(part * space.size);
      const words = new Uint32Array(4);
      space.at(index, words);
      const element = first + (BigInt(index) << shift);
      assert.equal(bigOf(toAddressOctets(words, 0)), element);
      assert.equal(space.indexOf(words), index);
      assert.equal(space.indexOf(wordsOf(octetsOf(element | ((1n << shift) - 1n)))), index);
      assert.ok(space.contains(words));
      if (first > 0n) assert.ok(!space.contains(wordsOf(octetsOf(first - 1n))));
    });
    fc.assert(property, { seed: 4291, numRuns: 500 });
  });

  it('are counted across words where their length ends with a word', () => {
    const space = new ElementSpace(prefixes('2001::', 16, 64), 'all');
    assert.equal(elementAt(space, 2 ** 40 + 5), '2001:100:0:5::');
    assert.equal(space.indexOf(wordsOf(address('2001:100:0:5::1'))), 2 ** 40 + 5);
  });

  it('begin at the prefix, whatever stands behind its length', () => {
    assert.equal(elementAt(new ElementSpace(prefixes('2001:db8::1', 32, 48), 'all'), 1), '2001:db8:1::');
  });

  it('[F-AL-1] of one half begin behind the first address where that is of the other half, also across all words', () => {
    for (const first of ['2001:db8::10', '2001:db8:ffff:ffff:ffff:ffff:ffff:fffe']) {
      const odd = new ElementSpace(addresses(first, '2001:db9::20'), 'odd');
      const even = new ElementSpace(addresses(elementAt(odd, 0), '2001:db9::20'), 'even');
      assert.equal(bigOf(address(elementAt(odd, 0))), bigOf(address(first)) + 1n);
      assert.equal(bigOf(address(elementAt(even, 0))), bigOf(address(first)) + 2n);
    }
  });

  it('[F-AL-1] of one half are found from, and up to, an address of the other half', () => {
    const odd = new ElementSpace(addresses('2001:db8::10', '2001:db8::20'), 'odd');
    const [from, until] = [(text: string) => odd.indexFrom(wordsOf(address(text))), (text: string) => odd.indexUntil(wordsOf(address(text)))];
    assert.deepEqual(['2001:db8::10', '2001:db8::11', '2001:db8::12', '2001:db8::1f'].map(from), [0, 0, 1, 7]);
    assert.deepEqual(['2001:db8::10', '2001:db8::11', '2001:db8::12', '2001:db8::20'].map(until), [-1, 0, 0, 7]);
  });

  it('are drawn from all of the pool, and from nowhere else', () => {
    const property = fc.property(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), fc.uint8Array({ minLength: 16, maxLength: 16 }), (a, b, random) => {
      const [first, last] = a < b ? [a, b] : [b, a];
      const space = new ElementSpace({ first: octetsOf(first), last: octetsOf(last), allocation: 'random', share: 'whole' }, 'all');
      const words = wordsOf(random as Address);
      const bits = (last - first).toString(2).length;
      const offset = first === last ? 0n : bigOf(random) & ((1n << BigInt(bits)) - 1n);
      const isInside = space.drawn(words);
      assert.equal(isInside, first + offset <= last);
      if (isInside) assert.equal(bigOf(toAddressOctets(words, 0)), first + offset);
    });
    fc.assert(property, { seed: 4291, numRuns: 500 });
  });
});
