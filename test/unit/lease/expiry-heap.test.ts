import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { ExpiryHeap } from '../../../src/lease/expiry-heap.ts';

describe('the heap of expiration times', () => {
  it('loses nothing when it outgrows its memory', () => {
    const heap = new ExpiryHeap();
    const keys = Array.from({ length: 5_000 }, (_, i) => ((i * 7_919) % 5_003) + 1);
    for (const [slot, key] of keys.entries()) heap.push(key, slot);
    const popped: [number, number][] = [];
    for (let i = 0; i < keys.length; i += 1) {
      popped.push([heap.firstKey, heap.firstSlot]);
      heap.pop();
    }
    assert.equal(heap.size, 0);
    assert.deepEqual(popped, [...keys.entries()].map(([slot, key]) => [key, slot]).sort(([a = 0], [b = 0]) => a - b));
  });

  it('agrees with a sorted list', () => {
    const key = fc.integer({ min: 1, max: 60 });
    const step = fc.record({ action: fc.constantFrom('push', 'push', 'append', 'pop', 'postpone', 'compact'), key });
    const property = fc.property(fc.array(step, { maxLength: 150, size: 'max' }), (steps) => {
      const heap = new ExpiryHeap();
      let entries: { key: number; slot: number }[] = [];
      for (const [slot, one] of steps.entries()) {
        const first = entries.find((entry) => entry.slot === heap.firstSlot);
        if (one.action === 'push') {
          heap.push(one.key, slot);
          entries.push({ key: one.key, slot });
        } else if (one.action === 'append') {
          heap.reserve(entries.length + one.key);
          for (let more = 0; more < one.key; more += 1) {
            const entry = { key: ((one.key * (more + 7)) % 59) + 1, slot: slot + 1_000 * (more + 1) };
            heap.append(entry.key, entry.slot);
            entries.push(entry);
          }
          heap.restoreOrder();
        } else if (one.action === 'compact') {
          const isKept = (time: number, other: number): boolean => (time + other) % 3 !== 0;
          heap.compact(isKept);
          entries = entries.filter((entry) => isKept(entry.key, entry.slot));
        } else if (entries.length > 0 && first !== undefined) {
          if (one.action === 'pop') {
            heap.pop();
            entries.splice(entries.indexOf(first), 1);
          } else {
            heap.postponeFirst(first.key + one.key);
            first.key += one.key;
          }
        }
        assert.equal(heap.size, entries.length);
        assert.equal(heap.firstKey, entries.reduce((least, entry) => Math.min(least, entry.key), 0xffffffff));
        if (entries.length > 0) assert.equal(entries.find((entry) => entry.slot === heap.firstSlot)?.key, heap.firstKey);
      }
    });
    fc.assert(property, { seed: 1964, numRuns: 200 });
  }).timeout(60_000);
});
