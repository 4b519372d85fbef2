/** The candidate becomes the provisioning file, and the daemon uses it: both or neither. */
import { rm } from 'node:fs/promises';
import { maskSecrets } from '../../config/index.ts';
import { askDaemon } from '../../control/index.ts';
import { confirmCommit, openRevisions, readUnconfirmed, replaceFile, writeUnconfirmed } from '../../revisions/index.ts';
import { askForNow } from '../clock-commands.ts';
import { check, readOrNothing } from './candidate.ts';
import type { Candidate } from './candidate.ts';
import { wrap } from '../wrap.ts';
import { countChanges, formatDiff } from './diff.ts';

export interface CommitPlace {
  readonly control: string;
  readonly stateDirectory: string;
  /** Whether a daemon runs that is to use the file. */
  readonly isRunning: boolean;
}

/**
 * @param confirmedWithin seconds after which it is undone unless it is confirmed
 * @returns what was done; rejects where nothing was
 */
export async function commit(candidate: Candidate, place: CommitPlace, confirmedWithin: number | undefined): Promise<string> {
  const { file, base, text } = candidate;
  if (text === base && confirmedWithin !== undefined) throw new Error('there is nothing to commit');
  if (text === base) return await confirm(place);
  const checked = check(candidate);
  if (!checked.isRight) throw new Error(`nothing was committed\n\n${checked.text}`);
  if ((await readOrNothing(file)) !== base) {
    throw new Error(`nothing was committed: somebody else has changed ${file} since these changes were begun. Leave with "exit discard", and begin anew.`);
  }
  if (confirmedWithin !== undefined && !place.isRunning) throw new Error('nothing was committed: without a running daemon nobody would undo it in time');
  if (place.isRunning) await letDaemonTry(file, text, place.control);
  const { stateDirectory } = place;
  if (base !== '') await openRevisions(stateDirectory).save(base, place.isRunning ? new Date(await askForNow(place.control)) : undefined);
  // From here on a crash leaves one file or the other, whole, and what undoes the new one is there before it.
  if (confirmedWithin !== undefined) await writeUnconfirmed(stateDirectory, file, base, confirmedWithin);
  const wasUnconfirmed = confirmedWithin === undefined && (await readUnconfirmed(stateDirectory)) !== undefined;
  await replaceFile(file, text);
  if (place.isRunning) await useOrPutBack(candidate, place, confirmedWithin !== undefined);
  if (wasUnconfirmed) await confirm(place);
  candidate.base = text;
  const { came, went } = countChanges(base, text);
  return [
    formatDiff(maskSecrets(base), maskSecrets(text)),
    '',
    wrap('', `committed to ${file}: ${String(came)} lines came, ${String(went)} went; ${place.isRunning ? 'the daemon uses it' : 'no daemon runs, the next one uses it'}`),
    ...(confirmedWithin === undefined ? [] : [`it is undone in ${String(confirmedWithin)} s unless you say "commit" again`]),
  ].join('\n');
}

/** A commit without changes says that the last one stays. */
async function confirm({ stateDirectory, control, isRunning }: CommitPlace): Promise<string> {
  if ((await readUnconfirmed(stateDirectory)) === undefined) return 'there is nothing to commit';
  if (isRunning) await askDaemon(control, { method: 'confirm-commit' });
  else await confirmCommit(stateDirectory);
  return 'confirmed: what was committed stays';
}

async function letDaemonTry(file: string, text: string, control: string): Promise<void> {
  const draft = `${file}.candidate`;
  await replaceFile(draft, text);
  try {
    await askDaemon(control, { method: 'try-file', file: draft });
  } catch (error) {
    throw new Error(`nothing was committed, the daemon would refuse it:\n${maskSecrets(messageOf(error))}`);
  } finally {
    await rm(draft, { force: true });
  }
}

async function useOrPutBack({ file, base }: Candidate, { control, stateDirectory }: CommitPlace, isUnconfirmed: boolean): Promise<void> {
  try {
    await askDaemon(control, { method: 'reload' });
  } catch (error) {
    await replaceFile(file, base);
    if (isUnconfirmed) await confirmCommit(stateDirectory);
    throw new Error(`nothing was committed, the old file is back; the daemon refused the new one:\n${maskSecrets(messageOf(error))}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
