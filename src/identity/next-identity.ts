/**
 * Another key and certificate for a box that made its own (row R-ID3 of the trace to RFC 7031). They lie beside the ones in use
 * until every partner keeps the new certificate; then they take their place. A crash leaves the old ones, or what finds its way
 * to the new ones at the next start: a mark, durable before anything moves, says that they are to be used.
 */
import { access, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../durable-file.ts';
import { OWN_CERTIFICATE, OWN_KEY, readBoxIdentity } from './box-identity.ts';
import type { BoxIdentity } from './box-identity.ts';
import { certificateFor, newPrivateKey } from './new-identity.ts';
import { readSmallFile } from './small-file.ts';
import { overwriteFile, wipeFile } from './wipe-file.ts';
import { writeOnce } from './write-once.ts';

const KEY = 'next.key';
const CERTIFICATE = 'next.crt';
const MARK = 'next.use';

/**
 * Makes what is missing of it.
 * @param name what the box is called in its certificate
 * @returns it, or why there is none, as a sentence without a full stop
 */
export async function makeNextIdentity(directory: string, name: string): Promise<BoxIdentity | { readonly error: string }> {
  const keyFile = join(directory, KEY);
  const certificateFile = join(directory, CERTIFICATE);
  try {
    if (!(await exists(keyFile))) {
      // That of a key which is no more.
      await rm(certificateFile, { force: true });
      await writeOnce(keyFile, await newPrivateKey());
    }
    if (!(await exists(certificateFile))) {
      const key = await readSmallFile(keyFile);
      if ('error' in key) return key;
      await writeOnce(certificateFile, await certificateFor(key.text, name));
    }
  } catch (error) {
    return { error: `a new key and certificate can't be made in ${directory}: ${(error as Error).message}` };
  }
  return await readBoxIdentity({ certificateFile, keyFile });
}

/** @returns undefined where none was made, or it was cut off at that */
export async function readNextIdentity(directory: string): Promise<BoxIdentity | { readonly error: string } | undefined> {
  const files = { certificateFile: join(directory, CERTIFICATE), keyFile: join(directory, KEY) };
  return (await exists(files.certificateFile)) ? await readBoxIdentity(files) : undefined;
}

/** From here on it is the box's identity, whatever happens. Rejects when the disk refuses. */
export async function useNextIdentity(directory: string): Promise<void> {
  await writeOnce(join(directory, MARK), '');
  await finishNextIdentity(directory);
}

/** Goes on where a crash cut it off; nothing where none was to be used. To be called before the identity is read. Rejects when the disk refuses. */
export async function finishNextIdentity(directory: string): Promise<void> {
  const mark = join(directory, MARK);
  if (!(await exists(mark))) return;
  if (await exists(join(directory, KEY))) {
    await overwriteFile(join(directory, OWN_KEY));
    await rename(join(directory, KEY), join(directory, OWN_KEY));
  }
  if (await exists(join(directory, CERTIFICATE))) await rename(join(directory, CERTIFICATE), join(directory, OWN_CERTIFICATE));
  await syncFolder(directory);
  await rm(mark);
  await syncFolder(directory);
}

/** Rejects when the disk refuses. */
export async function dropNextIdentity(directory: string): Promise<void> {
  await wipeFile(join(directory, KEY));
  await wipeFile(join(directory, CERTIFICATE));
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
