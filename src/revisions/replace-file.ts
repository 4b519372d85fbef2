/** Puts another content into a provisioning file, durably, with the mode that it had. */
import { stat } from 'node:fs/promises';
import { writeDurably } from '../durable-file.ts';

/** For a file that was not there: it may get a pairing key. */
const MODE = 0o600;

export async function replaceFile(path: string, text: string): Promise<void> {
  const mode = await stat(path).then((found) => found.mode & 0o777, () => MODE);
  await writeDurably(path, text, mode);
}
