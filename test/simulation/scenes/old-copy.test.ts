/** A box comes back with an old copy of its disk, in which a client has a prefix that it gave back since: both boxes had it as free. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { BoxName } from '../schedule/schedule.ts';
import { at, clientFrom, leaseOf, play, stateOf } from './play.ts';
import type { Played } from './play.ts';

/** Seconds. The client renews at 30, for 90 s, and its partner acknowledges 45 s more. */
const FIRST = 10;
const COPIED = 35;
const RELEASED = 37;
const CRASHED = 40;
/** RECOVER-WAIT is over, and the end that the old record says is not. */
const RECOVERED = 90;
const MCLT = 40;

function returns(box: BoxName, again: number): Played {
  return play({
    variant: 'pair, scarce',
    clients: [clientFrom(FIRST, 1, [25], [{ kind: 'release', atMs: RELEASED * 1_000 }, { kind: 'start', atMs: again * 1_000 }])],
    faults: [
      { kind: 'copyDisk', box, atMs: COPIED * 1_000 },
      { kind: 'crash', box, atMs: CRASHED * 1_000, effects: 0, downMs: 1_000, power: 'killed', disk: 'old copy', clock: 'keeps time' },
    ],
    healMs: 150_000,
    settleMs: 30_000,
    happens(world) {
      at(world, RECOVERED - 1, () => {
        for (const name of ['A', 'B'] as const) assert.equal(stateOf(world, name), 'NORMAL');
      });
      at(world, again + 3, () => leaseOf(world, 1, 25));
    },
  });
}

describe('scene: an old copy of a disk, and what was given back since', () => {
  for (const box of ['A', 'B'] as const) {
    it(`what the old record of ${box} says was acknowledged is void: the client gets its prefix again for MCLT alone`, function () {
      this.timeout(20_000);
      const { holdings } = returns(box, RECOVERED);
      const [first, , again] = holdings;
      assert.equal(again?.name, first?.name);
      assert.ok(again !== undefined && again.atMs > RECOVERED * 1_000);
      assert.equal(Math.round((again.lease.promisedUntilMs - again.atMs) / 1_000), MCLT);
    });
  }
});
