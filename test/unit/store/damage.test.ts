import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { cp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from '../../../src/store/layout.ts';
import { dataFiles, writtenOf } from './leveldb-files.ts';
import { bindingsOf } from './bindings.ts';
import { damage, fileOf, makeStore } from './database-files.ts';
import { inDirectory, open, type Opened } from './opened-store.ts';

/** The numbers of the bindings that were read (see `bindingOf`). */
function numbersOf({ read }: Opened): number[] {
  return read.map(({ address }) => Buffer.from(address).readUInt32BE(12));
}

const ALL = Array.from({ length: 300 }, (_, i) => i);

/** Opens a damaged store: lost as a whole, kept aside as it was, marked until accepted, and of use meanwhile. */
async function assertLost(directory: string, damaged: ReadonlyMap<string, Buffer>): Promise<Opened> {
  const opened = await open(directory);
  assert.equal(opened.outcome, 'lost');
  assert.ok(opened.store.loss.mark !== undefined, 'the whole storage is marked');
  const aside = join(directory, 'aside', 'database-1');
  for (const [name, content] of damaged) assert.deepEqual(await readFile(join(aside, name)), content, `${name} is kept aside`);
  assert.deepEqual(await opened.store.commit(opened.counter + 1, bindingsOf(1000, 1001), []), { committed: true });
  await opened.store.close();

  const again = await open(directory);
  assert.equal(again.outcome, 'lost', 'until somebody accepts');
  assert.deepEqual(again.findings, opened.findings);
  assert.deepEqual(numbersOf(again), [...numbersOf(opened), 1000]);
  assert.equal(await again.store.accept(), undefined);
  assert.equal(again.store.loss.mark, undefined);
  await again.store.close();

  const accepted = await open(directory);
  assert.equal(accepted.outcome, 'opened');
  assert.deepEqual(numbersOf(accepted), numbersOf(again));
  await accepted.store.close();
  assert.deepEqual(await readdir(join(directory, 'aside')), ['database-1'], 'what is kept aside stays');
  return opened;
}

async function contentOf(directory: string): Promise<Map<string, Buffer>> {
  const folder = join(directory, 'database');
  const names = await dataFiles(folder);
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)));
}

describe('a damaged database', function () {
  this.timeout(30_000);

  for (const part of [0.3, 0.6, 0.95]) {
    it(`[R-ST1] is found by an octet changed at ${part} of a table`, () =>
      inDirectory(async (directory) => {
        await makeStore(directory);
        await damage(await fileOf(directory, 'table'), part);
        const opened = await assertLost(directory, await contentOf(directory));
        assert.match(opened.findings[0] ?? '', /^table \d+\.ldb: /);
        const found = numbersOf(opened);
        assert.ok(found.every((number) => ALL.includes(number)), 'nothing is made up');
        assert.deepEqual(found.filter((number) => number >= 200), ALL.slice(200), 'what is in the log is all there');
      }));
  }

  it('[R-ST1] is found by an octet changed in the middle of its log, and the rest is kept', () =>
    inDirectory(async (directory) => {
      await makeStore(directory);
      await damage(await fileOf(directory, 'log'), 0.5);
      const opened = await assertLost(directory, await contentOf(directory));
      assert.match(opened.findings[0] ?? '', /^log \d+\.log: damaged at octet \d+$/);
      const found = numbersOf(opened);
      assert.deepEqual(found.filter((number) => number < 200), ALL.slice(0, 200));
      assert.ok(found.length > 240, `${found.length} bindings are found`);
    }));

  for (const kind of ['MANIFEST', 'CURRENT'] as const) {
    it(`[R-ST1] is found by a changed or missing ${kind}, and every binding is read all the same`, () =>
      inDirectory(async (directory) => {
        await makeStore(directory);
        const copy = join(directory, 'copy');
        await cp(join(directory, 'database'), copy, { recursive: true });
        await damage(await fileOf(directory, kind), 0.5);
        assert.deepEqual(numbersOf(await assertLost(directory, await contentOf(directory))), ALL);

        await rm(join(directory, 'aside'), { recursive: true });
        await rm(join(directory, 'database'), { recursive: true });
        await rename(copy, join(directory, 'database'));
        await rm(await fileOf(directory, kind));
        assert.deepEqual(numbersOf(await assertLost(directory, await contentOf(directory))), ALL);
      }));
  }

  it('[R-ST1] is found by a missing table', () =>
    inDirectory(async (directory) => {
      await makeStore(directory);
      await rm(await fileOf(directory, 'table'));
      const opened = await assertLost(directory, await contentOf(directory));
      assert.deepEqual(numbersOf(opened), ALL.slice(200));
    }));

  it('[R-ST1] is kept aside even where nothing of it can be read', () =>
    inDirectory(async (directory) => {
      await makeStore(directory);
      const folder = join(directory, 'database');
      for (const name of await dataFiles(folder)) await writeFile(join(folder, name), 'garbage');
      assert.deepEqual(numbersOf(await assertLost(directory, await contentOf(directory))), []);
    }));

  it('[R-ST1] is found by its absence beside an identity, which stays', () =>
    inDirectory(async (directory) => {
      await makeStore(directory);
      const { store, identity } = await open(directory);
      await store.close();
      await rm(join(directory, 'database'), { recursive: true });
      const opened = await open(directory);
      assert.equal(opened.outcome, 'lost');
      assert.deepEqual(opened.findings, ['the database was missing beside the identity']);
      assert.deepEqual(opened.identity, identity);
      assert.deepEqual(opened.read, []);
      await opened.store.close();
      const again = await open(directory);
      assert.equal(again.outcome, 'lost');
      await again.store.close();
    }));

  it('is not what a crash in the middle of a write leaves: the torn commit was never acknowledged', () =>
    inDirectory(async (directory) => {
      await makeStore(directory);
      const log = await fileOf(directory, 'log');
      await truncate(log, writtenOf(await readFile(log)) - 5);
      const opened = await open(directory);
      assert.equal(opened.outcome, 'opened');
      assert.deepEqual(opened.findings, []);
      assert.deepEqual(numbersOf(opened), ALL.slice(0, 290), 'the last commit is missing as a whole');
      assert.equal(opened.counter, 10);
      await opened.store.close();
    }));

  it('keeps no more than three databases aside: the first and the last two', () =>
    inDirectory(async (directory) => {
      await makeStore(directory);
      for (let time = 1; time <= 5; time++) {
        await damage(await fileOf(directory, 'MANIFEST'), 0.5);
        await (await open(directory)).store.close();
      }
      assert.deepEqual((await readdir(join(directory, 'aside'))).sort(), ['database-1', 'database-4', 'database-5']);
    }));

  it('is rebuilt to the end after a crash between its two renames', () =>
    inDirectory(async (directory) => {
      await makeStore(directory);
      await rename(join(directory, 'database'), join(directory, 'database.rebuilt'));
      const opened = await open(directory);
      assert.equal(opened.outcome, 'opened');
      assert.deepEqual(numbersOf(opened), ALL);
      await opened.store.close();
    }));

  it('is not replaced by what an interrupted rebuild left beside it', () =>
    inDirectory(async (directory) => {
      await makeStore(directory);
      for (const name of ['database.rebuilt', 'database.fresh', 'repair']) {
        await cp(join(directory, 'database'), join(directory, name), { recursive: true });
        await writeFile(join(directory, name, 'CURRENT'), 'garbage');
      }
      const opened = await open(directory);
      assert.equal(opened.outcome, 'opened');
      assert.deepEqual(numbersOf(opened), ALL);
      for (const name of ['database.rebuilt', 'database.fresh', 'repair']) assert.equal(await exists(join(directory, name)), false);
      await opened.store.close();
    }));
});
