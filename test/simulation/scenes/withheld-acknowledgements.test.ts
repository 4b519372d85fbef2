import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MessageType } from '../../../src/wire/index.ts';
import type { Fault } from '../schedule/schedule.ts';
import { apart, at, clientFrom, play, stateOf } from './play.ts';
import type { World } from './scene.ts';

/** From when the acknowledgements are lost until before the boxes part over it (RFC 8156 section 8.8.2: 30 s). */
const FROM = 18;
const UNTIL = 45;

/** The first fifteen clients get their leases of B, while A hears nobody and the two are apart; the others of A. */
const CLIENTS = [
  ...Array.from({ length: 15 }, (_, i) => clientFrom(4 + i / 4, i + 1, [3, 25], [], i % 3 === 0 ? 'branch' : 'lan')),
  ...Array.from({ length: 15 }, (_, i) =>
    clientFrom(FROM + 1 + i / 3, i + 16, [3, 25], i % 4 === 0 ? [{ kind: 'release', atMs: (FROM + 8 + i) * 1_000 }] : [], i % 3 === 0 ? 'branch' : 'lan')),
];
const DEAF: readonly Fault[] = (['lan', 'branch'] as const).map((link) => ({ kind: 'cutLink', box: 'A', link, atMs: 3_000, forMs: 9_000, direction: 'both' }));

interface Answered {
  readonly replies: readonly string[];
  /** Seconds, of what the clients got that came when it had begun. */
  readonly longest: number;
  readonly withheld: number;
}

function answered(before: (world: World) => void): Answered {
  let withheld = 0;
  const { answers } = play({
    variant: 'pair, ample',
    clients: CLIENTS,
    faults: [...apart(2, 12), ...DEAF],
    healMs: 70_000,
    settleMs: 60_000,
    happens(world) {
      before(world);
      for (const second of [FROM, UNTIL]) {
        at(world, second, () => {
          for (const box of ['A', 'B'] as const) assert.equal(stateOf(world, box), 'NORMAL', `${box} is with its partner at ${String(second)} s`);
        });
      }
      at(world, UNTIL, () => {
        withheld = world.partnerLinks.withheld;
        world.partnerLinks.deliverAcknowledgements();
      });
    },
  });
  const seen = answers.filter(({ type, sentMs }) => type === MessageType.REPLY && sentMs >= FROM * 1_000 && sentMs < UNTIL * 1_000);
  return {
    replies: seen.map(({ box, client, sentMs }) => `${String(sentMs)} ms: ${box} to client ${String(client.at(-1))}`),
    longest: Math.max(...seen.filter(({ client }) => (client.at(-1) ?? 0) > 15).flatMap(({ ias }) => ias.flatMap(({ leases }) => leases.map(({ valid }) => valid)))),
    withheld,
  };
}

describe('scene: a client never waits for the partner', () => {
  it('all Replies leave at the same times, whether the partner acknowledges or not', function () {
    this.timeout(20_000);
    const usual = answered(() => undefined);
    const alone = answered((world) => {
      at(world, FROM, () => {
        world.partnerLinks.withholdAcknowledgements();
      });
    });
    assert.deepEqual(alone.replies, usual.replies);
    assert.ok(usual.replies.length >= 45, `${String(usual.replies.length)} Replies`);
    for (const box of ['A', 'B']) assert.ok(usual.replies.some((text) => text.includes(` ${box} to`)), `${box} answers`);
    // What was withheld was missing: none of them got more than MCLT.
    assert.ok(usual.withheld === 0 && alone.withheld >= 45, `${String(alone.withheld)} acknowledgements`);
    assert.deepEqual([usual.longest, alone.longest], [90, 30]);
  });
});
