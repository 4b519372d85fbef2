import assert from 'node:assert/strict';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Level } from 'level';
import { open } from './opened-store.ts';
import { bindingsOf } from './bindings.ts';
import { writtenOf } from './leveldb-files.ts';

/** Writes raw keys and values into the database of a store that nobody has open. */
export async function writeRaw(directory: string, entries: Iterable<readonly [Uint8Array, Uint8Array]>): Promise<void> {
  const database = new Level<Uint8Array, Uint8Array>(join(directory, 'database'), { keyEncoding: 'view', valueEncoding: 'view' });
  await database.open({ compression: false, createIfMissing: false });
  const batch = database.batch();
  for (const [key, value] of entries) batch.put(key, value);
  await batch.write({ sync: true });
  await database.close();
}

/** Reads the raw entries of the database of a store that nobody has open. */
export async function readRaw(directory: string): Promise<[Uint8Array, Uint8Array][]> {
  const database = new Level<Uint8Array, Uint8Array>(join(directory, 'database'), { keyEncoding: 'view', valueEncoding: 'view' });
  await database.open({ compression: false, createIfMissing: false });
  const entries = await database.iterator().all();
  await database.close();
  return entries;
}

/** Makes a store with bindings 0..199 in a table and 200..299 in its log. */
export async function makeStore(directory: string): Promise<void> {
  const first = await open(directory);
  await first.store.commit(1, bindingsOf(0, 200), []);
  await first.store.close();
  const second = await open(directory);
  for (let i = 0; i < 10; i++) await second.store.commit(2 + i, bindingsOf(200 + 10 * i, 210 + 10 * i), []);
  await second.store.close();
}

/** The path of the largest file of a kind in the database. */
export async function fileOf(directory: string, kind: 'table' | 'log' | 'MANIFEST' | 'CURRENT'): Promise<string> {
  const pattern = { table: /\.ldb$/, log: /\.log$/, MANIFEST: /^MANIFEST/, CURRENT: /^CURRENT$/ }[kind];
  const folder = join(directory, 'database');
  let largest: string | undefined;
  let size = -1;
  for (const name of (await readdir(folder)).filter((candidate) => pattern.test(candidate))) {
    const found = (await stat(join(folder, name))).size;
    if (found > size) [largest, size] = [join(folder, name), found];
  }
  assert.ok(largest !== undefined, `there is a ${kind}`);
  return largest;
}

/** Changes one octet of a file, at this part of what was written of it. */
export async function damage(path: string, part: number): Promise<void> {
  const content = await readFile(path);
  const at = Math.floor(part * writtenOf(content));
  content[at] = (content[at] ?? 0) ^ 0x10;
  await writeFile(path, content);
}
