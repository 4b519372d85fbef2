import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readLog, type LogEnd } from '../../../src/store/leveldb/log-file.ts';
import { dataFiles, writeLevelDb } from './leveldb-files.ts';
import { inDirectory } from './opened-store.ts';

/** A log that LevelDB wrote: one record a size, of about that many octets. */
async function logOf(sizes: readonly number[]): Promise<Buffer> {
  let log = Buffer.alloc(0);
  await inDirectory(async (directory) => {
    const folder = join(directory, 'db');
    await writeLevelDb(folder, sizes.map((size, i) => [[`key${i}`, 'v'.repeat(size)] as const]));
    const name = (await dataFiles(folder)).find((file) => file.endsWith('.log'));
    assert.ok(name !== undefined);
    log = await readFile(join(folder, name));
  });
  return log;
}

function read(log: Uint8Array): { readonly end: LogEnd; readonly records: number[] } {
  const records: number[] = [];
  const end = readLog(log, (record) => records.push(record.length));
  return { end, records };
}

describe("LevelDB's log", () => {
  it('is whole with records of one part and of several', async () => {
    const { end, records } = read(await logOf([10, 40_000, 300]));
    assert.equal(end, 'whole');
    assert.equal(records.length, 3);
    assert.ok((records[1] ?? 0) > 40_000);
  });

  it('is torn wherever its last record stops short, and the records before it are read', async () => {
    const log = await logOf([10, 20, 30]);
    const lastRecord = 7 + (read(log).records.at(-1) ?? 0);
    for (let missing = 1; missing < lastRecord; missing++) {
      const { end, records } = read(log.subarray(0, log.length - missing));
      assert.equal(end, 'torn', `${missing} octets missing`);
      assert.equal(records.length, 2);
    }
  });

  it('is torn where the last of several parts is missing', async () => {
    const log = await logOf([10, 40_000]);
    for (const length of [32_768, 32_770, 33_000, log.length - 1]) {
      assert.deepEqual(read(log.subarray(0, length)), { end: 'torn', records: read(log).records.slice(0, 1) });
    }
  });

  it('is torn where sectors of the last record were never written', async () => {
    const log = await logOf([10, 2000]);
    const last = log.length - 7 - (read(log).records.at(-1) ?? 0);
    const zeros = Buffer.from(log).fill(0, last);
    assert.equal(read(zeros).end, 'torn', 'all of it');
    const sector = Buffer.from(log).fill(0, 512, 1024);
    assert.equal(read(sector).end, 'torn', 'one of its sectors');
    assert.equal(read(Buffer.concat([log, Buffer.alloc(5000)])).end, 'torn', 'nothing of it but its place');
  });

  it('is damaged where the last record is all there but changed', async () => {
    const log = await logOf([10, 2000]);
    const last = log.length - 7 - (read(log).records.at(-1) ?? 0);
    const changed = Buffer.from(log);
    changed[last + 100] = 0;
    assert.deepEqual(read(changed).end, { damagedAt: last });
  });

  it('is damaged where a sound record stands behind a bad one, in the same block or a later one', async () => {
    const log = await logOf([10, 20, 40_000, 30]);
    const changed = Buffer.from(log);
    changed[20] = (changed[20] ?? 0) ^ 1;
    assert.deepEqual(read(changed).end, { damagedAt: 0 });
    const zeros = Buffer.from(log).fill(0, 0, 20);
    assert.deepEqual(read(zeros).end, { damagedAt: 0 });
    const longer = Buffer.from(log);
    longer[5] = 0xff;
    assert.deepEqual(read(longer).end, { damagedAt: 0 }, 'a length that points behind the end');
  });

  it('is damaged where a part has lost the parts before it', async () => {
    const log = await logOf([40_000]);
    assert.deepEqual(read(log.subarray(32_768)).end, { damagedAt: 0 });
  });
});
