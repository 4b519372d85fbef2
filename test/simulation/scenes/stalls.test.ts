import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Fault } from '../schedule/schedule.ts';
import type { VariantName } from '../schedule/variants.ts';
import { randomStream } from '../world/random.ts';
import { clientFrom, play } from './play.ts';

const HOUR_MS = 3_600_000;
const STALL_MS = 1_000;
/** By then the boxes are together. */
const TOGETHER_MS = 10_000;

/** One second each, on one box or the other, or both; a box is awake for a second between two of them at least. */
function stalls(): readonly Fault[] {
  const random = randomStream(5, 'stalls');
  const found: Fault[] = [];
  for (const box of ['A', 'B'] as const) {
    for (let atMs = TOGETHER_MS; atMs < HOUR_MS; atMs += 2 * STALL_MS + random.below(14_000)) found.push({ kind: 'stall', box, atMs, forMs: STALL_MS });
  }
  return found;
}

describe('scene: event loops that stall', () => {
  for (const variant of ['pair, contacts', 'pair, auto-partner-down'] satisfies readonly VariantName[]) {
    it(`an hour of stalls of one second changes no state (${variant})`, function () {
      this.timeout(60_000);
      const faults = stalls();
      const { changes, outcome } = play({
        variant,
        clients: Array.from({ length: 4 }, (_, i) => clientFrom(12 + i, i + 1, i % 2 === 0 ? [3] : [3, 25])),
        faults,
        healMs: HOUR_MS,
        settleMs: 60_000,
      });
      assert.ok(faults.length > 700, `${String(faults.length)} stalls`);
      assert.deepEqual(changes.filter(({ atMs }) => atMs >= TOGETHER_MS), []);
      assert.deepEqual(changes.slice(-2).map(({ text }) => text.split(' ').at(-1)), ['NORMAL', 'NORMAL']);
      assert.equal(outcome.lost, 0);
    });
  }
});
