import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { ClockStart } from '../../../src/clock/index.ts';
import { askDaemon, startControl } from '../../../src/control/index.ts';
import type { ClockReport } from '../../../src/control/index.ts';
import { createStamps } from '../../../src/time/index.ts';
import { epochSeconds, monotonicMs } from '../../../src/wire/index.ts';
import { inDirectory } from '../control/in-directory.ts';
import { runBox } from '../control/running-box.ts';
import { rightClock } from '../appliance/right-clock.ts';
import { twinlease, twinleaseReading } from './command.ts';
import type { Ran } from './command.ts';
import { widthOf } from './wide.ts';

/** What the clock of the system shows in these tests: a quarter of an hour after 1970 began. */
const SYSTEM = 900;
const LATE = '2027-01-20T08:00:00Z';

/** The clock of a box that begins at the date of the program, which nobody has confirmed. */
const LOST: ClockStart = {
  ...rightClock(SYSTEM),
  timescales: [],
  builtAt: epochSeconds(Date.parse('2026-11-01T00:00:00Z') / 1_000),
  system: 'unconfirmed',
};

type Say = (...words: readonly string[]) => Promise<Ran>;

/** A box with this clock, and the console of it. */
async function onBox(clock: ClockStart, use: (say: Say, path: string) => Promise<void>): Promise<void> {
  await inDirectory(async (directory) => {
    const running = runBox({ clock, systemShows: SYSTEM });
    const stamps = createStamps(() => false, { epochMs: () => SYSTEM * 1_000, monotonicMs: () => 0 });
    stamps.follow(running.box.appliance);
    const path = join(directory, 'control.sock');
    const control = await startControl(path, { ...running.subject, stamps, startedAt: monotonicMs(0) });
    assert.ok(typeof control !== 'string', 'it opens');
    try {
      await use((...words) => twinlease(...words, '--control', path), path);
    } finally {
      control.close();
      running.close();
    }
  });
}

async function clockOf(say: Say): Promise<ClockReport> {
  return JSON.parse((await say('clock', 'show', '--json')).out) as ClockReport;
}

describe('the clock of a box, on the command line', function () {
  this.timeout(30_000);

  it('[R-ST2] is shown with what it is worth; show status says it, too', () =>
    onBox(LOST, async (say) => {
      const { code, out } = await say('clock', 'show');
      assert.equal(code, 0);
      assert.match(out, /^time {7}2026-11-01 00:00:00Z, NOT TRUSTED: nobody has confirmed it\n/);
      assert.match(out, /^system {5}1970-01-01 00:15:00Z, which nobody is known to keep right: it counts\n {11}for nothing$/m);
      assert.ok(widthOf(out) <= 80, out);
      assert.match((await say('show', 'status')).out, /^clock {6}2026-11-01 00:00:00Z, NOT TRUSTED: nobody has confirmed it$/m);
      assert.match((await say('show', 'metrics')).out, /^twinlease_clock_trusted 0$/m);
    }));

  it('[R-ST2] is set by the operator, and trusted from then on', () =>
    onBox(LOST, async (say) => {
      const set = await say('clock', 'set', LATE, '--yes');
      assert.deepEqual([set.code, set.err], [0, '']);
      assert.match(set.out, /^time {7}2027-01-20 08:00:0\dZ, trusted \(the operator\)\n/);
      const { trusted, source, now } = await clockOf(say);
      assert.deepEqual([trusted, source, now.slice(0, 18)], [true, 'operator', '2027-01-20T08:00:0']);
      assert.match((await say('show', 'metrics')).out, /^twinlease_clock_trusted 1$/m);
    }));

  it('[R-ST2] is confirmed by a word where the system\'s clock is right', () =>
    onBox({ ...LOST, builtAt: epochSeconds(0) }, async (say) => {
      assert.equal((await say('clock', 'set', 'system', '--yes')).code, 0);
      assert.deepEqual((await clockOf(say)).now, '1970-01-01T00:15:00Z');
    }));

  it('[R-ST2] is not set without a word that it is meant, which says what it does', () =>
    onBox(LOST, async (say) => {
      for (const more of [[], ['--json']]) {
        const { code, out, err } = await say('clock', 'set', LATE, ...more);
        assert.deepEqual([code, out], [1, '']);
        assert.match(err, /^twinlease: nothing was done: say --yes if it is meant\n\nThe clock of this box shows 2026-11-01 00:00:00Z, and nobody has confirmed it\.\n/);
        assert.match(err, /The system's clock is left alone/);
      }
      assert.equal((await clockOf(say)).trusted, false);
    }));

  it('[R-ST2] that is trusted is not set by more than a day on one word, and the time that was said stays in doubt', () =>
    onBox(LOST, async (say) => {
      await say('clock', 'set', LATE, '--yes');
      const { code, err } = await say('clock', 'set', '2027-03-01T00:00', '--yes');
      assert.equal(code, 1);
      assert.match(err, /would be set by more than a day: a second source has to say the same/);
      const { now, doubt } = await clockOf(say);
      assert.equal(now.slice(0, 10), '2027-01-20');
      assert.equal(doubt?.source, 'operator');
      assert.match((await say('clock', 'show')).out, /the operator would set it by \+39d1[56]h/);
    }));

  it('is not set where the system\'s clock is the one that counts', () =>
    onBox({ ...rightClock(SYSTEM), system: 'believed' }, async (say) => {
      const { code, err } = await say('clock', 'set', '2027-03-01T00:00', '--yes');
      assert.equal(code, 1);
      assert.match(err, /the provisioning file says to believe the system's clock \("clock: system"\), which says otherwise: set that/);
    }));

  it('takes no word that is no time, and none of before the program was made', () =>
    onBox(LOST, async (say) => {
      const none = await say('clock', 'set', 'noon', '--yes');
      assert.deepEqual([none.code, none.err], [1, 'twinlease: "noon" is no time: say it in UTC, such as 2026-01-31T12:00:30, or say "system"\n']);
      assert.match((await say('clock', 'set', '2020-01-01T00:00', '--yes')).err, /this program was made later than that/);
      assert.match((await say('clock', 'set', 'system', '--yes')).err, /this program was made later than that/);
    }));

  it('is refused over the socket where it is neither seconds nor "system"', () =>
    onBox(LOST, async (_, path) => {
      for (const time of ['2027', -1, 1.5, undefined]) {
        await assert.rejects(askDaemon(path, { method: 'clock-set', time: time as number }), /time: must be seconds since 1970, or "system"/);
      }
    }));

  it('is shown and set in the console, too', () =>
    onBox(LOST, async (_, path) => {
      const { code, out, err } = await twinleaseReading('clock set 2027-01-20T08:00 --yes\nclock show\n', 'console', '--control', path);
      assert.deepEqual([code, err], [0, '']);
      assert.equal(out.match(/trusted \(the operator\)/g)?.length, 2, out);
    }));
});
