import { link, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder, writeDurably } from '../durable-file.ts';

const OWNER_ONLY = 0o600;

/**
 * Puts a file in place whole and durably, for its owner alone, and never in another's place.
 * @returns false where there is a file of that name already. Rejects when the disk refuses.
 */
export async function writeOnce(path: string, content: string): Promise<boolean> {
  const draft = `${path}.tmp`;
  await rm(draft, { force: true });
  const file = await open(draft, 'wx', OWNER_ONLY);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
  await syncFolder(dirname(path));
  return true;
}

/** The same in the place of whatever was there. */
export async function writeOver(path: string, content: string): Promise<void> {
  await writeDurably(path, content, OWNER_ONLY);
}
