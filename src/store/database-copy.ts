import { copyFile, link, mkdir, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf } from './database.ts';

/** LevelDB's lock and its notes hold nothing of the database. */
const NO_CONTENT = /^(LOCK|LOG|LOG\.old)$/;
const TABLE = /\.(ldb|sst)$/;

/**
 * Copies a database that nobody has open into a new folder; durable when that folder is. Tables never change, so a second name
 * is as good as a copy and takes no room where the file system has such names. What can't be read is left out: says what.
 */
export async function copyDatabase(from: string, to: string): Promise<string[]> {
  const findings: string[] = [];
  await mkdir(to, { mode: 0o700 });
  for (const name of await readdir(from)) {
    if (NO_CONTENT.test(name)) continue;
    try {
      await copyOrLink(join(from, name), join(to, name));
    } catch (error) {
      findings.push(`${name}: ${reasonOf(error)}`);
    }
  }
  return findings;
}

/** In octets. */
export async function sizeOfDatabase(folder: string): Promise<number> {
  let size = 0;
  for (const name of await readdir(folder)) size += (await stat(join(folder, name))).size;
  return size;
}

async function copyOrLink(from: string, to: string): Promise<void> {
  if (TABLE.test(from)) {
    try {
      await link(from, to);
      return;
    } catch {
      // FAT has no second names.
    }
  }
  await copyFile(from, to);
  const file = await open(to, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
