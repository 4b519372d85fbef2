import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { generateSchedule } from '../schedule/generate.ts';
import { simulate } from '../simulation.ts';

const SCHEDULES = 12;

describe('faults at random, with pools and lifetimes of a class', () => {
  for (const variant of ['pair with classes, ample', 'pair with classes, scarce'] as const) {
    it(`break no invariant (${variant})`, function () {
      this.timeout(60_000);
      for (let seed = 1, left = SCHEDULES; left > 0; seed++) {
        const schedule = generateSchedule(seed);
        if (!schedule.variant.startsWith('pair,')) continue;
        left--;
        const { violation } = simulate({ ...schedule, variant });
        assert.equal(violation, undefined, `seed ${String(seed)}: ${String(violation?.message)}`);
      }
    });
  }
});
