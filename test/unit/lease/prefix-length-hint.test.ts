import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { poolsByLengthHint } from '../../../src/lease/index.ts';

describe('the length that a client would like a prefix to have (RFC 8168 3.2)', () => {
  function ordered(lengths: readonly number[], hint: number): number[][] {
    const pools = lengths.map((_, number) => number);
    return poolsByLengthHint(pools, (pool) => lengths[pool] ?? 0, hint).map((group) => group.map((pool) => lengths[pool] ?? 0));
  }

  it('is met exactly if that is possible', () => {
    assert.deepEqual(ordered([48, 56, 60], 56), [[56], [48], [60]]);
  });

  it('is met by the closest shorter length otherwise, and by the closest longer one if need be', () => {
    assert.deepEqual(ordered([30, 48, 56], 54), [[48], [30], [56]]);
    assert.deepEqual(ordered([64, 60, 56], 48), [[56], [60], [64]]);
    assert.deepEqual(ordered([], 48), []);
  });

  it('leaves pools of one length together, in their order', () => {
    assert.deepEqual(poolsByLengthHint([5, 2, 9, 4], (pool) => (pool === 9 ? 48 : 56), 56), [[5, 2, 4], [9]]);
  });
});
