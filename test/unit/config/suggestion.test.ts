// "Did you mean ...?"

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { nearestName } from '../../../src/config/suggestion.ts';

const NAMES = ['prefixes', 'relay', 'address-pools', 'prefix-pools', 'reservations', 'lifetimes', 'options'];

describe('the name that was probably meant', () => {
  const cases: readonly (readonly [written: string, meant: string | undefined])[] = [
    ['prefixse', 'prefixes'],
    ['prefix', 'prefixes'],
    ['addres-pool', 'address-pools'],
    ['prefixPools', 'prefix-pools'],
    ['PREFIX_POOLS', 'prefix-pools'],
    ['lifetime', 'lifetimes'],
    ['opt', undefined],
    ['re', undefined],
    ['colour', undefined],
    ['', undefined],
  ];
  for (const [written, meant] of cases) {
    it(`of "${written}" is ${meant ?? 'nobody’s guess'}`, () => {
      assert.equal(nearestName(written, NAMES), meant);
    });
  }

  it('is the nearest of several that are near', () => {
    assert.equal(nearestName('lan12', ['lan1', 'lan123', 'lan12b', 'lan13']), 'lan1');
    assert.equal(nearestName('lna1', ['lin', 'lan1']), 'lan1');
  });

  it('counts neighbours that changed places as one mistake', () => {
    assert.equal(nearestName('ab', ['ba']), 'ba');
    assert.equal(nearestName('relya', ['relay', 'rely']), 'relay');
  });
});
