import { readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { EpochSeconds } from '../wire/index.ts';
import { syncFolder, writeDurably } from '../durable-file.ts';

/**
 * The durable mark that this box lost its stable storage as a whole: what it holds may be old, or have gaps. It stands
 * beside the database, is set before anything is done about the damage, and stays until somebody accepts the loss.
 */
export interface LossMark {
  readonly since: EpochSeconds;
  /** What was found, in plain words, oldest first. */
  readonly findings: readonly string[];
}

const FINDINGS_MAX = 32;

/** Reads the mark; undefined when there is none. A mark that can't be read is still a mark. */
export async function readLossMark(path: string): Promise<LossMark | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    text = '';
  }
  return parse(text) ?? { since: 0 as EpochSeconds, findings: ['the note on what was lost can not be read itself'] };
}

/** Sets the mark, or adds to it. */
export async function setLossMark(path: string, now: EpochSeconds, findings: readonly string[]): Promise<LossMark> {
  const before = await readLossMark(path);
  const all = [...new Set([...(before?.findings ?? []), ...findings])].slice(0, FINDINGS_MAX);
  const mark: LossMark = { since: before?.since ?? now, findings: all };
  await writeDurably(path, `${JSON.stringify(mark, undefined, 2)}\n`, 0o600);
  return mark;
}

export async function clearLossMark(path: string): Promise<void> {
  await rm(path, { force: true });
  await syncFolder(dirname(path));
}

function parse(text: string): LossMark | undefined {
  try {
    const { since, findings } = (JSON.parse(text) ?? {}) as { readonly since?: unknown; readonly findings?: unknown };
    if (typeof since !== 'number' || !Array.isArray(findings)) return undefined;
    return { since: since as EpochSeconds, findings: findings.map(String) };
  } catch {
    return undefined;
  }
}
