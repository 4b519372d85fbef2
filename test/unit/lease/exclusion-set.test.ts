import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readWords } from '../../../src/lease/address-words.ts';
import { ElementSpace } from '../../../src/lease/element-space.ts';
import { ExclusionSet } from '../../../src/lease/exclusion-set.ts';
import { KEY, name, pool } from './leases.ts';

function setOf(reserved: Readonly<Record<string, string | undefined>>, pools: readonly string[] = []): ExclusionSet {
  const names = Object.entries(reserved).map(([text, relationship]) => ({ ...name(text), relationship }));
  return new ExclusionSet(names, pools.map((text) => new ElementSpace(pool(text), 'all')), KEY);
}

function wordsOf(text: string): Uint32Array {
  const words = new Uint32Array(4);
  readWords(name(text).address, 0, words, 0);
  return words;
}

function relationshipOf(set: ExclusionSet, text: string): string | undefined {
  return set.relationshipOf(wordsOf(text), name(text).prefixLength);
}

describe('names that nobody gets by itself', () => {
  it('cover the element of a pool that they lie in, wherever in it', () => {
    const set = setOf({ '2001:db8:0:7::/64': undefined }, ['2001:db8::/48 of /56']);
    assert.equal(set.covers(wordsOf('2001:db8::'), 56), true);
    assert.equal(set.covers(wordsOf('2001:db8:0:100::'), 56), false);
  });

  it('are of their relationship, and the element that they lie in is of none', () => {
    const set = setOf({ '2001:db8:0:7::/64': 'east-west' }, ['2001:db8::/48 of /56']);
    assert.equal(relationshipOf(set, '2001:db8:0:7::/64'), 'east-west');
    assert.equal(relationshipOf(set, '2001:db8::/56'), undefined);
  });

  it('are of their own relationship inside of one that is of none', () => {
    const set = setOf({ '2001:db8::/56': undefined, '2001:db8::5': 'east-west' });
    assert.equal(relationshipOf(set, '2001:db8::5'), 'east-west');
    assert.equal(relationshipOf(set, '2001:db8::6'), undefined);
  });

  it('say nothing of what is not among them, wherever in the table they are', () => {
    for (let n = 1; n <= 64; n += 1) {
      const own = `2001:db8:0:${n.toString(16)}::/64`;
      const set = setOf({ [own]: 'east-west' });
      set.countTaken(wordsOf(own), 64, 1);
      assert.equal(set.takenInside(wordsOf(own), 64), 1);
      assert.equal(set.takenInside(wordsOf('2001:db8:0:100::/64'), 64), 0);
      assert.equal(relationshipOf(set, '2001:db8:0:100::/64'), undefined);
    }
  });
});
