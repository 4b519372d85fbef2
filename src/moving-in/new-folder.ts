/** Several files that come into being together, or not at all. */
import { createWriteStream } from 'node:fs';
import { lstat, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { syncFolder } from '../durable-file.ts';

/** They say what clients are known by. */
const FILE_MODE = 0o600;

export interface NewFile {
  readonly name: string;
  readonly content: Iterable<string> | AsyncIterable<string>;
}

/** Makes the folder, which its owner alone may read. Rejects where something of that name exists, and leaves nothing behind then. */
export async function makeFolder(folder: string, files: readonly NewFile[]): Promise<void> {
  const path = resolve(folder);
  if (await exists(path)) throw new Error(`${folder} exists already and stays as it is: name another folder with --out`);
  const draft = await mkdtemp(`${path}.`);
  try {
    for (const { name, content } of files) {
      await pipeline(Readable.from(content), createWriteStream(join(draft, name), { mode: FILE_MODE, flush: true }));
    }
    await syncFolder(draft);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

async function exists(path: string): Promise<boolean> {
  return await lstat(path).then(() => true, (error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  });
}
