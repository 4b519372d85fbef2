import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';

/** What a test does to a plain LevelDB database: a key and its value, or undefined to delete the key. */
export type Step = readonly [key: string, value: string | undefined];

const octets = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** Small files, so that a few thousand entries fill several levels. */
const SMALL = { compression: false, writeBufferSize: 64 * 1024, maxFileSize: 1024 * 1024 } as const;

/** Opens a database in `folder` and does the steps, each a synced write of its own unless they come in groups. */
export async function writeLevelDb(folder: string, groups: readonly (readonly Step[])[]): Promise<void> {
  const database = new Level<Uint8Array, Uint8Array>(folder, { keyEncoding: 'view', valueEncoding: 'view' });
  await database.open(SMALL);
  for (const steps of groups) {
    const batch = database.batch();
    for (const [key, value] of steps) {
      if (value === undefined) batch.del(octets(key));
      else batch.put(octets(key), octets(value));
    }
    await batch.write({ sync: true });
  }
  await database.close();
}

/**
 * LevelDB may be closed while it is about to merge tables, and leaves what is not needed any more to the next opening. Behind this every
 * table counts.
 */
export async function dropObsoleteTables(folder: string): Promise<void> {
  const tables = async (): Promise<string> => (await dataFiles(folder)).filter((name) => name.endsWith('.ldb')).join();
  for (let before = '', now = await tables(); now !== before; now = await tables()) {
    before = now;
    await writeLevelDb(folder, []);
  }
}

/** Everything in a database, as LevelDB itself finds it. The folder is left as it is. */
export async function readLevelDb(folder: string): Promise<string[]> {
  const copy = await mkdtemp(join(tmpdir(), 'twinlease-copy-'));
  try {
    await cp(folder, copy, { recursive: true });
    const database = new Level<Uint8Array, Uint8Array>(copy, { keyEncoding: 'view', valueEncoding: 'view' });
    const entries = await database.iterator().all();
    await database.close();
    return entries.map(([key, value]) => entryText(key, value));
  } finally {
    await rm(copy, { recursive: true });
  }
}

export function entryText(key: Uint8Array, value: Uint8Array): string {
  return `${Buffer.from(key).toString('latin1')}=${Buffer.from(value).toString('latin1')}`;
}

/** How much of a log was written, behind which there may be room. */
export function writtenOf(log: Uint8Array): number {
  return log.findLastIndex((octet) => octet !== 0) + 1;
}

/** The names of the files that hold what is in a database: all but its lock and its notes. */
export async function dataFiles(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => !/^(LOCK|LOG|LOG\.old)$/.test(name)).sort();
}
