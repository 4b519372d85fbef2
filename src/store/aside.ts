import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { formatAddress, formatHex } from '../wire/index.ts';
import type { UnreadableRecord } from './contents.ts';
import { syncFolder, writeDurably } from './durable-file.ts';
import type { Layout } from './layout.ts';

/** So many set-aside databases are kept: the first, which nothing was done to yet, and the latest. */
const DATABASES_MAX = 3;
const NAME = /^database-(\d+)$/;

/** Moves the database away as it is. Gives the folder that it is in then. */
export async function setDatabaseAside({ directory, database, aside }: Layout): Promise<string> {
  await mkdir(aside, { recursive: true, mode: 0o700 });
  const numbers = await numbersOf(aside);
  const surplus = numbers.slice(1, Math.max(1, numbers.length + 2 - DATABASES_MAX));
  for (const number of surplus) await rm(folderOf(aside, number), { recursive: true, force: true });
  const kept = folderOf(aside, (numbers.at(-1) ?? 0) + 1);
  await rename(database, kept);
  await syncFolder(aside);
  await syncFolder(directory);
  return kept;
}

/** Keeps the raw octets of unreadable records, one line of JSON each; those that are there already are not added again. */
export async function keepRecordsAside({ aside }: Layout, records: readonly UnreadableRecord[]): Promise<void> {
  await mkdir(aside, { recursive: true, mode: 0o700 });
  const path = join(aside, 'records.jsonl');
  const lines = new Set((await readText(path)).split('\n').filter((line) => line !== ''));
  const before = lines.size;
  for (const { lease, why, key, value } of records) {
    const name = `${formatAddress(lease.address)}/${lease.prefixLength}`;
    lines.add(JSON.stringify({ lease: name, why, key: formatHex(key, ''), value: formatHex(value, '') }));
  }
  if (lines.size > before) await writeDurably(path, `${[...lines].join('\n')}\n`, 0o600);
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return '';
  }
}

async function numbersOf(aside: string): Promise<readonly number[]> {
  const names = await readdir(aside);
  return names.flatMap((name) => NAME.exec(name)?.[1] ?? []).map(Number).sort((a, b) => a - b);
}

function folderOf(aside: string, number: number): string {
  return join(aside, `database-${number}`);
}
