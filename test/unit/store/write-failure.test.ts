import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { once, EventEmitter } from 'node:events';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoreAlarm } from '../../../src/store/index.ts';
import { addressOf, bindingOf, bindingsOf } from './bindings.ts';
import { damage } from './database-files.ts';
import { inDirectory, open, type Opened } from './opened-store.ts';

/** More than LevelDB's write buffer holds, so that it needs a new file. */
const LARGE = { relay: new Uint8Array(60_000) };

interface WithAlarms extends Opened {
  readonly next: (id: StoreAlarm['id'], raised: boolean) => Promise<unknown>;
}

async function openWithAlarms(directory: string): Promise<WithAlarms> {
  const emitter = new EventEmitter();
  const alarms: StoreAlarm[] = [];
  const opened = await open(directory, {
    onAlarm: (alarm) => {
      alarms.push(alarm);
      emitter.emit(`${alarm.id} ${alarm.raised}`);
    },
  });
  return { ...opened, alarms, next: (id, raised) => once(emitter, `${id} ${raised}`) };
}

/** Puts the database back after `failingCommit`. */
async function putBack(directory: string): Promise<void> {
  await rm(join(directory, 'database'), { recursive: true });
  await rename(join(directory, 'elsewhere'), join(directory, 'database'));
}

/** Commits until LevelDB has to make a new file and can't, since its folder is gone. Gives the commit that fails. */
async function failingCommit(
  opened: WithAlarms,
  directory: string,
  instead: 'a file' | 'nothing' = 'a file',
): Promise<{ counter: number; pending: Promise<unknown> }> {
  await rename(join(directory, 'database'), join(directory, 'elsewhere'));
  if (instead === 'a file') await writeFile(join(directory, 'database'), '');
  const unavailable = opened.next('storage-unavailable', true);
  for (let counter = opened.counter + 1; ; counter++) {
    const pending = opened.store.commit(counter, bindingsOf(counter, counter + 8, LARGE), [bindingOf(19)]);
    const first = await Promise.race([pending, unavailable]);
    if (first instanceof Array) return { counter, pending };
    assert.deepEqual(first, { committed: true });
  }
}

describe('the store after a failed write', function () {
  this.timeout(30_000);

  it('acknowledges nothing until the database is open again, and then says what it holds', () =>
    inDirectory(async (directory) => {
      const opened = await openWithAlarms(directory);
      await opened.store.commit(1, bindingsOf(18, 20), []);
      const before = { ...opened, counter: 1 };
      const { counter, pending } = await failingCommit(before, directory);
      const outcome = await Promise.race([pending, new Promise((resolve) => setImmediate(resolve, 'pending'))]);
      assert.equal(outcome, 'pending');

      const accepted = opened.store.accept();
      const available = opened.next('storage-unavailable', false);
      await putBack(directory);
      await available;
      const result = (await pending) as Awaited<ReturnType<typeof opened.store.commit>>;
      assert.ok(!result.committed);
      assert.match(result.reason, /Not a directory/);
      assert.equal(await accepted, undefined, 'what else was to be written waited for it');
      const revisions = result.found.map((binding) => binding?.revision);
      assert.deepEqual(revisions, [...Array<number>(7).fill(counter - 1), undefined, undefined], 'the commit before it');
      assert.deepEqual(await opened.store.commit(counter + 1, bindingsOf(500, 501), []), { committed: true });
      await opened.store.close();
      const again = await open(directory);
      assert.equal(again.outcome, 'opened');
      assert.ok(again.read.some(({ address }) => Buffer.from(address).equals(addressOf(500))));
      await again.store.close();
    }));

  it('makes no new database where the old one is gone, and can be closed meanwhile', () =>
    inDirectory(async (directory) => {
      const opened = await openWithAlarms(directory);
      await opened.store.commit(1, bindingsOf(18, 20), []);
      await failingCommit({ ...opened, counter: 1 }, directory, 'nothing');
      await opened.store.close();
      assert.ok(!(await readdir(join(directory, 'database'))).includes('CURRENT'));
      await putBack(directory);
      const again = await open(directory);
      assert.equal(again.outcome, 'opened');
      assert.ok(again.read.length >= 9);
      await again.store.close();
    }));

  it('says so where the database turns out damaged, and the next opening finds it', () =>
    inDirectory(async (directory) => {
      const opened = await openWithAlarms(directory);
      await opened.store.commit(1, bindingsOf(0, 20), []);
      await failingCommit({ ...opened, counter: 1 }, directory);
      const damaged = opened.next('storage-damaged', true);
      await damage(join(directory, 'elsewhere', 'CURRENT'), 0.99);
      await putBack(directory);
      await damaged;
      await opened.store.close();
      const again = await open(directory);
      assert.equal(again.outcome, 'lost');
      assert.ok(again.read.length >= 19);
      await again.store.close();
    }));
});
