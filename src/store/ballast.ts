import { rm, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeDurably, syncFolder } from '../durable-file.ts';
import { WRITE_BUFFER } from './database.ts';
import { exists } from './layout.ts';

/**
 * The room that reopening may need: LevelDB then writes what is in its logs, at most two write buffers, as tables, and
 * a new MANIFEST, and may start to merge tables.
 */
export const BALLAST = 4 * WRITE_BUFFER;

/** Lays down the ballast if it is missing and the disk has room for twice as much. False when it is missing afterwards. */
export async function layBallast(path: string, randomBytes: (count: number) => Uint8Array): Promise<boolean> {
  try {
    if (await exists(path)) return true;
    if ((await freeRoom(path)) < 2 * BALLAST) return false;
    // Random octets take up room also where the file system compresses or leaves out zeros.
    await writeDurably(path, randomBytes(BALLAST), 0o600);
    return true;
  } catch {
    await rm(`${path}.tmp`, { force: true });
    return false;
  }
}

/** Gives up the ballast if the disk has less room than this. False when it is (still) there. */
export async function dropBallastIfNeeded(path: string, leastRoom: number = BALLAST): Promise<boolean> {
  if (await exists(path)) {
    if ((await freeRoom(path)) >= leastRoom) return false;
    await rm(path, { force: true });
    await syncFolder(dirname(path));
  }
  return true;
}

/** Octets that are free on the disk that the folder around `path` is on. */
export async function freeRoom(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(dirname(path));
  return bavail * bsize;
}
