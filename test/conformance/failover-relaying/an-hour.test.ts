/** An hour of a LAN that is not at its best: it makes no box call its link lost, and no relay storm (RFC 7031 section 4.7; R-LH3, R-LH9). */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { LinkVerdict } from '../../../src/wire/index.ts';
import { address } from '../server/box.ts';
import { createBoxes, healthIn, relayedIn } from './boxes.ts';
import type { Boxes } from './boxes.ts';
import { clientId, solicit } from './messages.ts';

const HOUR = 3_600;

/** Numbers 0..1 that are the same in each run. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}

interface Hour {
  /** Changes of verdict that the two told each other, but for UP. */
  readonly lost: number;
  readonly suspect: number;
  readonly relayed: number;
  readonly asked: number;
}

/**
 * Each second a new client asks, and asks again a second later as who got no answer does; each copy of it for a box, and each beacon,
 * gets lost by chance.
 * @param loss 0..1, at this second
 */
function anHour(loss: (second: number) => number, eachSecond: (boxes: Boxes, second: number) => void = () => undefined): Hour {
  const boxes = createBoxes({ beacons: { east: true, west: true } });
  const random = chance(7);
  let second = 0;
  boxes.onLan = () => (random() < loss(second) ? 'gets lost' : 'passes');
  for (const box of [boxes.east, boxes.west]) box.kernelSays({});
  boxes.advance(5);
  const told = { lost: 0, suspect: 0, relayed: 0, asked: 0 };
  const before = new Map<string, number>();
  for (second = 0; second < HOUR; second++) {
    for (const number of [second, second - 1]) {
      if (number < 0) continue;
      const source = address(`fe80::c:${(number % 0xffff).toString(16)}`);
      const message = solicit({ client: clientId(number % 0xffff), transactionId: number + 1, elapsed: second - number });
      for (const box of [boxes.east, boxes.west]) if (random() >= loss(second)) box.receive(message, { source });
      told.asked++;
    }
    eachSecond(boxes, second);
    boxes.advance(1);
    for (const box of [boxes.east, boxes.west]) {
      const said = box.takeSaid();
      for (const { link, verdict } of healthIn(said)) {
        const name = `${box.name} ${link}`;
        if (before.get(name) === verdict) continue;
        before.set(name, verdict);
        if (verdict === LinkVerdict.LOST) told.lost++;
        if (verdict === LinkVerdict.SUSPECT) told.suspect++;
      }
      if (box === boxes.west) told.relayed += relayedIn(said).length;
      box.takeSent();
    }
  }
  return told;
}

describe('an hour of simulated time [R-LH3, R-LH9]', function () {
  this.timeout(120_000);

  it('with 1 % random loss: no link is lost, and next to none is suspected', () => {
    const { lost, suspect, relayed, asked } = anHour(() => 0.01);
    assert.equal(lost, 0);
    assert.ok(suspect <= 4, `${String(suspect)} suspicions`);
    assert.ok(relayed < asked * 0.6, 'what is said again is passed on, and little else');
  });

  it('with broadcast storms of half a minute that leave a third of the packets: no link is lost', () => {
    const { lost, relayed, asked } = anHour((second) => (second % 120 < 30 ? 0.66 : 0));
    assert.equal(lost, 0);
    assert.ok(relayed <= asked, `${String(relayed)} of ${String(asked)} passed on: none more than once`);
  });

  it('with a primary that is overloaded and comes to nothing for 0.9 s at a time: no link is lost, nor suspected', () => {
    const { lost, suspect } = anHour(() => 0, (boxes, second) => {
      if (second % 10 === 5) boxes.stall('east', 0.9);
    });
    assert.deepEqual({ lost, suspect }, { lost: 0, suspect: 0 });
  });
});
