import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ChangeQueue } from '../../../src/failover/updates/change-queue.ts';

describe('changes that wait to be told', () => {
  it('go in the order in which they came, however often its end is passed, and no more than there is room for', () => {
    const queue = new ChangeQueue(3);
    let next = 0;
    for (let slot = 1; slot <= 20; slot += 1) {
      assert.equal(queue.push(slot, 100 + slot), true);
      if (queue.length < 3) continue;
      assert.equal(queue.push(99, 0), false);
      assert.deepEqual([queue.dueTime, queue.shift(), queue.length], [101 + next, 1 + next, 2]);
      next += 1;
    }
    assert.equal(next, 18);
  });

  it('are forgotten all together', () => {
    const queue = new ChangeQueue(2);
    queue.push(1, 5);
    queue.push(2, 6);
    queue.shift();
    queue.clear();
    assert.equal(queue.length, 0);
    assert.deepEqual([queue.push(3, 7), queue.push(4, 8), queue.push(5, 9)], [true, true, false]);
    assert.deepEqual([queue.dueTime, queue.shift(), queue.shift()], [7, 3, 4]);
  });
});
