/** Keys and certificates come from small text files; whatever else a name leads to is refused. */
import { open } from 'node:fs/promises';

/** The longest RSA key as PEM is some 13 kB. */
const FILE_OCTETS_MAX = 65_536;

export interface SmallFile {
  readonly text: string;
  /** Permission bits (07777). */
  readonly mode: number;
}

export interface NoFile {
  readonly error: string;
  /** There is nothing of that name, rather than something that can't be read. */
  readonly isMissing: boolean;
}

/** @returns the file, or why it can't be read, as a sentence without a full stop */
export async function readSmallFile(path: string): Promise<SmallFile | NoFile> {
  try {
    const file = await open(path, 'r');
    try {
      const { mode, size } = await file.stat();
      if (size > FILE_OCTETS_MAX) return { error: `${path} is too long for a key or certificate (${size} octets)`, isMissing: false };
      return { text: await file.readFile('latin1'), mode: mode & 0o7777 };
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { error: describe(path, code, message), isMissing: code === 'ENOENT' };
  }
}

function describe(path: string, code: string | undefined, message: string): string {
  if (code === 'ENOENT') return `there is no file ${path}`;
  if (code === 'EISDIR') return `${path} is a directory`;
  if (code === 'EACCES') return `${path} can't be read: permission denied`;
  return `${path} can't be read: ${message}`;
}
