import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { formatAddress, formatHex } from '../wire/index.ts';
import { BALLAST, freeRoom } from './ballast.ts';
import type { UnreadableRecord } from './contents.ts';
import { copyDatabase, sizeOfDatabase } from './database-copy.ts';
import { syncFolder, writeDurably } from '../durable-file.ts';
import type { Layout } from './layout.ts';

/** What is kept of a kind: the first, which nothing was done to yet, and the latest. */
interface Kind {
  readonly name: string;
  readonly max: number;
}

/** Taken out of use, as it was damaged. */
const DAMAGED: Kind = { name: 'database', max: 3 };
/** A copy of one that was old, or had gaps: its partner's leases replaced what was in it. */
const OLD: Kind = { name: 'old-database', max: 2 };

/** What a copy may leave of the free disk: the box is there to write leases. */
const ROOM_LEFT = 4 * BALLAST;
const MIB = 1024 * 1024;

/** Moves the database away as it is. Gives the folder that it is in then. */
export async function setDatabaseAside({ directory, database, aside }: Layout): Promise<string> {
  const kept = await nextFolder(aside, DAMAGED);
  await rename(database, kept);
  await syncFolder(aside);
  await syncFolder(directory);
  return kept;
}

/**
 * Copies the database, which nobody has open. Gives the folder of the copy. Rejects when the disk refuses, or has no room for
 * all of it: the copy takes next to nothing at first, but keeps LevelDB from giving back what it needs no more.
 */
export async function copyDatabaseAside({ database, aside }: Layout): Promise<string> {
  const needed = (await sizeOfDatabase(database)) + ROOM_LEFT;
  if ((await freeRoom(aside)) < needed) throw new Error(`it takes ${Math.ceil(needed / MIB)} MiB of free disk`);
  const kept = await nextFolder(aside, OLD);
  const draft = join(aside, 'draft');
  await rm(draft, { recursive: true, force: true });
  const findings = await copyDatabase(database, draft);
  if (findings.length > 0) throw new Error(findings.join(', '));
  await syncFolder(draft);
  await rename(draft, kept);
  await syncFolder(aside);
  return kept;
}

/** Removes the copies of old databases: a full disk needs their room. Gives the folders that there were. */
export async function dropDatabaseCopies({ aside }: Layout): Promise<readonly string[]> {
  const folders = (await numbersOf(aside, OLD)).map((number) => folderOf(aside, OLD, number));
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
  return folders;
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

/** The folder for the next one of this kind; removes those that are too many beside it. */
async function nextFolder(aside: string, kind: Kind): Promise<string> {
  await mkdir(aside, { recursive: true, mode: 0o700 });
  const numbers = await numbersOf(aside, kind);
  const surplus = numbers.slice(1, Math.max(1, numbers.length + 2 - kind.max));
  for (const number of surplus) await rm(folderOf(aside, kind, number), { recursive: true, force: true });
  return folderOf(aside, kind, (numbers.at(-1) ?? 0) + 1);
}

async function numbersOf(aside: string, { name }: Kind): Promise<readonly number[]> {
  const pattern = new RegExp(`^${name}-(\\d+)$`);
  let names: readonly string[];
  try {
    names = await readdir(aside);
  } catch {
    return [];
  }
  return names.flatMap((found) => pattern.exec(found)?.[1] ?? []).map(Number).sort((a, b) => a - b);
}

function folderOf(aside: string, { name }: Kind, number: number): string {
  return join(aside, `${name}-${number}`);
}
