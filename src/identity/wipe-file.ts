import { randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '../durable-file.ts';

const PIECE_OCTETS = 65_536;

/**
 * Puts noise over what a file holds, durably, and removes it. Where the file system writes in place nothing of it is left;
 * flash may keep the old pages until it erases them. Nothing happens where there is no such file. Rejects when the disk refuses.
 */
export async function wipeFile(path: string): Promise<void> {
  if (!(await overwriteFile(path))) return;
  await rm(path, { force: true });
  await syncFolder(dirname(path));
}

/** The first half of it: the file stays, of the same length. @returns false where there is none */
export async function overwriteFile(path: string): Promise<boolean> {
  let file;
  try {
    file = await open(path, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  try {
    const { size } = await file.stat();
    for (let at = 0; at < size; at += PIECE_OCTETS) {
      const noise = randomBytes(Math.min(PIECE_OCTETS, size - at));
      await file.write(noise, 0, noise.length, at);
    }
    await file.sync();
    return true;
  } finally {
    await file.close();
  }
}
