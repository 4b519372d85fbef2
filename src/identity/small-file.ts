/** Keys and certificates come from small text files; whatever else a name leads to is refused. */
import { open } from 'node:fs/promises';

/** The longest RSA key as PEM is some 13 kB. */
const FILE_OCTETS_MAX = 65_536;

export interface SmallFile {
  readonly text: string;
  /** Permission bits (07777). */
  readonly mode: number;
}

/** @returns the file, or why it can't be read, as a sentence without a full stop */
export async function readSmallFile(path: string): Promise<SmallFile | { readonly error: string }> {
  try {
    const file = await open(path, 'r');
    try {
      const { mode, size } = await file.stat();
      if (size > FILE_OCTETS_MAX) return { error: `${path} is too long for a key or certificate (${size} octets)` };
      return { text: await file.readFile('latin1'), mode: mode & 0o7777 };
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { error: `there is no file ${path}` };
    if (code === 'EISDIR') return { error: `${path} is a directory` };
    if (code === 'EACCES') return { error: `${path} can't be read: permission denied` };
    return { error: `${path} can't be read: ${message}` };
  }
}
