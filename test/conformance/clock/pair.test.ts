import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { FailoverMessageType, ExtensionCode, extensionOf } from '../../../src/wire/index.ts';
import type { FailoverMessage } from '../../../src/wire/index.ts';
import { createBoxes } from './boxes.ts';
import type { Box, Boxes } from './boxes.ts';
import { DAY, HOUR } from './start.ts';

function states({ east, west }: Boxes): readonly string[] {
  return [east.state, west.state];
}

function areTrusted({ east, west }: Boxes): readonly boolean[] {
  return [east.appliance.clock.isTrusted, west.appliance.clock.isTrusted];
}

function alarmsOf({ east, west }: Boxes): readonly string[] {
  return [...east.alarms.keys(), ...west.alarms.keys()].filter((id) => id !== 'east-west insecure');
}

/** A pair that has been right all the time, with a client each, both far from their leases' end. */
function rightPair(): Boxes & { readonly address: string } {
  const boxes = createBoxes();
  boxes.west.start(boxes.truth, 'synchronized');
  boxes.east.start(boxes.truth, 'synchronized');
  boxes.advance(30);
  assert.deepEqual(states(boxes), ['NORMAL', 'NORMAL']);
  const address = boxes.east.lease(1) ?? assert.fail('the client gets a lease');
  boxes.advance(5);
  return Object.assign(boxes, { address });
}

/** Both lost power for so many seconds, and show 1970. */
function bothRestart(boxes: Boxes, seconds: number): void {
  boxes.east.off();
  boxes.west.off();
  boxes.advance(seconds);
  boxes.west.start(0, 'unconfirmed');
  boxes.advance(7);
  boxes.east.start(3, 'unconfirmed');
  boxes.advance(20);
}

function assertClose(value: number | undefined, expected: number): void {
  assert.ok(value !== undefined && Math.abs(value - expected) <= 2, `${String(value)} is about ${String(expected)}`);
}

describe('a pair whose boxes both begin at 1970', () => {
  it('[R-ST2] (3) agrees in the timescale of the primary, serves, and no time before the program was made reaches the wire', () => {
    const boxes = rightPair();
    const { east, west, address } = boxes;
    bothRestart(boxes, 300);
    assert.deepEqual(states(boxes), ['NORMAL', 'NORMAL']);
    assert.deepEqual(areTrusted(boxes), [false, false]);
    assert.deepEqual(east.appliance.clock.timescale, west.appliance.clock.timescale);
    assert.equal(east.error, west.error);
    assert.ok(east.error < 0, 'a clock that begins at the last saved time lags');
    // What the partner agreed to before may be over by now (7): MCLT, and the whole time once it agrees again.
    assert.equal(east.renew(1, address), 100);
    boxes.advance(2);
    assert.equal(east.renew(1, address), 1_000);
    assert.ok(east.lease(2) !== undefined);
    assert.deepEqual(alarmsOf(boxes), ['clock-untrusted', 'clock-untrusted']);
  });

  const waysToTheTruth: readonly (readonly [string, (boxes: Boxes) => void])[] = [
    ['NTP tells the primary', ({ east }) => { east.ntp(); }],
    ['NTP tells the secondary', ({ west }) => { west.ntp(); }],
    ['the operator tells the primary', ({ east }) => { assert.equal(east.clockSet(), undefined); }],
    ['the operator tells the secondary', ({ west }) => { assert.equal(west.clockSet(), undefined); }],
  ];
  for (const [what, learn] of waysToTheTruth) {
    it(`[R-ST2] (5) steps to the true time together when ${what}, within 2 s, and no lease ends by it`, () => {
      const boxes = rightPair();
      const { east, west, address } = boxes;
      bothRestart(boxes, 4 * HOUR);
      assert.equal(east.renew(1, address), 100);
      const second = east.lease(2) ?? assert.fail('a new client gets a lease');
      const lasts = east.left(second) ?? assert.fail();
      boxes.advance(40);
      assert.ok(east.error < -3 * HOUR);
      learn(boxes);
      boxes.advance(2);
      assert.deepEqual(areTrusted(boxes), [true, true]);
      assertClose(east.error, 0);
      assertClose(west.error, 0);
      assert.deepEqual(states(boxes), ['NORMAL', 'NORMAL']);
      boxes.advance(10);
      assertClose(east.left(second), lasts - 52);
      assertClose(west.left(second), lasts - 52);
      for (const box of [east, west]) assert.equal(box.appliance.leases.count(1), 2, 'both are leased');
      assert.equal(east.appliance.counters.expired + west.appliance.counters.expired, 0);
      assert.deepEqual(alarmsOf(boxes), []);
    });
  }

  it('[R-ST2] (5) the connection ends with the old times: no BNDUPD in them is acknowledged, and all is told again', () => {
    const boxes = rightPair();
    const { east, west } = boxes;
    bothRestart(boxes, HOUR);
    const address = east.lease(2) ?? assert.fail();
    // West is about to be told when the clock is set.
    const slotTold = west.left(address);
    east.clockSet();
    assert.ok(east.log.some((line) => line.includes('the connection to west ended: the clock of this box was set')));
    boxes.advance(5);
    assert.notEqual(west.left(address), slotTold);
    assertClose(west.left(address), east.left(address) ?? assert.fail());
  });

  it('[R-ST2] (4) a lease that was told as an upper bound ends at the same time on both when the true time is known', () => {
    const boxes = rightPair();
    const { east, west } = boxes;
    west.off();
    boxes.advance(10);
    const alone = east.lease(2) ?? assert.fail('a new client gets a lease');
    bothRestart(boxes, 60);
    boxes.advance(3);
    assert.deepEqual(states(boxes), ['NORMAL', 'NORMAL']);
    assertClose(west.left(alone), east.left(alone) ?? assert.fail());
    east.ntp();
    boxes.advance(5);
    assert.ok((east.left(alone) ?? 0) >= 100 - 10 - 60 - 40, 'no earlier than was promised');
    assertClose(west.left(alone), east.left(alone) ?? assert.fail());
  });

  it('[R-ST2] a lease that ended while nobody knew the time ends when it is known', () => {
    const boxes = rightPair();
    const { east, address } = boxes;
    bothRestart(boxes, 4 * HOUR);
    boxes.advance(2_000);
    assert.equal(east.appliance.counters.expired, 0);
    east.ntp();
    boxes.advance(20);
    assert.ok((east.left(address) ?? 0) < 0 || east.appliance.leases.count(1) === 0);
    assert.equal(east.appliance.counters.expired, 1);
  });
});

describe('clocks that are too far apart for RFC 8156', () => {
  for (const [what, wrong, right] of [
    ['secondary', 'west', 'east'],
    ['primary', 'east', 'west'],
  ] as const) {
    it(`[R-ST2] (3) that of the ${what} is 60 s wrong, and nobody confirmed it: it is put right before they connect, without a refusal that lasts`, () => {
      const boxes = createBoxes();
      boxes[wrong].start(0, 'unconfirmed');
      boxes[right].start(boxes.truth, 'synchronized');
      boxes.advance(5);
      assert.deepEqual(states(boxes), ['NORMAL', 'NORMAL']);
      assertClose(boxes[wrong].error, 0);
      assert.deepEqual(areTrusted(boxes), [true, true]);
      assert.equal(boxes[wrong].appliance.clock.source, 3);
      assert.deepEqual(alarmsOf(boxes), []);
    });
  }

  it('are refused where both are trusted: nobody can say which is right', () => {
    const boxes = createBoxes();
    boxes.west.start(boxes.truth + 60, 'synchronized');
    boxes.east.start(boxes.truth, 'synchronized');
    boxes.advance(30);
    assert.ok(boxes.east.alarms.has('east-west clock-skew'));
    assert.notEqual(boxes.east.state, 'NORMAL');
    assert.deepEqual([boxes.east.error, boxes.west.error], [0, 60]);
  });

  it('[R-ST2] a secondary whose system was two days behind when it began anew takes what NTP says later, which its primary seconds', () => {
    const boxes = createBoxes();
    const { east, west } = boxes;
    east.start(boxes.truth, 'synchronized');
    west.start(boxes.truth - 2 * DAY, 'synchronized');
    boxes.advance(60);
    assertClose(west.error, -2 * DAY);
    west.wallShows(boxes.truth);
    boxes.advance(60);
    assertClose(west.error, 0);
    assertClose(east.error, 0);
    assert.deepEqual(states(boxes), ['NORMAL', 'NORMAL']);
    boxes.advance(60);
    assert.deepEqual(alarmsOf(boxes), []);
  });

  it('[R-ST2] that of the primary is offered in CONNECT where it was refused for that, and alone sets nothing', () => {
    const boxes = createBoxes();
    const { east, west } = boxes;
    east.start(boxes.truth - 2 * DAY, 'synchronized');
    west.start(boxes.truth, 'synchronized');
    boxes.advance(60);
    const [first, ...later] = east.said.filter(({ type }) => type === FailoverMessageType.CONNECT).map((message) => clockOf(message) !== undefined);
    assert.deepEqual([first, new Set(later)], [false, new Set([true])]);
    assert.deepEqual([east.error, west.error], [-2 * DAY, 0]);
    assert.ok(west.alarms.has('clock-jump'));
  });

  it('that come to agree without being set are told: the partner is trusted as well', () => {
    const boxes = createBoxes();
    boxes.west.start(0, 'unconfirmed');
    boxes.east.start(0, 'unconfirmed');
    boxes.advance(10);
    const shows = boxes.truth + boxes.east.error;
    assert.equal(boxes.east.clockSet(shows), undefined);
    boxes.advance(2);
    assert.deepEqual(areTrusted(boxes), [true, true]);
    assert.deepEqual(states(boxes), ['NORMAL', 'NORMAL']);
  });

  it('[R-ST2] a trusted clock that jumps by more than a day stays where it is until a partner says the same', () => {
    const boxes = rightPair();
    const { east, west } = boxes;
    east.wallShows(boxes.truth + 2 * DAY);
    boxes.advance(10);
    assertClose(east.error, 0);
    assert.ok(east.alarms.has('clock-jump'));
    assert.deepEqual(states(boxes), ['NORMAL', 'NORMAL']);
    assertClose(west.error, 0);
    east.wallShows(boxes.truth);
    boxes.advance(2);
    assert.equal(east.alarms.has('clock-jump'), false);
  });

  it('[R-ST2] is not talked about for ever where NTP says to both boxes that it is two days later', () => {
    const boxes = createBoxes();
    const { east, west } = boxes;
    west.start(boxes.truth, 'synchronized');
    east.start(boxes.truth + 1, 'synchronized');
    boxes.advance(10);
    for (const box of [east, west]) box.wallShows(boxes.truth + 2 * DAY);
    boxes.advance(1);
    for (const box of [east, west]) box.said.length = 0;
    boxes.advance(10);
    for (const box of [east, west]) {
      assert.ok(box.alarms.has('clock-jump'));
      assert.ok(box.said.filter((message) => clockOf(message) !== undefined).length <= 1);
    }
    assert.deepEqual(states(boxes), ['NORMAL', 'NORMAL']);
  });
});

const clockOf = (message: FailoverMessage): unknown => ('vendor' in message ? extensionOf(message.vendor, ExtensionCode.CLOCK) : undefined);

describe('what partners say of their clocks', () => {
  const types = ({ said }: Box): readonly number[] => said.filter((message) => clockOf(message) !== undefined).map(({ type }) => type);

  it('[R-ST2] (2) is said by the secondary in CONNECTREPLY and by the primary in its first STATE, with the timescales that they know', () => {
    const boxes = rightPair();
    assert.deepEqual(types(boxes.west), [FailoverMessageType.CONNECTREPLY]);
    assert.deepEqual(types(boxes.east), [FailoverMessageType.STATE]);
  });

  it('[R-ST2] (2) corrects what a box that was away stored in a timescale that both counted in', () => {
    const boxes = rightPair();
    const { east, west, address } = boxes;
    bothRestart(boxes, HOUR);
    east.renew(1, address);
    boxes.advance(10);
    west.off();
    boxes.advance(600);
    east.ntp();
    boxes.advance(600);
    west.start(0, 'unconfirmed');
    boxes.advance(10);
    assert.deepEqual(states(boxes), ['NORMAL', 'NORMAL']);
    assert.ok(west.disk.timescales.every(({ correction }, i, all) => correction !== undefined || i < all.length - 2));
    assertClose(west.left(address), east.left(address) ?? assert.fail());
  });
});
