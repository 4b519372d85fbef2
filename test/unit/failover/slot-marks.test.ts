import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Mark, SlotMarks } from '../../../src/failover/updates/slot-marks.ts';

const FAR = 5_000;

describe('marks of slots', () => {
  it('stand until they are cleared, each by itself, also in slots that came later', () => {
    const marks = new SlotMarks();
    for (const slot of [7, 1_022, 1_024, FAR]) {
      assert.equal(marks.has(slot, 0xff), false);
      marks.set(slot, Mark.SENT | Mark.COVERED);
      marks.set(slot, Mark.UNTOLD);
      assert.deepEqual([Mark.SENT, Mark.COVERED, Mark.UNTOLD, Mark.QUEUED].map((mark) => marks.has(slot, mark)), [true, true, true, false]);
      assert.equal(marks.has(slot, Mark.QUEUED | Mark.SENT), true, 'one of those that are asked for');
      marks.clear(slot, Mark.SENT | Mark.QUEUED);
      assert.deepEqual([Mark.SENT, Mark.COVERED].map((mark) => marks.has(slot, mark)), [false, true]);
      assert.equal(marks.has(slot - 1, 0xff), false);
    }
    assert.equal(marks.has(7, Mark.COVERED), true, 'what was there before there was more room');
  });

  it('are taken from all slots at once', () => {
    const marks = new SlotMarks();
    for (const slot of [0, 9, FAR]) marks.set(slot, Mark.UNTOLD | Mark.CHANGING);
    marks.clearAll(~Mark.UNTOLD);
    for (const slot of [0, 9, FAR]) assert.deepEqual([marks.has(slot, Mark.CHANGING), marks.has(slot, Mark.UNTOLD)], [false, true]);
  });

  it('count what was refused, each slot once', () => {
    const marks = new SlotMarks();
    for (const slot of [1, 2, FAR]) marks.set(slot, Mark.REFUSED | Mark.UNTOLD);
    marks.set(2, Mark.REFUSED);
    assert.equal(marks.refused, 3);
    marks.clear(2, Mark.UNTOLD);
    marks.clear(3, Mark.REFUSED);
    marks.clear(9 * FAR, Mark.REFUSED);
    assert.equal(marks.refused, 3);
    marks.clear(2, Mark.REFUSED);
    marks.clear(2, Mark.REFUSED);
    assert.equal(marks.refused, 2);
    marks.clearAll(Mark.REFUSED);
    assert.equal(marks.refused, 0);
  });
});
