/**
 * Each file that this program keeps says which version of its form it has. An update may write a newer one, and the box may go back to the
 * older program: that reads what it can, says which file it can't read and why, and never takes such a file for empty.
 */
import { readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from './durable-file.ts';

/** @returns the version, where it is a later one than this program knows; files that say none are of the first */
export function newerVersionOf(content: unknown, known: number): number | undefined {
  const { version } = (typeof content === 'object' && content !== null ? content : {}) as { readonly version?: unknown };
  return typeof version === 'number' && version > known ? version : undefined;
}

/** A sentence without a full stop. */
export function newerFileText(path: string, version: number, known: number): string {
  return `${path} is of version ${String(version)}, and this program reads versions up to ${String(known)}: a newer program wrote it`;
}

/** Before something else is written in its place, or it is removed: one of a newer program stays, beside it. @returns where */
export async function setNewerAside(path: string, known: number): Promise<string | undefined> {
  const version = newerVersionOf(parse(await readFile(path, 'utf8').catch(() => '')), known);
  if (version === undefined) return undefined;
  const kept = `${path}.version-${String(version)}`;
  await rename(path, kept);
  await syncFolder(dirname(path));
  return kept;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
