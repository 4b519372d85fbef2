import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readWords } from '../../../src/lease/address-words.ts';
import { LeaseTable } from '../../../src/lease/index.ts';
import type { Pool } from '../../../src/lease/pool.ts';
import { StrayLeases } from '../../../src/lease/stray-leases.ts';
import { KEY, name, pool } from './leases.ts';

function wordsOf(text: string): Uint32Array {
  const words = new Uint32Array(4);
  readWords(name(text).address, 0, words, 0);
  return words;
}

function poolOf(text: string): Pool {
  const table = new LeaseTable(KEY, 0);
  table.setPools([pool(text)], []);
  return table.pools.pool(0);
}

describe('leases that are no element of any pool', () => {
  it('hold an element of a pool back as long as one of them lies in it', () => {
    const prefixes = poolOf('2001:db8:100::/40 of /56');
    const strays = new StrayLeases(KEY);
    const element = wordsOf('2001:db8:100:100::');
    const [first, second] = ['2001:db8:100:110::/60', '2001:db8:100:120::/60'].map(wordsOf) as [Uint32Array, Uint32Array];
    assert.equal(strays.hasInside(element), false);
    strays.add(first, 60, prefixes);
    strays.add(second, 60, prefixes);
    assert.equal(strays.hasInside(element), true);
    assert.equal(strays.hasInside(wordsOf('2001:db8:100:200::')), false);
    strays.remove(first, 60, prefixes);
    assert.equal(strays.hasInside(element), true);
    strays.remove(second, 60, prefixes);
    assert.equal(strays.hasInside(element), false);
  });

  it('do not lie in an element that is no larger than they are', () => {
    const prefixes = poolOf('2001:db8:100::/40 of /56');
    const strays = new StrayLeases(KEY);
    const element = wordsOf('2001:db8:100:100::');
    for (const length of [48, 56]) strays.add(element, length, prefixes);
    assert.equal(strays.hasInside(element), false);
  });

  it('hold back what lies in a shorter one, asked for once for each length that there is', () => {
    const strays = new StrayLeases(KEY);
    const held = wordsOf('2001:db8:100::');
    const asked: number[] = [];
    const isInside = (length: number): boolean => {
      asked.length = 0;
      return strays.isInside(wordsOf('2001:db8:100:ff::'), length, (words, shorter) => {
        asked.push(shorter);
        return shorter === 48 && words.every((word, i) => word === held[i]);
      });
    };
    assert.equal(isInside(64), false);
    strays.add(held, 48, undefined);
    strays.add(wordsOf('2001:db8:200::'), 48, undefined);
    strays.add(wordsOf('2001:db8:300::'), 52, undefined);
    assert.equal(isInside(64), true);
    assert.equal(isInside(48), false);
    assert.deepEqual(asked, []);
    strays.remove(wordsOf('2001:db8:200::'), 48, undefined);
    assert.equal(isInside(64), true);
    strays.remove(held, 48, undefined);
    assert.equal(isInside(64), false);
    assert.deepEqual(asked, [52]);
  });
});
