/** A box comes back with an old copy of its disk, in which a client has a prefix that it gave back since: both boxes had it as free. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { BoxName } from '../schedule/schedule.ts';
import { apart, at, clientFrom, leaseOf, play, stateOf } from './play.ts';
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

/** While the boxes do not hear each other, clients are heard by the secondary at first, and then by the primary. */
const APART = 92;
const TURNED = 100;
const OTHERS = 101;
const TOGETHER = 125;

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

  it('a prefix that is the primary\'s again is nobody\'s for the secondary, whose old record has it as its client\'s', function () {
    this.timeout(20_000);
    const { holdings } = play({
      variant: 'pair, scarce',
      clients: [
        clientFrom(FIRST, 1, [25], [{ kind: 'release', atMs: RELEASED * 1_000 }, { kind: 'start', atMs: (APART + 2) * 1_000 }]),
        ...Array.from({ length: 8 }, (_, i) => clientFrom(OTHERS, i + 2, [25])),
      ],
      faults: [
        { kind: 'copyDisk', box: 'B', atMs: COPIED * 1_000 },
        { kind: 'crash', box: 'B', atMs: CRASHED * 1_000, effects: 0, downMs: 1_000, power: 'killed', disk: 'old copy', clock: 'keeps time' },
        ...apart(APART, TOGETHER - APART),
        { kind: 'cutLink', box: 'A', link: 'lan', atMs: APART * 1_000, forMs: (TURNED - APART) * 1_000, direction: 'both' },
        { kind: 'cutLink', box: 'B', link: 'lan', atMs: TURNED * 1_000, forMs: (TOGETHER - TURNED) * 1_000, direction: 'both' },
      ],
      healMs: 150_000,
      settleMs: 60_000,
      happens(world) {
        at(world, RECOVERED - 1, () => {
          for (const name of ['A', 'B'] as const) assert.equal(stateOf(world, name), 'NORMAL');
        });
      },
    });
    const first = holdings[0];
    const again = holdings.find(({ client, atMs }) => client === 1 && atMs > APART * 1_000);
    assert.ok(again !== undefined && again.name !== first?.name);
  });
});
