/** Reading the file from disk: no more of it than may be read at all. */
import { open } from 'node:fs/promises';
import { type LoadedProvisioning, loadProvisioning, refuseSource } from './load.ts';
import { FILE_SIZE_MAX, sourceText } from './source-text.ts';

/** Loads the provisioning file at `path`. A file that cannot be read is an error like any other. */
export async function readProvisioning(path: string): Promise<LoadedProvisioning> {
  let bytes: Uint8Array;
  try {
    bytes = await readAtMost(path, FILE_SIZE_MAX + 1);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return refuseSource({
      problem: 'the file cannot be read',
      // "ENOENT: no such file or directory, open '...'"
      found: error.message.replace(/, \w+( '.*')?$/s, ''),
      allowed: 'a file that this user may read',
      source: sourceText(path, ''),
      offset: 0,
    });
  }
  return loadProvisioning(bytes, path);
}

async function readAtMost(path: string, length: number): Promise<Uint8Array> {
  await using file = await open(path, 'r');
  const bytes = new Uint8Array(length);
  let filled = 0;
  for (;;) {
    const { bytesRead } = await file.read(bytes, filled, length - filled);
    filled += bytesRead;
    if (bytesRead === 0 || filled === length) return bytes.subarray(0, filled);
  }
}
