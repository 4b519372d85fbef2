import fc from 'fast-check';
import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32c, unmaskCrc } from '../../../src/store/leveldb/crc32c.ts';
import { readEntries } from '../../../src/store/leveldb/entries.ts';
import { dataBlocks } from '../../../src/store/leveldb/table.ts';
import { findDamage } from '../../../src/store/leveldb/verify.ts';
import { dataFiles,
  dropObsoleteTables, entryText, readLevelDb, writeLevelDb, type Step } from './leveldb-files.ts';
import { inDirectory } from './opened-store.ts';

async function readOurselves(folder: string): Promise<string[]> {
  const entries: string[] = [];
  await readEntries(folder, (key, value) => entries.push(entryText(key, value)));
  return entries;
}

/** Enough writes, overwrites and deletions for tables on several levels and a log that is not in a table yet. */
function manyGroups(): Step[][] {
  let seed = 1;
  const random = (limit: number): number => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0) % limit;
  return Array.from({ length: 120 }, (_, group) =>
    Array.from({ length: 40 }, () => {
      const key = `key${String(random(4000)).padStart(5, '0')}`;
      return [key, random(5) === 0 ? undefined : `${group}:${'x'.repeat(random(120))}`] as const;
    }),
  );
}

describe('the LevelDB reader', function () {
  // Synced writes take what the disk takes.
  this.timeout(30_000);

  it('computes CRC-32C as RFC 3720 B.4 has it, in one piece or several', () => {
    const ascending = Uint8Array.from({ length: 32 }, (_, i) => i);
    assert.equal(crc32c(new Uint8Array(32), 0, 32), 0x8a9136aa);
    assert.equal(crc32c(new Uint8Array(32).fill(0xff), 0, 32), 0x62a8ab43);
    assert.equal(crc32c(ascending, 0, 32), 0x46dd794e);
    for (let cut = 0; cut <= 32; cut++) assert.equal(crc32c(ascending, cut, 32, crc32c(ascending, 0, cut)), 0x46dd794e);
    assert.equal(unmaskCrc((((0x46dd794e >>> 15) | (0x46dd794e << 17)) + 0xa282ead8) >>> 0), 0x46dd794e);
  });

  it('finds what LevelDB itself finds, across levels, overwrites, deletions and a log', () =>
    inDirectory(async (directory) => {
      const folder = join(directory, 'db');
      await writeLevelDb(folder, manyGroups());
      const files = await dataFiles(folder);
      assert.ok(files.filter((name) => name.endsWith('.ldb')).length > 1, 'there are several tables');
      assert.deepEqual(await findDamage(folder), []);
      assert.deepEqual(await readOurselves(folder), await readLevelDb(folder));
    }));

  it('finds what LevelDB itself finds after any small sequence of writes and openings', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.array(
            fc.array(fc.tuple(fc.constantFrom('', 'a', 'aa', 'ab', 'b', '\xff', '\xff\0'), fc.option(fc.string(), { nil: undefined })), {
              minLength: 1,
              maxLength: 4,
            }),
            { maxLength: 4 },
          ),
          { minLength: 1, maxLength: 4 },
        ),
        (openings) =>
          inDirectory(async (directory) => {
            const folder = join(directory, 'db');
            for (const groups of openings) await writeLevelDb(folder, groups.map((steps) => steps.filter(([key]) => key !== '')));
            assert.deepEqual(await findDamage(folder), []);
            assert.deepEqual(await readOurselves(folder), await readLevelDb(folder));
          }),
      ),
      { numRuns: 15, seed: 1 },
    ));

  it('finds every octet that was changed in any file', () =>
    inDirectory(async (directory) => {
      const folder = join(directory, 'db');
      const steps = (from: number): Step[][] =>
        Array.from({ length: 3 }, (_, i) => [[`key${from + i}`, 'some value that is long enough'] as const]);
      await writeLevelDb(folder, steps(0));
      await writeLevelDb(folder, steps(2));
      const files = await dataFiles(folder);
      assert.deepEqual(files.map((name) => name.replace(/\d+/, '*')), ['*.ldb', '*.log', 'CURRENT', 'MANIFEST-*']);
      for (const name of files) {
        const path = join(folder, name);
        const sound = await readFile(path);
        for (let at = 0; at < sound.length; at++) {
          const damaged = Buffer.from(sound);
          damaged[at] = (damaged[at] ?? 0) ^ (1 << at % 8);
          await writeFile(path, damaged);
          assert.notDeepEqual(await findDamage(folder), [], `${name}, octet ${at} of ${sound.length}`);
        }
        await writeFile(path, sound);
        assert.deepEqual(await findDamage(folder), []);
      }
    }));

  it('finds every file that is missing', () =>
    inDirectory(async (directory) => {
      const folder = join(directory, 'db');
      await writeLevelDb(folder, manyGroups());
      await dropObsoleteTables(folder);
      for (const name of await dataFiles(folder)) {
        const path = join(folder, name);
        const content = await readFile(path);
        await rm(path);
        assert.notDeepEqual(await findDamage(folder), [], name);
        await writeFile(path, content);
      }
    }));

  it('finds a table whose entries are out of order, though its checksums are right', () =>
    inDirectory(async (directory) => {
      const folder = join(directory, 'db');
      await writeLevelDb(folder, [['a', 'b', 'c'].map((key) => [key, 'value'] as const)]);
      await writeLevelDb(folder, []);
      const name = (await dataFiles(folder)).find((file) => file.endsWith('.ldb')) ?? assert.fail();
      const table = await readFile(join(folder, name));
      const blocks = dataBlocks(table);
      assert.ok(!('damage' in blocks));
      const { start, size } = blocks[0] ?? assert.fail();
      table[table.indexOf('b', start)] = 'd'.charCodeAt(0);
      const crc = crc32c(table, start, start + size + 1);
      table.writeUInt32LE((((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0, start + size + 1);
      await writeFile(join(folder, name), table);
      assert.match((await findDamage(folder)).join(), /the block at 0 is out of order$/);
    }));
});
