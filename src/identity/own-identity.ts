/** The identity of a box whose provisioning file names none: made at its first start, in its state directory. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { OWN_CERTIFICATE, OWN_KEY, readBoxIdentity } from './box-identity.ts';
import type { BoxIdentity } from './box-identity.ts';
import { finishNextIdentity } from './next-identity.ts';
import { certificateFor, newPrivateKey } from './new-identity.ts';
import { readSmallFile } from './small-file.ts';
import { writeOnce } from './write-once.ts';

/**
 * Reads the identity, and makes what is missing of it: a key where there is nothing, a certificate where a crash left the
 * key alone. What is there and can't be used is never replaced: with another key the box is a stranger to its partner.
 * @param name what the box is called in its certificate
 * @param onMaking a key is about to be made, which takes a small box some seconds
 * @returns the identity, or why there is none, as a sentence without a full stop
 */
export async function openOwnIdentity(
  directory: string,
  name: string,
  onMaking: () => void,
): Promise<BoxIdentity | { readonly error: string }> {
  const keyFile = join(directory, OWN_KEY);
  const certificateFile = join(directory, OWN_CERTIFICATE);
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await finishNextIdentity(directory);
    const certificate = await readSmallFile(certificateFile);
    if (!('error' in certificate && certificate.isMissing)) return await readBoxIdentity({ certificateFile, keyFile });
    const found = await readSmallFile(keyFile);
    if ('error' in found && !found.isMissing) return found;
    if ('error' in found) {
      onMaking();
      await writeOnce(keyFile, await newPrivateKey());
    }
    // Who is quicker has the key; the certificate is for what is in the file.
    const key = await readSmallFile(keyFile);
    if ('error' in key) return key;
    await writeOnce(certificateFile, await certificateFor(key.text, name));
  } catch (error) {
    return { error: `the identity of this box can't be made in ${directory}: ${(error as Error).message}` };
  }
  return await readBoxIdentity({ certificateFile, keyFile });
}
