import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isMet, ratioOf, type Finding } from '../../bench/finding.ts';
import { median, pairedRatios } from '../../bench/statistics.ts';

const finding: Finding = { figure: 'x', unit: 's', twinlease: [1, 9, 4], kea: [2, 3, 8] };

describe('figures of the bench', () => {
  it('takes the middle value, and the mean of two in the middle', () => {
    assert.equal(median([9, 1, 4]), 4);
    assert.equal(median([10, 9, 1, 2]), 5.5);
    assert.ok(Number.isNaN(median([])));
  });

  it('pairs the rounds before it takes the median', () => {
    assert.deepEqual(pairedRatios([1, 9, 4], [2, 3, 8]), [0.5, 3, 0.5]);
    // The ratio of the medians would be 4 to 3.
    assert.equal(ratioOf(finding), 0.5);
  });

  it('holds the ratio, or the own figure, against the limit', () => {
    assert.equal(isMet({ ...finding, target: { of: 'ratio', comparison: '<=', limit: 0.5 } }), true);
    assert.equal(isMet({ ...finding, target: { of: 'ratio', comparison: '<', limit: 0.5 } }), false);
    assert.equal(isMet({ ...finding, target: { of: 'twinlease', comparison: '>=', limit: 4 } }), true);
    assert.equal(isMet({ ...finding, target: { of: 'twinlease', comparison: '>', limit: 4 } }), false);
    assert.equal(isMet(finding), undefined);
  });

  it('does not call a target met that was not measured', () => {
    assert.equal(isMet({ figure: 'x', unit: 's', target: { of: 'ratio', comparison: '<', limit: 1 } }), false);
  });
});
