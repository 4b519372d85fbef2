import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ClockSource } from '../../../src/clock/index.ts';
import type { SystemClock } from '../../../src/clock/index.ts';
import { epochSeconds } from '../../../src/wire/index.ts';
import { BUILT, DAY, HOUR, MONTH_LATER, emptyDisk, save, shown, startClock } from './start.ts';

const { NTP, NOBODY, OPERATOR, PARTNER, SYSTEM } = ClockSource;

describe('the clock that a box works by', () => {
  it('[R-ST2] (1) begins at the date of the program where nothing was saved, whatever the system shows', () => {
    for (const epoch of [0, BUILT - DAY, MONTH_LATER, MONTH_LATER * 2]) {
      const clock = startClock(emptyDisk(), 'unconfirmed', shown(epoch));
      assert.equal(clock.read(shown(epoch)).epoch, BUILT);
      assert.equal(clock.view().isTrusted, false);
      assert.equal(clock.view().source, NOBODY);
    }
  });

  it('[R-ST2] (1) begins at the last time that was saved, where that is later', () => {
    const disk = emptyDisk();
    save(disk, startClock(disk, 'synchronized', shown(MONTH_LATER)), shown(MONTH_LATER));
    const clock = startClock(disk, 'unconfirmed', shown(0));
    assert.equal(clock.read(shown(0)).epoch, MONTH_LATER);
  });

  it('[R-ST2] (1) a saved time that was not yet true counts with its correction', () => {
    const disk = emptyDisk();
    const first = startClock(disk, 'unconfirmed', shown(0));
    save(disk, first, shown(0));
    first.claim(OPERATOR, epochSeconds(MONTH_LATER), shown(0));
    // The step is stored, and a time from before it.
    const { timescales } = first.takeRecord(first.read(shown(0)));
    disk.timescales = [...timescales];
    assert.equal(startClock(disk, 'unconfirmed', shown(0)).read(shown(0)).epoch, MONTH_LATER);
  });

  it('[R-ST2] (1) goes on by the monotonic clock, whatever becomes of the wall clock that nobody confirmed', () => {
    const clock = startClock(emptyDisk(), 'unconfirmed', shown(0));
    assert.equal(clock.read(shown(MONTH_LATER, 10_000)).epoch, BUILT + 10);
    assert.equal(clock.read(shown(-MONTH_LATER, 20_900)).epoch, BUILT + 20);
    assert.equal(clock.takeRebase(), undefined);
  });

  it('is the wall clock, to the second, where NTP keeps that', () => {
    const clock = startClock(emptyDisk(), 'synchronized', shown(MONTH_LATER));
    for (let ms = 0; ms < 100_000; ms += 333) assert.equal(clock.read(shown(MONTH_LATER, ms)).epoch, shown(MONTH_LATER, ms).epoch);
    assert.equal(clock.view().source, NTP);
    assert.equal(clock.takeRebase(), undefined);
  });

  for (const [who, source] of [['the operator', OPERATOR], ['a partner that is trusted', PARTNER], ['NTP', NTP], ['the configuration', SYSTEM]] as const) {
    it(`[R-ST2] (9) is trusted when ${who} says what time it is, by however much it is set then`, () => {
      const clock = startClock(emptyDisk(), 'unconfirmed', shown(0));
      assert.equal(clock.claim(source, epochSeconds(MONTH_LATER), shown(0)), 'accepted');
      assert.deepEqual([clock.view().isTrusted, clock.view().source], [true, source]);
      assert.equal(clock.read(shown(0, 1_000)).epoch, MONTH_LATER + 1);
    });
  }

  for (const [who, claimant] of [['a partner', PARTNER], ['the operator', OPERATOR]] as const) {
    it(`is kept by NTP, whatever ${who} says who agrees, also while it is still a second off`, () => {
      const clock = startClock(emptyDisk(), 'unconfirmed', shown(0));
      clock.claim(PARTNER, epochSeconds(MONTH_LATER), shown(0));
      clock.systemClock('synchronized');
      const off = clock.read(shown(MONTH_LATER + 1, 1_000));
      assert.equal(off.epoch, MONTH_LATER + 1, 'a second behind');
      assert.equal(clock.view().source, NTP);
      const changes = clock.changes();
      for (const says of [off.epoch + 1, off.epoch]) assert.equal(clock.claim(claimant, epochSeconds(says), shown(MONTH_LATER + 1, 1_100)), 'accepted');
      assert.deepEqual([clock.view().source, clock.changes()], [NTP, changes]);
    });
  }

  it('[R-ST2] (5) is set to the second when its time is confirmed for the first time, and every time moves along: a lease would end too early', () => {
    const clock = startClock(emptyDisk(), 'unconfirmed', shown(0));
    clock.takeRebase();
    clock.systemClock('synchronized');
    const shows = clock.peek(shown(0, 5_000));
    assert.equal(clock.read(shown(shows + 2 - 5, 5_000)).epoch, shows + 2);
    assert.deepEqual(clock.takeRebase()?.(0), { by: 2, label: 0 });
    assert.equal(clock.read(shown(shows + 3 - 5, 5_000)).epoch, shows + 3, 'one that is trusted follows');
    assert.equal(clock.takeRebase(), undefined);
  });

  it('[R-ST2] (9) is trusted when NTP has set the wall clock, and follows that', () => {
    const clock = startClock(emptyDisk(), 'unconfirmed', shown(0));
    clock.systemClock('synchronized');
    assert.equal(clock.read(shown(MONTH_LATER, 3_000)).epoch, MONTH_LATER + 3);
    assert.equal(clock.view().source, NTP);
  });

  it('is not set to a time from before the program was made', () => {
    const clock = startClock(emptyDisk(), 'unconfirmed', shown(0));
    assert.equal(clock.claim(OPERATOR, epochSeconds(BUILT - DAY - 1), shown(0)), 'too-early');
    clock.systemClock('synchronized');
    assert.equal(clock.read(shown(0)).epoch, BUILT);
    assert.equal(clock.view().isTrusted, false);
  });

  it('follows the wall clock by however much, where the configuration says to believe it, but for a date that can not be', () => {
    const disk = emptyDisk();
    const clock = startClock(disk, 'believed', shown(MONTH_LATER));
    for (const wall of [MONTH_LATER + 10 * DAY, MONTH_LATER - 10 * DAY, MONTH_LATER + DAY]) assert.equal(clock.read(shown(wall)).epoch, wall);
    save(disk, clock, shown(MONTH_LATER + DAY));
    assert.equal(clock.read(shown(0, 5_000)).epoch, MONTH_LATER + DAY + 5);
    const next = startClock(disk, 'believed', shown(MONTH_LATER - 10 * DAY));
    assert.equal(next.read(shown(MONTH_LATER - 10 * DAY)).epoch, MONTH_LATER - 10 * DAY);
    const atNothing = startClock(disk, 'believed', shown(0));
    assert.deepEqual([atNothing.read(shown(0)).epoch, atNothing.view().isTrusted], [MONTH_LATER + DAY, false]);
    atNothing.read(shown(MONTH_LATER + 2 * DAY));
    assert.equal(atNothing.view().isTrusted, true);
  });

  it('goes on, and stays trusted, when NTP falls silent', () => {
    const clock = startClock(emptyDisk(), 'synchronized', shown(MONTH_LATER));
    clock.systemClock('unconfirmed');
    assert.equal(clock.read(shown(0, 60_000)).epoch, MONTH_LATER + 60);
    assert.equal(clock.view().isTrusted, true);
  });

  describe('[R-ST2] that is trusted', () => {
    const trusted = (): ReturnType<typeof startClock> => startClock(emptyDisk(), 'synchronized', shown(MONTH_LATER));

    it('[R-ST2] is set by NTP by up to a day', () => {
      const clock = trusted();
      assert.equal(clock.read(shown(MONTH_LATER + DAY)).epoch, MONTH_LATER + DAY);
      assert.equal(clock.read(shown(MONTH_LATER)).epoch, MONTH_LATER);
    });

    for (const by of [DAY + 1, -DAY - 1, 10 * 365 * DAY]) {
      it(`[R-ST2] by more, ${String(by)} s, needs two sources`, () => {
        const clock = trusted();
        assert.equal(clock.read(shown(MONTH_LATER + by)).epoch, MONTH_LATER);
        assert.deepEqual(clock.view().doubt, { source: NTP, by });
        // The same source once more is no other one.
        assert.equal(clock.read(shown(MONTH_LATER + by, 2_000)).epoch, MONTH_LATER + 2);
        assert.equal(clock.claim(OPERATOR, epochSeconds(MONTH_LATER + by + 62), shown(MONTH_LATER + by, 2_000)), 'accepted');
        assert.equal(clock.view().doubt, undefined);
        assert.equal(clock.read(shown(MONTH_LATER + by, 3_000)).epoch, MONTH_LATER + by + 3);
      });
    }

    it('[R-ST2] two sources that do not agree are none', () => {
      const clock = trusted();
      clock.read(shown(MONTH_LATER + 2 * DAY));
      assert.equal(clock.claim(OPERATOR, epochSeconds(MONTH_LATER + 2 * DAY + 61), shown(MONTH_LATER + 2 * DAY)), 'needs-another');
      assert.equal(clock.read(shown(MONTH_LATER + 2 * DAY)).epoch, MONTH_LATER);
    });

    it('[R-ST2] a partner seconds what NTP says, and alone sets nothing', () => {
      const clock = trusted();
      assert.equal(clock.claim(PARTNER, epochSeconds(MONTH_LATER + HOUR), shown(MONTH_LATER)), 'needs-another');
      assert.equal(clock.claim(PARTNER, epochSeconds(MONTH_LATER + 2 * DAY), shown(MONTH_LATER)), 'needs-another');
      assert.equal(clock.read(shown(MONTH_LATER)).epoch, MONTH_LATER);
      assert.equal(clock.read(shown(MONTH_LATER + 2 * DAY)).epoch, MONTH_LATER + 2 * DAY);
    });

    it('[R-ST2] a jump that is undone leaves no doubt', () => {
      const clock = trusted();
      clock.read(shown(MONTH_LATER + 2 * DAY));
      clock.read(shown(MONTH_LATER, 1_000));
      assert.equal(clock.view().doubt, undefined);
    });

    for (const ahead of [2, -2]) {
      it(`[R-ST2] by a partner, and then by NTP, which is ${String(ahead)} s off, comes to that without a jump: a lease of a moment ago would end too early`, () => {
        const clock = startClock(emptyDisk(), 'unconfirmed', shown(0));
        clock.claim(PARTNER, epochSeconds(MONTH_LATER), shown(0));
        clock.systemClock('synchronized');
        let last = MONTH_LATER;
        for (let ms = 0; ms <= 40_000; ms += 100) {
          const { epoch } = clock.read(shown(MONTH_LATER + ahead, ms));
          assert.ok(epoch >= last && epoch <= MONTH_LATER + (1.1 * ms) / 1_000 + 1, `${String(epoch - MONTH_LATER)} at ${String(ms)} ms`);
          last = epoch;
        }
        assert.equal(last, MONTH_LATER + ahead + 40);
        assert.equal(clock.view().source, NTP);
      });
    }

    it('[R-ST2] what NTP says stays in doubt while a partner says that the clock is right, and is no news again and again', () => {
      const clock = trusted();
      clock.read(shown(MONTH_LATER + 2 * DAY));
      assert.equal(clock.claim(PARTNER, epochSeconds(MONTH_LATER + 1), shown(MONTH_LATER + 2 * DAY)), 'accepted');
      const changes = clock.changes();
      for (let second = 1; second < 10; second++) {
        clock.read(shown(MONTH_LATER + 2 * DAY, second * 1_000));
        clock.claim(PARTNER, epochSeconds(MONTH_LATER + 1 + second), shown(MONTH_LATER + 2 * DAY, second * 1_000));
      }
      assert.equal(clock.changes(), changes);
      assert.deepEqual(clock.view().doubt, { source: NTP, by: 2 * DAY });
    });

    it('[R-ST2] what NTP says stays in doubt when the operator sets the clock by less, and sets it where both say the same', () => {
      const clock = trusted();
      clock.systemClock('unconfirmed');
      clock.systemClock('synchronized');
      clock.read(shown(MONTH_LATER + 2 * DAY));
      assert.equal(clock.claim(OPERATOR, epochSeconds(MONTH_LATER + HOUR), shown(MONTH_LATER + 2 * DAY)), 'accepted');
      assert.deepEqual(clock.view().doubt, { source: NTP, by: 2 * DAY - HOUR });
      assert.equal(clock.claim(OPERATOR, epochSeconds(MONTH_LATER + 2 * DAY), shown(MONTH_LATER + 2 * DAY)), 'accepted');
      assert.equal(clock.view().doubt, undefined);
    });

    it('[R-ST2] after a start, too: to go back behind a true time that was saved needs two sources', () => {
      const disk = emptyDisk();
      save(disk, trusted(), shown(MONTH_LATER));
      const clock = startClock(disk, 'synchronized', shown(MONTH_LATER - 2 * DAY));
      assert.equal(clock.read(shown(MONTH_LATER - 2 * DAY)).epoch, MONTH_LATER);
      assert.equal(clock.view().isTrusted, false);
      assert.equal(clock.claim(OPERATOR, epochSeconds(MONTH_LATER - 2 * DAY), shown(MONTH_LATER - 2 * DAY)), 'accepted');
    });

    it('[R-ST2] also where nobody confirmed the time at the starts since then', () => {
      const disk = emptyDisk();
      save(disk, trusted(), shown(MONTH_LATER));
      save(disk, startClock(disk, 'unconfirmed', shown(0)), shown(0, 60_000));
      const clock = startClock(disk, 'synchronized', shown(MONTH_LATER - 2 * DAY));
      assert.equal(clock.read(shown(MONTH_LATER - 2 * DAY)).epoch, MONTH_LATER + 60);
      assert.equal(clock.view().isTrusted, false);
      assert.equal(clock.read(shown(MONTH_LATER - DAY + 60, 1_000)).epoch, MONTH_LATER - DAY + 61, 'a day it may be off');
    });

    it('[R-ST2] also where the clock of a partner was taken that lags, as nobody confirmed either of the two, and after a start behind that', () => {
      const disk = emptyDisk();
      save(disk, trusted(), shown(MONTH_LATER));
      const clock = startClock(disk, 'synchronized', shown(MONTH_LATER - 2 * DAY));
      clock.adopt({ trusted: false, source: NOBODY, timescales: [{ id: new Uint8Array(8).fill(7), correction: undefined }] }, BUILT - MONTH_LATER, shown(MONTH_LATER - 2 * DAY));
      assert.equal(clock.read(shown(MONTH_LATER - 2 * DAY, 1_000)).epoch, BUILT + 1);
      assert.deepEqual([clock.view().isTrusted, clock.view().doubt], [false, { source: NTP, by: 28 * DAY }]);
      save(disk, clock, shown(MONTH_LATER - 2 * DAY, 60_000));

      const next = startClock(disk, 'synchronized', shown(MONTH_LATER - 2 * DAY));
      assert.equal(next.read(shown(MONTH_LATER - 2 * DAY)).epoch, MONTH_LATER + 60, 'it only lags');
      assert.equal(next.view().isTrusted, false);
      const { timescale, ahead } = clock.view();
      const continued = startClock(disk, 'synchronized', shown(MONTH_LATER - 2 * DAY, 61_000), { timescale, ahead, source: NOBODY });
      assert.equal(continued.read(shown(MONTH_LATER - 2 * DAY, 61_000)).epoch, BUILT + 61);
      assert.equal(continued.read(shown(MONTH_LATER + DAY, 61_000)).epoch, MONTH_LATER + DAY + 61, 'forward it may be set');
    });

    it('[R-ST2] where the clock of a partner was taken that is ahead, and nobody confirmed, it may go back to where it was', () => {
      const disk = emptyDisk();
      save(disk, trusted(), shown(MONTH_LATER));
      const clock = startClock(disk, 'unconfirmed', shown(0));
      clock.adopt({ trusted: false, source: NOBODY, timescales: [{ id: new Uint8Array(8).fill(7), correction: undefined }] }, 30 * DAY, shown(0));
      assert.equal(clock.read(shown(0)).epoch, MONTH_LATER + 30 * DAY);
      clock.systemClock('synchronized');
      assert.equal(clock.read(shown(MONTH_LATER + HOUR)).epoch, MONTH_LATER + HOUR);
    });

    for (const [what, system, source] of [['by two sources', 'synchronized', OPERATOR], ['by less than a day', 'synchronized', undefined]] as const) {
      it(`[R-ST2] (6) what was saved by a clock that turns out to have been ahead, as it goes back behind that ${what}, is an upper bound: it was not later than now`, () => {
        const disk = emptyDisk();
        save(disk, trusted(), shown(MONTH_LATER));
        const back = shown(MONTH_LATER - (source === undefined ? 5 * HOUR : 2 * DAY));
        const clock = startClock(disk, system, back);
        clock.read(back);
        if (source !== undefined) assert.equal(clock.claim(source, back.epoch, back), 'accepted');
        assert.equal(clock.read(back).epoch, back.epoch);
        assert.deepEqual(clock.placed(0), { by: back.epoch - MONTH_LATER, label: 1 });
        assert.equal(clock.isExact(1), false);
        assert.equal(clock.isDurable(), false);
        save(disk, clock, back);
        const again = startClock(disk, system, back);
        assert.deepEqual([again.placed(0).by, again.isExact(1), again.view().isTrusted], [back.epoch - MONTH_LATER, false, true]);
      });
    }

    it('is not set by hand while NTP keeps it', () => {
      const clock = trusted();
      assert.equal(clock.claim(OPERATOR, epochSeconds(MONTH_LATER + HOUR), shown(MONTH_LATER)), 'kept-by-ntp');
    });
  });

  for (const [what, said] of [['by much', MONTH_LATER], ['to the second that it shows', BUILT + 10]] as const) {
    it(`[R-ST2] is never ahead of whoever set it, ${what}: the second that was said begins then`, () => {
      const clock = startClock(emptyDisk(), 'unconfirmed', shown(0));
      assert.equal(clock.claim(OPERATOR, epochSeconds(said), shown(0, 10_900)), 'accepted');
      assert.deepEqual([10_900, 11_800, 11_900].map((ms) => clock.read(shown(0, ms)).epoch - said), [0, 0, 1]);
    });
  }

  it('has stable storage know of a step, and again where that failed', () => {
    const disk = emptyDisk();
    const clock = startClock(disk, 'unconfirmed', shown(0));
    save(disk, clock, shown(0));
    assert.equal(clock.isDurable(), true);
    clock.claim(OPERATOR, epochSeconds(MONTH_LATER), shown(0));
    assert.equal(clock.isDurable(), false);
    const { timescales } = clock.takeRecord(clock.read(shown(0)));
    assert.deepEqual(timescales.map(({ index, correction }) => [index, correction]), [[0, MONTH_LATER - BUILT], [1, 0]]);
    assert.equal(clock.isDurable(), false);
    clock.recorded(false);
    assert.equal(clock.isDurable(), false);
    assert.deepEqual(clock.takeRecord(clock.read(shown(0))).timescales, timescales);
    clock.recorded(true);
    assert.equal(clock.isDurable(), true);
  });

  it('[R-ST2] (2) starts a timescale at each start that is not trusted and at each step, and none where NTP says that all is as it was', () => {
    const disk = emptyDisk();
    const indices = (): readonly number[] => disk.timescales.map(({ index }) => index);
    save(disk, startClock(disk, 'unconfirmed', shown(0)), shown(0));
    save(disk, startClock(disk, 'unconfirmed', shown(0)), shown(0));
    assert.deepEqual(indices(), [0, 1]);
    const clock = startClock(disk, 'unconfirmed', shown(0));
    clock.claim(OPERATOR, epochSeconds(MONTH_LATER), shown(0));
    save(disk, clock, shown(0));
    assert.deepEqual(indices(), [0, 1, 2, 3]);
    save(disk, startClock(disk, 'synchronized', shown(MONTH_LATER + DAY)), shown(MONTH_LATER + DAY));
    assert.deepEqual(indices(), [0, 1, 2, 3]);
    assert.equal(new Set(disk.timescales.map(({ id }) => id.join())).size, 4);
  });

  describe('of a program that is restarted while its box runs on', () => {
    /** A run that ended with this source, and the start a minute later by the monotonic clock. */
    function restarted(source: ClockSource, system: SystemClock = 'unconfirmed', wallAfter = 0) {
      const disk = emptyDisk();
      const first = startClock(disk, 'unconfirmed', shown(0));
      if (source !== NOBODY) first.claim(source, epochSeconds(MONTH_LATER), shown(0));
      save(disk, first, shown(0));
      const { timescale, ahead } = first.view();
      const later = shown(wallAfter, 60_000);
      return { disk, before: first.view(), later, clock: startClock(disk, system, later, { timescale, ahead, source }) };
    }

    it('[R-ST2] (2) goes on in the same timescale, as trusted as it was', () => {
      for (const [source, epoch] of [[NOBODY, BUILT], [OPERATOR, MONTH_LATER], [PARTNER, MONTH_LATER], [NTP, MONTH_LATER]] as const) {
        const { clock, before, later, disk } = restarted(source);
        assert.equal(clock.read(later).epoch, epoch + 60);
        assert.deepEqual([clock.view().source, clock.view().isTrusted], [source, source !== NOBODY]);
        assert.deepEqual(clock.view().timescale, before.timescale);
        assert.ok(disk.timescales.every(({ index }) => clock.isExact(index + 1)), 'what was stored is exact');
      }
    });

    it('[R-ST2] (5) steps to what NTP says meanwhile, and all that was stored moves along', () => {
      const { clock, later, disk } = restarted(NOBODY, 'synchronized', MONTH_LATER - 60);
      assert.equal(clock.read(later).epoch, MONTH_LATER);
      assert.equal(clock.view().source, NTP);
      assert.deepEqual(clock.placed(disk.timescales[0]?.index ?? -1), { by: MONTH_LATER - BUILT - 60, label: 0 });
    });

    it('[R-ST2] begins as after a start of the box where stable storage knows of no such timescale', () => {
      const { disk, later } = restarted(OPERATOR);
      const clock = startClock(disk, 'unconfirmed', later, { timescale: new Uint8Array(8).fill(7), ahead: MONTH_LATER, source: OPERATOR });
      assert.equal(clock.view().isTrusted, false);
    });
  });
});
