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

  it('is whole where room for more stands behind it, or nothing of its last record but its place', async () => {
    const log = await logOf([10, 20, 30]);
    for (const room of [1, 6, 7, 5_000, 300_000]) {
      assert.deepEqual(read(Buffer.concat([log, Buffer.alloc(room)])), { end: 'whole', records: read(log).records });
    }
    const last = log.length - 7 - (read(log).records.at(-1) ?? 0);
    assert.equal(read(Buffer.from(log).fill(0, last)).end, 'whole');
    const behind = Buffer.concat([log, Buffer.alloc(40_000), Buffer.of(1)]);
    assert.deepEqual(read(behind).end, 'torn', 'not zeros all the way');
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
    const sector = Buffer.from(log).fill(0, 512, 1024);
    assert.equal(read(sector).end, 'torn', 'one of its sectors');
  });

  it('is torn where any sectors of the last record are missing of a log with room behind it, whichever came first to the disk', async () => {
    const log = await logOf([10, 100_000]);
    const last = 7 + (read(log).records[0] ?? 0);
    const ends = [log, Buffer.concat([log, Buffer.alloc(50_000)])];
    for (const whole of ends) {
      for (let at = Math.ceil(last / 512) * 512; at + 512 <= log.length; at += 512) {
        const { end, records } = read(Buffer.from(whole).fill(0, at, at + 512));
        assert.deepEqual([end, records.length], ['torn', 1], `the sector at ${String(at)}`);
      }
      const tail = Buffer.from(whole).fill(0, last, Math.ceil(last / 512) * 512);
      assert.deepEqual([read(tail).end, read(tail).records.length], ['torn', 1], 'what it begins with');
    }
  });

  it('is damaged where the last record is all there but changed, also with room behind it', async () => {
    const log = await logOf([10, 2000]);
    const last = log.length - 7 - (read(log).records.at(-1) ?? 0);
    const changed = Buffer.from(log);
    changed[last + 100] = 0;
    assert.deepEqual(read(changed).end, { damagedAt: last });
    assert.deepEqual(read(Buffer.concat([changed, Buffer.alloc(5_000)])).end, { damagedAt: last });
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
