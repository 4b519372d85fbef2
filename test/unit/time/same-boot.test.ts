import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { ClockSource, createWorkingClock } from '../../../src/clock/index.ts';
import type { ClockView } from '../../../src/clock/index.ts';
import { createClockKeeper } from '../../../src/time/index.ts';
import { epochSeconds, monotonicMs } from '../../../src/wire/index.ts';
import type { Now } from '../../../src/wire/index.ts';
import { inDirectory } from '../control/in-directory.ts';

const VIEW: ClockView = {
  isTrusted: true,
  source: ClockSource.OPERATOR,
  doubt: undefined,
  system: 'unconfirmed',
  timescale: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  ahead: 1_800_000_000.25,
};

describe('what the clock is worth, for the next start of the daemon', () => {
  it('[R-ST2] is known to it as long as the box was not started since', () =>
    inDirectory((directory) => {
      createClockKeeper(directory, 'this boot').keep(VIEW);
      const continued = createClockKeeper(directory, 'this boot').continued();
      assert.deepEqual([continued?.timescale, continued?.source], [VIEW.timescale, VIEW.source]);
      assert.ok(Math.abs((continued?.ahead ?? 0) - VIEW.ahead) < 0.05);
      assert.equal(createClockKeeper(directory, 'the next boot').continued(), undefined);
      return Promise.resolve();
    }));

  it('[R-ST2] does not make it go back: of a second that it showed the next one shows no earlier', () =>
    inDirectory((directory) => {
      const id = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
      const timescales = [{ index: 0, id, correction: 0, ahead: 0, begins: 'start' }] as const;
      const start = { timescales, saved: undefined, builtAt: epochSeconds(1_799_999_000), seed: id, system: 'believed' } as const;
      const at = (ms: number): Now => ({ epoch: epochSeconds(1_800_000_000 + Math.floor(ms / 1_000)), monotonic: monotonicMs(performance.now() + ms) });
      // It can't know that the second in which it begins is nearly over.
      const first = createWorkingClock({ ...start, now: at(900) });
      first.read(at(950));
      const shown = first.read(at(3_050));
      assert.equal(shown.epoch, 1_800_000_003);
      createClockKeeper(directory, 'boot').keepLast(first.view(), shown);
      const next = createWorkingClock({ ...start, continued: createClockKeeper(directory, 'boot').continued(), now: at(3_100) });
      assert.equal(next.read(at(3_100)).epoch, 1_800_000_003);
      return Promise.resolve();
    }));

  it('is not known where the file is missing, or says something else', () =>
    inDirectory((directory) => {
      const keeper = createClockKeeper(directory, 'boot');
      assert.equal(keeper.continued(), undefined);
      for (const text of ['', '{}', '[]', 'null', '{"boot":"boot","timescale":"zz","ahead":1,"source":2}', '{"boot":"boot","timescale":"01","ahead":"1","source":2}', '{"boot":"boot","timescale":"01","ahead":1,"source":77}']) {
        writeFileSync(join(directory, 'clock.json'), text);
        assert.equal(keeper.continued(), undefined, text);
      }
      return Promise.resolve();
    }));

  it('is written when it is something else, not each time that it is looked at', () =>
    inDirectory((directory) => {
      const path = join(directory, 'clock.json');
      const keeper = createClockKeeper(directory, 'boot');
      keeper.keep(VIEW);
      const first = readFileSync(path, 'utf8');
      writeFileSync(path, 'untouched');
      keeper.keep({ ...VIEW, ahead: VIEW.ahead + 0.25 });
      assert.equal(readFileSync(path, 'utf8'), 'untouched');
      for (const change of [{ ahead: VIEW.ahead + 2 }, { source: ClockSource.NTP }, { timescale: new Uint8Array(8) }]) {
        writeFileSync(path, 'untouched');
        keeper.keep({ ...VIEW, ...change });
        assert.notEqual(readFileSync(path, 'utf8'), 'untouched', Object.keys(change)[0]);
      }
      assert.match(first, /^\{"boot":"boot",/);
      return Promise.resolve();
    }));

  it('harms nobody where it can not be written', () =>
    inDirectory((directory) => {
      mkdirSync(join(directory, 'clock.json.tmp'));
      createClockKeeper(directory, 'boot').keep(VIEW);
      assert.equal(createClockKeeper(directory, 'boot').continued(), undefined);
      return Promise.resolve();
    }));
});
