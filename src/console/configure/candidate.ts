/** The provisioning file as it is being changed: nothing of it is in use until it is committed. */
import { readFile } from 'node:fs/promises';
import { formatDiagnostic, loadProvisioning } from '../../config/index.ts';

export interface Candidate {
  readonly file: string;
  /** What the file held when the changes began. */
  base: string;
  text: string;
  /** What the file held when it was looked at last. */
  seen: string;
  /** Where in it the person is. */
  level: readonly string[];
}

export async function openCandidate(file: string): Promise<Candidate> {
  const base = await readOrNothing(file);
  return { file, base, text: base, seen: base, level: [] };
}

/**
 * The file may change beneath: the partner commits, or a commit is undone. A candidate without changes goes along; one with changes stays.
 * @returns what happened, to be told; undefined where the file is as it was
 */
export async function followFile(candidate: Candidate): Promise<string | undefined> {
  const now = await readOrNothing(candidate.file);
  if (now === candidate.seen) return undefined;
  candidate.seen = now;
  if (now === candidate.base) return undefined;
  if (candidate.text !== candidate.base) {
    return `${candidate.file} was changed by somebody else (the partner, or a commit that was undone), and your changes are not committed: "show diff" shows them, "discard" drops them for the file as it is now.`;
  }
  await takeFile(candidate);
  return `${candidate.file} was changed by somebody else (the partner, or a commit that was undone): you see it as it is now.`;
}

/** All changes are dropped. */
export async function takeFile(candidate: Candidate): Promise<void> {
  const now = await readOrNothing(candidate.file);
  Object.assign(candidate, { base: now, text: now, seen: now });
}

/** A box may have no file yet: then there is nothing in it. */
export async function readOrNothing(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

export interface Checked {
  readonly isRight: boolean;
  readonly text: string;
}

/** All that is wrong with it or doubtful, each with its line and its key. */
export function check({ text, file }: Candidate): Checked {
  const loaded = loadProvisioning(Buffer.from(text), file);
  const isRight = 'document' in loaded;
  const { diagnostics, omitted } = isRight ? loaded.warnings : loaded;
  const count = diagnostics.length + omitted;
  const kind = isRight ? 'warning' : 'error';
  const summary = count === 0 ? 'it is right' : `${String(count)} ${kind}${count === 1 ? '' : 's'}${omitted > 0 ? `, of which ${String(omitted)} are not shown` : ''}`;
  return { isRight, text: [...diagnostics.map(formatDiagnostic), summary].join('\n\n') };
}
