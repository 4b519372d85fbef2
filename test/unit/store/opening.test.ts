import { Level } from 'level';
import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { boundInfoLog } from '../../../src/store/info-log.ts';
import { findDamage } from '../../../src/store/leveldb/verify.ts';
import { bindingsOf } from './bindings.ts';
import { fileOf, makeStore } from './database-files.ts';
import { inDirectory, open, openError } from './opened-store.ts';

/** Rewrites the database with LevelDB's own defaults, which compress. */
async function compress(directory: string): Promise<void> {
  const path = join(directory, 'database');
  const octets = { keyEncoding: 'view', valueEncoding: 'view' } as const;
  const old = new Level<Uint8Array, Uint8Array>(path, octets);
  await old.open({ compression: false });
  const entries = await old.iterator().all();
  await old.close();
  await rm(path, { recursive: true });
  const compressed = new Level<Uint8Array, Uint8Array>(path, octets);
  await compressed.batch(entries.map(([key, value]) => ({ type: 'put', key, value })));
  await compressed.close();
  await compressed.open();
  await compressed.close();
}

describe('opening the store', function () {
  this.timeout(30_000);

  it('makes its directory, for its owner alone', () =>
    inDirectory(async (parent) => {
      const directory = join(parent, 'var', 'lib');
      await (await open(directory)).store.close();
      assert.equal((await stat(directory)).mode & 0o777, 0o700);
      assert.deepEqual((await readdir(directory)).sort(), ['ballast', 'database', 'identity.json']);
    }));

  it('says why the disk does not let it, and can be tried again', () =>
    inDirectory(async (directory) => {
      const file = join(directory, 'file');
      await writeFile(file, '');
      const { code, text } = await openError(file);
      assert.equal(code, 'disk');
      assert.match(text, /file can not be used: EEXIST/);

      const store = join(directory, 'store');
      await mkdir(join(store, 'database.rebuilt'), { recursive: true });
      await writeFile(join(store, 'database'), '');
      assert.equal((await openError(store)).code, 'disk');
      await rm(join(store, 'database'));
      await (await open(store)).store.close();
    }));

  it('finishes a commit in flight before it closes', () =>
    inDirectory(async (directory) => {
      const { store } = await open(directory);
      const flight = store.commit(1, bindingsOf(0, 10), []);
      await store.close();
      assert.deepEqual(await flight, { committed: true });
      const again = await open(directory);
      assert.equal(again.read.length, 10);
      await again.store.close();
    }));

  it('takes a mark of loss that can not be read for a mark of loss', () =>
    inDirectory(async (directory) => {
      await makeStore(directory);
      for (const content of ['', 'garbage', 'null', '{"since":"today"}']) {
        await writeFile(join(directory, 'lost.json'), content);
        const { store, outcome, findings } = await open(directory);
        assert.equal(outcome, 'lost');
        assert.deepEqual(findings, ['the note on what was lost can not be read itself']);
        await store.close();
      }
    }));

  it('rebuilds a database that another program compressed, since it can not be verified', () =>
    inDirectory(async (directory) => {
      await makeStore(directory);
      await compress(directory);
      const { store, outcome, findings, read } = await open(directory);
      assert.equal(outcome, 'lost');
      assert.match(findings[0] ?? '', /is compressed, which this program never writes$/);
      assert.equal(read.length, 300);
      await store.close();
      assert.deepEqual(await findDamage(join(directory, 'database')), []);
    }));

  it('takes a file that the disk does not give for a damaged one', () =>
    inDirectory(async (directory) => {
      await makeStore(directory);
      const table = await fileOf(directory, 'table');
      await rename(table, join(directory, 'elsewhere'));
      await mkdir(table);
      const { store, outcome, findings, read } = await open(directory);
      assert.equal(outcome, 'lost');
      assert.match(findings[0] ?? '', /^table \d+\.ldb: EISDIR/);
      assert.equal(read.length, 100, 'what is in the log');
      await store.close();
    }));

  it("bounds LevelDB's notes while it goes on writing them", () =>
    inDirectory(async (directory) => {
      const database = new Level(directory);
      await database.open({ writeBufferSize: 64 * 1024 });
      const path = join(directory, 'LOG');
      await writeFile(path, Buffer.alloc(900 * 1024, 'x'), { flag: 'r+' });
      await boundInfoLog(directory);
      assert.ok((await stat(path)).blocks > 1000, 'below the bound it is left alone');
      await writeFile(path, Buffer.alloc(1100 * 1024, 'x'), { flag: 'r+' });
      await boundInfoLog(directory);
      assert.equal((await stat(path)).blocks, 0);
      for (let i = 0; i < 4; i++) await database.put('key', `${i}`.repeat(60_000));
      // Which a database that is closed at once may leave out. The types of `level` leave out what the class itself can do.
      await (database as unknown as { compactRange(from: string, to: string): Promise<void> }).compactRange('a', 'z');
      await database.close();
      assert.match(await readFile(path, 'latin1'), /Level-0 table/);
      await truncate(path);
      await boundInfoLog(join(directory, 'nowhere'));
    }));
});
