import { Level } from 'level';
import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import type { CommitResult } from '../../../src/store/index.ts';
import { bindingOf, bindingsOf } from '../../unit/store/bindings.ts';
import { open, openError } from '../../unit/store/opened-store.ts';
import type { Acknowledged } from './record-sizes.ts';
import { fillDisk, freeOctets, onSmallDisk } from './small-disk.ts';

const CHILD = new URL('full-disk-child.ts', import.meta.url).pathname;

/** Runs the child until it kills itself; gives what it said. */
async function runChild(disk: string): Promise<Acknowledged> {
  const child = execFile(process.execPath, [CHILD, disk]);
  let output = '';
  let errors = '';
  child.stdout?.on('data', (text: string) => (output += text));
  child.stderr?.on('data', (text: string) => (errors += text));
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  assert.equal(signal, 'SIGKILL', errors);
  return JSON.parse(output) as Acknowledged;
}

const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

describe('the store on a full disk', function () {
  this.timeout(120_000);

  for (const kind of ['ext4', 'tmpfs'] as const) {
    it(`loses nothing that it acknowledged, with twenty record sizes, on ${kind}`, () =>
      onSmallDisk(kind, 240, async (disk) => {
        for (const { size, onFullDisk } of await runChild(disk)) {
          const { store, outcome, findings, read } = await open(join(disk, `store-${size}`));
          assert.equal(outcome, 'opened', findings.join());
          const numbers = read.map(({ address }) => Buffer.from(address).readUInt32BE(12));
          const expected = [...range(0, 5), ...range(1000, onFullDisk), ...range(1_000_000, 60)];
          assert.deepEqual(numbers, expected, `with ${size} octets added to each record`);
          await store.close();
        }
      }));
  }

  it('is needed for that: LevelDB by itself drops what it acknowledged after a failed write', () =>
    onSmallDisk('tmpfs', 16, async (disk) => {
      const folder = join(disk, 'database');
      const database = new Level(folder);
      await database.open();
      await database.put('before', 'x'.repeat(100), { sync: true });
      const free = fillDisk(disk);
      let failures = 0;
      for (let i = 0; failures < 2; i++) await database.put(`full${i}`, 'x'.repeat(100), { sync: true }).catch(() => failures++);
      free();
      for (let i = 0; i < 60; i++) await database.put(`after${i}`, 'x'.repeat(100), { sync: true });
      // A copy of its files is what a crash would leave.
      const left = join(disk, 'left');
      await cp(folder, left, { recursive: true });
      await database.close();
      const reopened = new Level(left);
      await reopened.open();
      const kept = await reopened.keys({ gte: 'after', lt: 'b' }).all();
      await reopened.close();
      assert.ok(kept.length < 60, 'when LevelDB keeps all of them, the store may trust it again');
    }));

  for (const kind of ['ext4', 'tmpfs'] as const) {
    it(`opens on a disk that is full already, with the room of its ballast, on ${kind}`, () =>
      onSmallDisk(kind, 32, async (disk) => {
        const directory = join(disk, 'store');
        const first = await open(directory);
        await first.store.commit(1, bindingsOf(0, 50), []);
        await first.store.close();
        const free = fillDisk(disk);
        assert.equal(freeOctets(disk), 0);
        const alarms = new EventEmitter();
        const ended = once(alarms, 'storage-full false');
        const { store, outcome, read, counter } = await open(directory, {
          onAlarm: ({ id, raised }) => alarms.emit(`${id} ${raised}`),
        });
        assert.equal(outcome, 'opened');
        assert.equal(read.length, 50);
        const result = await store.commit(counter + 1, bindingsOf(50, 51), []);
        assert.deepEqual(result, { committed: false, reason: 'the disk is full', found: [undefined] });
        free();
        await ended;
        assert.deepEqual(await store.commit(counter + 2, bindingsOf(50, 51), []), { committed: true });
        await store.close();
      }));

    it(`waits for room where even the ballast is gone, and then says what it holds, on ${kind}`, () =>
      onSmallDisk(kind, 32, async (disk) => {
        const directory = join(disk, 'store');
        const alarms = new EventEmitter();
        const { store } = await open(directory, { onAlarm: ({ id, raised }) => alarms.emit(`${id} ${raised}`) });
        const unavailable = once(alarms, 'storage-unavailable true');
        const available = once(alarms, 'storage-unavailable false');
        await rm(join(directory, 'ballast'));
        const free = fillDisk(disk);
        let counter = 0;
        let pending: Promise<CommitResult>;
        const large = { relay: new Uint8Array(2000) };
        do pending = store.commit(++counter, [bindingOf(counter, large), bindingOf(1, large)], []);
        while (!Array.isArray(await Promise.race([pending, unavailable])));
        free();
        await available;
        const result = await pending;
        assert.ok(!result.committed);
        assert.equal(result.found[1]?.revision, counter === 1 ? undefined : counter - 1);
        await store.close();
        const again = await open(directory);
        assert.equal(again.outcome, 'opened');
        await again.store.close();
      }));
  }

  it('does not rebuild a damaged database without the room for all of it, and leaves it as it is', () =>
    onSmallDisk('tmpfs', 40, async (disk) => {
      const directory = join(disk, 'store');
      const { store } = await open(directory);
      for (let counter = 1; counter <= 120; counter++) {
        await store.commit(counter, bindingsOf(2 * counter, 2 * counter + 2, { relay: new Uint8Array(50_000) }), []);
      }
      await store.close();
      await rm(join(directory, 'database', 'CURRENT'));
      const free = fillDisk(disk);
      const { code, text } = await openError(directory);
      assert.equal(code, 'disk');
      assert.match(text, /the database is damaged, and rebuilding it takes 2\d MiB of free disk$/);
      free();
      const { store: rebuilt, outcome, read } = await open(directory);
      assert.equal(outcome, 'lost');
      assert.equal(read.length, 240);
      await rebuilt.close();
    }));

  it('does not take the last room for its ballast', () =>
    onSmallDisk('tmpfs', 14, async (disk) => {
      const alarms: string[] = [];
      const { store, outcome } = await open(join(disk, 'store'), { onAlarm: ({ id }) => alarms.push(id) });
      assert.equal(outcome, 'fresh');
      assert.deepEqual(alarms, ['storage-full']);
      assert.ok(freeOctets(disk) > 13 * 1024 * 1024);
      await store.close();
    }));
});
