import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { IndexBitmap } from '../../../src/lease/index-bitmap.ts';

/** What `nextGap` has to find, looked for one by one. */
function gapAfter(used: ReadonlySet<number>, size: number, from: number): number {
  for (let i = 0; i < size; i += 1) if (!used.has((from + i) % size)) return (from + i) % size;
  return -1;
}

describe('the bitmap of used places', () => {
  for (const size of [1, 2, 31, 32, 33, 1_024, 1_025, 40_000]) {
    it(`agrees with a set of ${size} places`, () => {
      const place = fc.integer({ min: 0, max: size - 1 });
      const step = fc.record({ action: fc.constantFrom('add', 'add', 'delete', 'fill', 'gap'), place, length: fc.integer({ min: 1, max: size }) });
      const property = fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const bitmap = new IndexBitmap(size);
        const used = new Set<number>();
        for (const { action, place: at, length } of steps) {
          if (action === 'add') {
            bitmap.add(at);
            used.add(at);
          } else if (action === 'delete') {
            bitmap.delete(at);
            used.delete(at);
          } else if (action === 'fill') {
            for (let i = at; i < Math.min(size, at + length); i += 1) {
              bitmap.add(i);
              used.add(i);
            }
          }
          assert.equal(bitmap.has(at), used.has(at));
          assert.equal(bitmap.nextGap(at), gapAfter(used, size, at));
        }
        assert.equal(bitmap.nextGap(size), gapAfter(used, size, 0));
      });
      fc.assert(property, { seed: 7943, numRuns: 40 });
    });
  }

  it('finds the one gap of 2^24 places from anywhere, and none when there is none', () => {
    const size = 2 ** 24;
    const bitmap = new IndexBitmap(size);
    for (let i = 0; i < size; i += 1) bitmap.add(i);
    assert.equal(bitmap.nextGap(0), -1);
    for (const gap of [0, 31, 32, 12_345_678, size - 1]) {
      bitmap.delete(gap);
      for (const from of [0, gap, gap + 1, size - 1]) assert.equal(bitmap.nextGap(from), gap);
      bitmap.add(gap);
    }
  }).timeout(60_000);

  it('counts what is in it, however often that is added or taken out', () => {
    const bitmap = new IndexBitmap(70);
    for (const index of [0, 69, 69, 3]) bitmap.add(index);
    assert.equal(bitmap.count, 3);
    for (const index of [3, 3, 5]) bitmap.delete(index);
    assert.equal(bitmap.count, 2);
    for (let index = 0; index < 70; index += 1) bitmap.add(index);
    assert.deepEqual([bitmap.count, bitmap.nextGap(0)], [70, -1]);
  });
});
