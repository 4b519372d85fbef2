import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ClockSource, conversion, lastTrueTime, withoutUnused } from '../../../src/clock/index.ts';
import type { Timescale } from '../../../src/clock/index.ts';
import { epochSeconds } from '../../../src/wire/index.ts';
import { BUILT, DAY, HOUR, MONTH_LATER, emptyDisk, save, shown, startClock } from './start.ts';

const { OPERATOR } = ClockSource;

function timescale(index: number, correction: number | undefined, ahead = 0, begins: Timescale['begins'] = 'start'): Timescale {
  return { index, id: Uint8Array.of(index, 0, 0, 0, 0, 0, 0, 0), correction, ahead, begins };
}

describe('timescales', () => {
  it('[R-ST2] a time from before the clock was set is exact when the true time is known: by the correction, and nothing was written anew', () => {
    const disk = emptyDisk();
    const clock = startClock(disk, 'unconfirmed', shown(0));
    save(disk, clock, shown(0));
    clock.claim(OPERATOR, epochSeconds(MONTH_LATER), shown(0, 10_000));
    const rebase = clock.takeRebase() ?? assert.fail();
    assert.deepEqual(rebase(0), { by: MONTH_LATER - BUILT - 10, label: 0 });
    assert.equal(clock.takeRebase(), undefined);
    // In a later run, from what is stored in the first timescale.
    save(disk, clock, shown(0, 10_000));
    const next = startClock(disk, 'synchronized', shown(MONTH_LATER + DAY));
    assert.deepEqual(next.placed(0), { by: MONTH_LATER - BUILT - 10, label: 0 });
    assert.equal(next.isExact(0), true);
  });

  it('[R-ST2] a time that was taken for true, and was not, goes where the clock goes; back and forth is where it was', () => {
    const disk = emptyDisk();
    const clock = startClock(disk, 'synchronized', shown(MONTH_LATER));
    for (const wall of [MONTH_LATER - HOUR, MONTH_LATER + 5 * HOUR, MONTH_LATER]) {
      clock.read(shown(wall));
      save(disk, clock, shown(wall));
    }
    assert.equal(disk.timescales.length, 4);
    for (const { index, correction } of disk.timescales) {
      assert.deepEqual(conversion(disk.timescales, index), { by: correction, isExact: true });
    }
    assert.deepEqual(disk.timescales.map(({ correction }) => correction), [0, HOUR, -5 * HOUR, 0]);
  });

  it('[R-ST2] while the time is not trusted, times from before the start are upper bounds: nobody knows how long the box was off', () => {
    const disk = emptyDisk();
    save(disk, startClock(disk, 'synchronized', shown(MONTH_LATER)), shown(MONTH_LATER));
    const clock = startClock(disk, 'unconfirmed', shown(0));
    const { label } = clock.placed(0);
    assert.deepEqual([clock.placed(0), clock.isExact(label)], [{ by: 0, label: 1 }, false]);
    // A record that is written again stays in its own timescale: later it can be exact.
    assert.deepEqual(clock.stored(label), { by: 0, timescale: 0 });
    assert.deepEqual(clock.stored(0), { by: 0, timescale: 1 });
    clock.claim(OPERATOR, epochSeconds(MONTH_LATER + HOUR), shown(0));
    const rebase = clock.takeRebase() ?? assert.fail();
    assert.deepEqual([rebase(label), clock.isExact(label)], [{ by: 0, label }, true]);
    assert.deepEqual(rebase(0), { by: HOUR, label: 0 });
  });

  it('[R-ST2] (6) a timescale without a correction takes that of the next newer one, which is an upper bound', () => {
    const disk = emptyDisk();
    const first = startClock(disk, 'unconfirmed', shown(0));
    save(disk, first, shown(0, HOUR * 1_000));
    // Off for a day. The second start learns the true time.
    const second = startClock(disk, 'unconfirmed', shown(0));
    const truth = MONTH_LATER + DAY;
    second.claim(OPERATOR, epochSeconds(truth), shown(0));
    const end = BUILT + 2 * HOUR;
    const trueEnd = MONTH_LATER + HOUR;
    const { by, label } = second.placed(0);
    assert.equal(second.isExact(label), false);
    assert.ok(end + by >= trueEnd);
    assert.equal(end + by, truth + HOUR);
  });

  it('[R-ST2] (6) is one also where the program is newer than the last saved time', () => {
    const saved = BUILT - 30 * DAY;
    const lastRun = timescale(0, undefined);
    const present = timescale(1, undefined, BUILT - saved);
    // Ran until `saved` by its clock, which lagged by 40 days; was off for one day; then the newer program was started.
    const end = saved + HOUR;
    const correction = 40 * DAY + DAY - 30 * DAY;
    const trueEnd = end + 40 * DAY;
    const { by, isExact } = conversion([lastRun, { ...present, correction }, timescale(2, 0, correction, 'step')], 0);
    assert.equal(isExact, false);
    assert.ok(end + by >= trueEnd);
  });

  it('between two known ones is the difference of their corrections, whatever lies between', () => {
    const chain = [timescale(0, 7), timescale(1, undefined, 99), timescale(2, 3, 50)];
    assert.deepEqual(conversion(chain, 0), { by: 4, isExact: true });
  });

  it('to the one before a step is exact though neither is known', () => {
    const chain = [timescale(0, undefined), timescale(1, undefined, -30, 'step'), timescale(2, undefined, 10, 'step')];
    assert.deepEqual(conversion(chain, 0), { by: -20, isExact: true });
    assert.deepEqual(conversion(chain, 1), { by: 10, isExact: true });
    assert.deepEqual(conversion(chain, 2), { by: 0, isExact: true });
  });

  it('to a true one that steps reach is exact', () => {
    const chain = [timescale(0, undefined), timescale(1, 5, 60, 'step'), timescale(2, 0, 1_000)];
    assert.deepEqual(conversion(chain, 0), { by: 65, isExact: true });
  });

  it('[R-ST2] (3) of a partner, whose clock is taken again after a time off, is the same one: what lies between does not matter', () => {
    const taken = timescale(7, undefined).id;
    const chain = [{ ...timescale(0, undefined), id: taken }, timescale(1, undefined, 40), { ...timescale(2, undefined, 34, 'step'), id: taken }];
    assert.deepEqual(conversion(chain, 0), { by: 0, isExact: true });
    assert.equal(conversion(chain, 1).by, 34);
    const behind = [...chain, timescale(3, 0, 60, 'step')];
    assert.deepEqual(conversion(behind, 0), { by: 60, isExact: true });
    assert.equal(conversion([...chain.slice(0, 2), timescale(2, undefined, 34, 'step')], 0).isExact, false, 'of another id it is another one');
  });

  it('that nothing refers to are left out, and what is known stays', () => {
    const chain = [timescale(0, undefined), timescale(1, undefined, 5), timescale(2, undefined, 7, 'step'), timescale(3, undefined, 1, 'step'), timescale(4, undefined, 100)];
    const kept = withoutUnused(chain, new Set([0, 2]));
    assert.deepEqual(kept.map(({ index }) => index), [0, 2, 4]);
    for (const index of [0, 2]) assert.deepEqual(conversion(kept, index), conversion(chain, index));
    assert.deepEqual(withoutUnused(chain, new Set([0])).map(({ index }) => index), [0, 4]);
  });

  it('[R-ST2] that nothing refers to are left out, but for the last one that was true, behind which no clock goes back by itself', () => {
    const chain = [timescale(0, 0), timescale(1, 0, 5), timescale(2, undefined, 7), timescale(3, undefined, 1, 'step')];
    const kept = withoutUnused(chain, new Set([3]));
    assert.deepEqual(kept.map(({ index }) => index), [1, 3]);
    assert.deepEqual(lastTrueTime(kept, { time: 1_000, timescale: 3 }), { time: 992, index: 1 });
    assert.deepEqual(lastTrueTime(chain, { time: 1_000, timescale: 3 }), { time: 992, index: 1 });
  });

  it('[R-ST2] (2) the correction that a partner knows is taken', () => {
    const disk = emptyDisk();
    save(disk, startClock(disk, 'unconfirmed', shown(0)), shown(0));
    const id = disk.timescales[0]?.id ?? assert.fail();
    const clock = startClock(disk, 'synchronized', shown(MONTH_LATER));
    assert.equal(clock.isExact(1), false);
    clock.learn([{ id: Uint8Array.of(9, 9, 9, 9, 9, 9, 9, 9), correction: 5 }, { id, correction: 77 }]);
    assert.deepEqual(clock.takeRebase()?.(1), { by: 77 - (MONTH_LATER - BUILT), label: 1 });
    assert.deepEqual([clock.placed(0), clock.isExact(1)], [{ by: 77, label: 1 }, true]);
  });

  it('[R-ST2] (3) the timescale of a partner is taken by its id, by as much as its clock is ahead', () => {
    const disk = emptyDisk();
    const clock = startClock(disk, 'unconfirmed', shown(0));
    const id = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    clock.adopt({ trusted: false, source: 0, timescales: [{ id, correction: undefined }] }, -40, shown(0));
    assert.equal(clock.read(shown(0, 1_000)).epoch, BUILT - 39);
    assert.equal(clock.view().isTrusted, false);
    assert.deepEqual(clock.report().timescales[0], { id, correction: undefined });
    assert.deepEqual(clock.takeRebase()?.(0), { by: -40, label: 0 });
  });
});
