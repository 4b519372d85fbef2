import assert from 'node:assert/strict';
import { appendFile, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { createEventLog } from '../../../src/control/index.ts';
import { openFailoverHistory } from '../../../src/daemon/partner/failover-history.ts';
import { EndpointState } from '../../../src/failover/index.ts';
import { inDirectory } from '../control/in-directory.ts';
import { stampsAt } from '../control/stamps-at.ts';
import { monotonicMs } from '../../../src/wire/index.ts';
import type { MonotonicMs } from '../../../src/wire/index.ts';

const { NORMAL, COMMUNICATIONS_INTERRUPTED } = EndpointState;

function step(i: number) {
  const isEven = i % 2 === 0;
  return { relationship: 'east-west', from: isEven ? NORMAL : COMMUNICATIONS_INTERRUPTED, to: isEven ? COMMUNICATIONS_INTERRUPTED : NORMAL, why: `reason ${String(i)}` };
}

describe('what endpoints went through', () => {
  const logged: string[] = [];
  const open = async (directory: string) => await openFailoverHistory(directory, stampsAt(new Date(0)), createEventLog(stampsAt(new Date(0)), (line) => logged.push(line)));

  it('is there after a restart; a line that a power cut tore is left out', () =>
    inDirectory(async (directory) => {
      const history = await open(directory);
      history.add(step(0));
      history.add(step(1));
      await history.settled();
      const path = join(directory, 'failover-history.jsonl');
      assert.equal((await stat(path)).mode & 0o777, 0o600);
      await appendFile(path, '{"time":"1970-01-01T00:00:0');
      const again = await open(directory);
      assert.deepEqual(again.list(), history.list());
      assert.deepEqual(again.list()[0], { time: '1970-01-01T00:00:00.000Z', relationship: 'east-west', from: 'NORMAL', to: 'COMMUNICATIONS-INTERRUPTED', why: 'reason 0' });
    }));

  it('has the times that are known for it now, on the disk as well: when it was turns out later', () =>
    inDirectory(async (directory) => {
      let [ahead, isTrusted] = [0, false];
      let moment = 20_000;
      const stamps = { moment: () => monotonicMs(moment), date: (at?: MonotonicMs) => new Date((at ?? moment) + ahead), isTrusted: () => isTrusted };
      const history = await openFailoverHistory(directory, stamps, createEventLog(stampsAt(new Date(0)), () => undefined));
      history.add(step(0));
      await history.settled();
      const times = async () => (await openFailoverHistory(directory, stamps, createEventLog(stampsAt(new Date(0)), () => undefined))).list().map(({ time, isUnconfirmed }) => [time, isUnconfirmed]);
      assert.deepEqual(await times(), [['1970-01-01T00:00:20.000Z', true]]);
      [ahead, isTrusted, moment] = [Date.parse('2026-11-30T12:00:00Z'), true, 60_000];
      history.clockChanged();
      history.add(step(1));
      await history.settled();
      assert.deepEqual(await times(), [['2026-11-30T12:00:20.000Z', undefined], ['2026-11-30T12:01:00.000Z', undefined]]);
      assert.deepEqual(history.list().map(({ time }) => time), ['2026-11-30T12:00:20.000Z', '2026-11-30T12:01:00.000Z']);
      ahead += 1_000;
      const before = (await stat(join(directory, 'failover-history.jsonl'))).ino;
      history.clockChanged();
      await history.settled();
      assert.equal((await stat(join(directory, 'failover-history.jsonl'))).ino, before, 'a second is not worth writing');
    }));

  it('keeps what a former start wrote as it was', () =>
    inDirectory(async (directory) => {
      const log = createEventLog(stampsAt(new Date(0)), () => undefined);
      const first = await openFailoverHistory(directory, stampsAt(new Date(20_000), false), log);
      first.add(step(0));
      await first.settled();
      const second = await openFailoverHistory(directory, stampsAt(new Date('2026-11-30T12:00:00Z')), log);
      second.add(step(1));
      second.clockChanged();
      await second.settled();
      assert.deepEqual(second.list().map(({ time, isUnconfirmed }) => [time, isUnconfirmed]), [['1970-01-01T00:00:20.000Z', true], ['2026-11-30T12:00:00.000Z', undefined]]);
    }));

  it('is bounded, on the disk as well', () =>
    inDirectory(async (directory) => {
      const history = await open(directory);
      for (let i = 0; i < 2_500; i++) {
        history.add(step(i));
        if (i % 100 === 0) await history.settled();
      }
      await history.settled();
      const lines = (await readFile(join(directory, 'failover-history.jsonl'), 'utf8')).trim().split('\n');
      assert.ok(lines.length >= 500 && lines.length <= 1_000, String(lines.length));
      assert.match(lines.at(-1) ?? '', /reason 2499/);
      assert.deepEqual((await open(directory)).list().map(({ why }) => why), Array.from({ length: 500 }, (_, i) => `reason ${String(i + 2_000)}`));
    }));

  it('is kept in memory while the disk takes nothing, and written when it does again', () =>
    inDirectory(async (directory) => {
      const path = join(directory, 'failover-history.jsonl');
      await mkdir(path);
      const history = await open(directory);
      history.add(step(0));
      await history.settled();
      assert.match(logged.at(-1) ?? '', /failover-history\.jsonl can't be written/);
      assert.equal(history.list().length, 1);
      await rm(path, { recursive: true });
      history.add(step(1));
      await history.settled();
      assert.equal((await open(directory)).list().length, 2);
    }));
});
