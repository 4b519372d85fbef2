/** An update that comes in parts: what is there of it is kept when the connection ends, and goes on from there. */
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { forgetBehind, forgetFile } from '../memory/index.ts';
import { folderOf, updateFileOf } from './record.ts';
import type { UpdateFile } from './record.ts';

/** More than both partitions of a slot: not an update. */
const UPDATE_OCTETS_MAX = 100_000_000;
/** Leases are written beside it: the disk gets it in pieces, so that no commit waits behind tens of megabytes. */
const SYNC_OCTETS = 1_048_576;
/** Of the disk, what the box itself needs. */
const ROOM_LEFT = 32 * 1_048_576;

export interface ReceivedFile {
  /** @returns the octets that are there already; as many as it has: all. Rejects where there is no room. */
  agree(file: UpdateFile): Promise<number>;
  /** @returns the offset that it goes on at: the end, once it is whole and the right one. Rejects where it is not, or can't be kept. */
  take(id: string, offset: number, content: Uint8Array): Promise<number>;
}

export function createReceivedFile(stateDirectory: string): ReceivedFile {
  let agreed: { readonly id: string; readonly sha256: string; readonly size: number; at: number; synced: number } | undefined;

  const finish = async ({ sha256 }: { readonly sha256: string }): Promise<void> => {
    const path = partPath(stateDirectory, sha256);
    if ((await sha256Of(path)) !== sha256) {
      await rm(path, { force: true });
      throw new Error('what arrived is not what was sent; begin again');
    }
    await rename(path, updateFileOf(stateDirectory));
  };

  return {
    async agree({ id, sha256, size }) {
      if (size > UPDATE_OCTETS_MAX) throw new Error(`${String(size)} octets are no update`);
      await mkdir(folderOf(stateDirectory), { recursive: true, mode: 0o700 });
      if ((await sizeOf(updateFileOf(stateDirectory))) === size && (await sha256Of(updateFileOf(stateDirectory))) === sha256) return size;
      await dropOthers(stateDirectory, sha256);
      const at = Math.min(await sizeOf(partPath(stateDirectory, sha256)), size);
      const missing = missingRoom(size - at, await roomIn(stateDirectory));
      if (missing > 0) throw new Error(`there is no room for it: ${megabytes(missing)} MB more are needed in ${stateDirectory}`);
      agreed = { id, sha256, size, at, synced: at };
      if (at === size) await finish(agreed);
      return at;
    },
    async take(id, offset, content) {
      if (agreed?.id !== id) throw new Error('no such file was agreed on');
      const now = agreed;
      // Sent again as the answer was lost, or out of turn: what is wanted is said once more.
      if (offset !== now.at || now.at + content.length > now.size) return now.at;
      await using file = await open(partPath(stateDirectory, now.sha256), offset === 0 ? 'w' : 'r+', 0o600);
      await file.write(content, 0, content.length, offset);
      now.at += content.length;
      if (now.at - now.synced >= SYNC_OCTETS || now.at === now.size) {
        await file.datasync();
        forgetFile(file);
        now.synced = now.at;
      }
      if (now.at === now.size) {
        agreed = undefined;
        await finish(now);
      }
      return now.at;
    },
  };
}

/** Hexadecimal. Read in pieces: the event loop turns between them. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await using file = await open(path);
  const wasRead = forgetBehind(file);
  for await (const chunk of file.createReadStream({ autoClose: false })) {
    hash.update(chunk as Buffer);
    wasRead((chunk as Buffer).length);
  }
  return hash.digest('hex');
}

/** How much too little room there is for so many octets more, beside what the box itself needs; none: there is enough. */
export function missingRoom(octets: number, room: number): number {
  return octets + ROOM_LEFT - room;
}

/** Octets that may be written. */
export async function roomIn(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

/** What is not needed any more takes room that leases may need. */
export async function dropUpdateFiles(stateDirectory: string): Promise<void> {
  await dropOthers(stateDirectory, undefined);
}

async function dropOthers(stateDirectory: string, sha256: string | undefined): Promise<void> {
  const folder = folderOf(stateDirectory);
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (name === 'update.raucb' || (name === 'incoming.raucb' && sha256 === undefined) || (name.endsWith('.part') && name !== `${sha256 ?? ''}.part`)) await rm(join(folder, name), { force: true });
  }
}

function partPath(stateDirectory: string, sha256: string): string {
  return join(folderOf(stateDirectory), `${sha256}.part`);
}

async function sizeOf(path: string): Promise<number> {
  return await stat(path).then(({ size }) => size, () => 0);
}

export function megabytes(octets: number): string {
  return (octets / 1_000_000).toFixed(1);
}
