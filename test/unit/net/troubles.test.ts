import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createTroubles } from '../../../src/net/troubles.ts';

describe('troubles with connections', () => {
  it('are all counted, and told once a minute for each kind, with how many were not told', () => {
    const lines: string[] = [];
    let now = 0;
    const troubles = createTroubles(['stranger', 'tooSlow', 'badStart'], (severity, text) => lines.push(`${severity}: ${text}`), () => now);
    troubles.note('stranger', 'a stranger came');
    for (now = 1; now < 60_000; now += 1_000) troubles.note('stranger', 'another stranger came');
    troubles.note('tooSlow', 'one was slow');
    assert.deepEqual(lines, ['warning: a stranger came', 'warning: one was slow']);
    now = 60_000;
    troubles.note('stranger', 'one more stranger came');
    assert.equal(lines[2], 'warning: one more stranger came (and 60 more like it since this was last said)');
    now = 120_000;
    troubles.note('stranger', 'the last stranger came');
    assert.equal(lines[3], 'warning: the last stranger came');
    assert.deepEqual([troubles.counts.stranger, troubles.counts.tooSlow, troubles.counts.badStart], [63, 1, 0]);
  });
});
