import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createLoadHistory } from '../../../src/control/index.ts';
import { giveLeases, runBox } from './running-box.ts';

describe('how busy the box was', function () {
  this.timeout(20_000);

  it('is kept for an hour of ten seconds each, the newest at the end', () => {
    const running = runBox();
    try {
      const { subject } = running;
      const history = createLoadHistory(10, subject.appliance, () => subject.configuration());
      for (let i = 0; i < 400; i++) history.sample();
      giveLeases(running.box);
      history.sample();
      const { received, pools } = history.report();
      assert.deepEqual([received.length, received.at(-2), received.at(-1)], [360, 0, 2]);
      for (const { active } of pools) assert.equal(active.length, 360);
      assert.equal(pools.reduce((sum, { active }) => sum + (active.at(-1) ?? 0), 0), 3);
    } finally {
      running.close();
    }
  });
});
