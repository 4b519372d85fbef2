import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createRecently } from '../../../src/failover/relaying/recently.ts';
import { createTransitTime } from '../../../src/failover/relaying/transit-time.ts';
import { createMessagesUnderWay } from '../../../src/failover/relaying/under-way.ts';
import type { UnderWay } from '../../../src/failover/relaying/under-way.ts';
import { RelayOutcome, monotonicMs } from '../../../src/wire/index.ts';
import { CLIENT_ADDRESS } from '../../conformance/server/box.ts';

describe('how long a message was on its way', () => {
  const CYCLE = 0x1_0000_0000;

  for (const [what, sent, here] of [
    ['clocks that have nothing to do with each other', 5_000, 9_000_000],
    ['a clock that is ahead', 9_000_000, 5_000],
    ['a sender whose clock begins anew meanwhile', CYCLE - 500, 77],
    ['a receiver whose clock is beyond 32 bits', 40, 3 * CYCLE - 200],
  ] as const) {
    it(`is what it took more than the quickest: ${what}`, () => {
      const transit = createTransitTime();
      const of = (sentAfter: number, late: number): number => transit.of((sent + sentAfter) % CYCLE, monotonicMs(here + sentAfter + late));
      assert.equal(of(0, 7), 0);
      assert.equal(of(1_000, 7), 0);
      assert.equal(of(2_000, 3), 0, 'a quicker one');
      assert.equal(of(3_000, 1_203), 1_200);
      assert.equal(of(4_000, 4), 1);
    });
  }

  it('follows clocks that drift apart', () => {
    const transit = createTransitTime();
    // One runs faster by a tenth of a percent: a second in a quarter of an hour.
    for (let at = 0; at < 3_600_000; at += 5_000) assert.ok(transit.of(Math.floor(at * 0.999), monotonicMs(at)) <= 125, `after ${String(at / 1_000)} s`);
    assert.ok(transit.of(Math.floor(3_600_000 * 0.999), monotonicMs(3_602_000)) > 1_900);
  });
});

describe('what happened lately', () => {
  it('is forgotten after a while, and the memory does not grow', () => {
    const recently = createRecently(1_000);
    assert.equal(recently.has(5, monotonicMs(0)), false);
    recently.note(5, monotonicMs(0));
    assert.equal(recently.has(5, monotonicMs(1_000)), true);
    assert.equal(recently.has(5, monotonicMs(1_001)), false);
    recently.note(0xffff_ffff, monotonicMs(0));
    assert.equal(recently.has(0xffff_ffff, monotonicMs(0)), true);
    recently.note(5 + 4_096, monotonicMs(0));
    assert.equal(recently.has(5, monotonicMs(0)), false, 'the newest of those that share a place stays');
  });
});

describe('messages under way', () => {
  const message = (since: number, octets = 100): UnderWay => ({
    since: monotonicMs(since), octets, link: 'lan', client: 1, interfaceName: 'eth1', destination: CLIENT_ADDRESS, port: 546,
  });

  it('[R-LH7] the one that waits longest for its acknowledgement is known', () => {
    const underWay = createMessagesUnderWay();
    assert.equal(underWay.unacknowledgedSince(), undefined);
    const first = underWay.begin(message(10));
    const second = underWay.begin(message(20));
    assert.equal(underWay.unacknowledgedSince(), 10);
    assert.equal(underWay.acknowledged(first, RelayOutcome.WAITING), true);
    assert.equal(underWay.unacknowledgedSince(), 20);
    assert.equal(underWay.acknowledged(first, RelayOutcome.WAITING), false, 'once');
    underWay.acknowledged(second, RelayOutcome.DISCARDED);
    assert.equal(underWay.unacknowledgedSince(), undefined);
  });

  it('an answer finds its way once, also ahead of the acknowledgement, and not where none was to come', () => {
    const underWay = createMessagesUnderWay();
    const first = underWay.begin(message(0));
    assert.equal(underWay.answered(first, monotonicMs(5))?.port, 546);
    assert.equal(underWay.answered(first, monotonicMs(5)), undefined);
    assert.equal(underWay.unacknowledgedSince(), 0, 'it is to be acknowledged all the same');
    const second = underWay.begin(message(0));
    underWay.acknowledged(second, RelayOutcome.SHED);
    assert.equal(underWay.answered(second, monotonicMs(5)), undefined);
    assert.equal(underWay.answered(99, monotonicMs(5)), undefined);
  });

  it('a mebioctet of them is full, and they leave room when they are acknowledged', () => {
    const underWay = createMessagesUnderWay();
    const numbers = Array.from({ length: 128 }, () => underWay.begin(message(0, 8_192)));
    assert.equal(underWay.isFull(monotonicMs(0)), true);
    underWay.acknowledged(numbers[0] ?? 0, RelayOutcome.ANSWERED);
    assert.equal(underWay.isFull(monotonicMs(0)), false);
    underWay.forget();
    assert.equal(underWay.unacknowledgedSince(), undefined);
  });

  it('those that are acknowledged and never answered leave room after a second', () => {
    const underWay = createMessagesUnderWay();
    for (let left = 1_024; left > 0; left--) underWay.acknowledged(underWay.begin(message(0)), RelayOutcome.WAITING);
    assert.equal(underWay.isFull(monotonicMs(1_000)), true);
    assert.equal(underWay.isFull(monotonicMs(1_001)), false);
  });
});
