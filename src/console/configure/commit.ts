/** The candidate becomes the provisioning file, and the daemon uses it: both or neither; on a pair, on both boxes or on neither. */
import { rm } from 'node:fs/promises';
import { formatKeyPath, maskSecrets, sharedChanges, sharedWhole, valueAt } from '../../config/index.ts';
import type { SharedChange } from '../../config/index.ts';
import { askDaemon } from '../../control/index.ts';
import type { StatusReport } from '../../control/index.ts';
import { reasonOf } from '../../reason.ts';
import { confirmCommit, openRevisions, readUnconfirmed, replaceFile, writeUnconfirmed } from '../../revisions/index.ts';
import { askForNow } from '../clock-commands.ts';
import { check, readOrNothing } from './candidate.ts';
import type { Candidate } from './candidate.ts';
import { wrap } from '../wrap.ts';
import { countChanges, formatDiff } from './diff.ts';

export interface CommitPlace {
  readonly control: string;
  readonly stateDirectory: string;
  /** Of the daemon that is to use the file; undefined where none runs. */
  readonly status: StatusReport | undefined;
}

export interface CommitHow {
  /** `sync`: the partner gets all that the two share as this box has it. */
  readonly scope: 'both' | 'local' | 'sync';
  /** Seconds after which it is undone unless it is confirmed. */
  readonly confirmedWithin: number | undefined;
}

/** The daemon asks its partner, tries the file, and waits for it to be written there. */
const BOTH_MS = 55_000;
const ALONE = 'To change this box alone: "commit local".';

/** @returns what was done; rejects where nothing was */
export async function commit(candidate: Candidate, place: CommitPlace, { scope, confirmedWithin }: CommitHow): Promise<string> {
  const { file, base, text } = candidate;
  const { status } = place;
  const undecided = status?.configuration.undecided;
  if (undecided?.stage === 'prepared') {
    const names = undecided.partners.join(' and ');
    throw new Error(`nothing was committed: ${names} commits a configuration on both boxes, and what became of it is known when the two are connected. If ${names} is gone for good: "commit abandon".`);
  }
  if (text === base && scope !== 'sync') {
    if (confirmedWithin !== undefined) throw new Error('there is nothing to commit');
    return await confirm(place, scope);
  }
  const checked = check(candidate);
  if (!checked.isRight) throw new Error(`nothing was committed\n\n${checked.text}`);
  if ((await readOrNothing(file)) !== base) {
    throw new Error(`nothing was committed: somebody else has changed ${file} since these changes were begun: "show diff" shows yours, "discard" drops them for the file as it is now.`);
  }
  if (scope !== 'local') {
    const said = await commitOnBoth(candidate, place, scope === 'sync', confirmedWithin);
    if (said !== undefined) return said;
  }
  return await commitHere(candidate, place, confirmedWithin);
}

/** What a partner prepared here is dropped. */
export async function abandon({ control }: CommitPlace): Promise<string> {
  await askDaemon(control, { method: 'abandon-commit' });
  return wrap('', 'it does not happen on this box, whatever the partner decides: "show diff partner" compares the two when they are connected');
}

async function commitHere(candidate: Candidate, place: CommitPlace, confirmedWithin: number | undefined): Promise<string> {
  const { file, base, text } = candidate;
  const { stateDirectory, control, status } = place;
  const isRunning = status !== undefined;
  if (confirmedWithin !== undefined && !isRunning) throw new Error('nothing was committed: without a running daemon nobody would undo it in time');
  if (isRunning) await letDaemonTry(file, text, control);
  if (base !== '') await openRevisions(stateDirectory).save(base, isRunning ? new Date(await askForNow(control)) : undefined);
  // From here on a crash leaves one file or the other, whole, and what undoes the new one is there before it.
  if (confirmedWithin !== undefined) await writeUnconfirmed(stateDirectory, file, base, confirmedWithin);
  const wasUnconfirmed = confirmedWithin === undefined && (await readUnconfirmed(stateDirectory)) !== undefined;
  await replaceFile(file, text);
  if (isRunning) await useOrPutBack(candidate, place, confirmedWithin !== undefined);
  if (wasUnconfirmed) await confirm(place, 'local');
  candidate.base = candidate.seen = text;
  const { came, went } = countChanges(base, text);
  const partners = partnersOf(status);
  return [
    formatDiff(maskSecrets(base), maskSecrets(text)),
    '',
    wrap('', `committed to ${file}: ${counted(came, went)}; ${isRunning ? 'the daemon uses it' : 'no daemon runs, the next one uses it'}`),
    ...(partners === '' ? [] : [wrap('', `${partners} has nothing of it: "show diff partner" compares what both share`)]),
    ...untilText(confirmedWithin),
  ].join('\n');
}

/** @returns undefined where no partner is concerned */
async function commitOnBoth(candidate: Candidate, { control, status }: CommitPlace, isSync: boolean, confirmedWithin: number | undefined): Promise<string | undefined> {
  const { file, base, text } = candidate;
  if (status === undefined) {
    const relationships = valueAt(base, ['relationships']);
    if (!isSync && (typeof relationships !== 'object' || relationships === null || Object.keys(relationships).length === 0)) return undefined;
    throw new Error(`nothing was committed: no daemon runs on this box, and nothing else can tell the partner. ${ALONE}`);
  }
  if (isSync && status.failover.length === 0) throw new Error('this box has no partner');
  const shares = status.failover.map(({ name, partner }) => {
    const shared = { relationship: name, boxes: [status.appliance, partner] };
    return { relationship: name, partner, changes: isSync ? sharedWhole(text, shared) : sharedChanges(base, text, shared).shared };
  });
  const concerned = shares.filter(({ changes }) => changes.length > 0);
  if (concerned.length === 0) return undefined;
  const waiting = await letBothCommit(file, { text, changes: concerned, confirmWithin: confirmedWithin, isSync }, control);
  candidate.base = candidate.seen = text;
  const { came, went } = countChanges(base, text);
  const partners = concerned.map(({ partner }) => partner).join(' and ');
  return [
    ...(base === text ? [] : [formatDiff(maskSecrets(base), maskSecrets(text)), '']),
    wrap('', `committed on ${status.appliance} and ${partners}: ${counted(came, went)}${isSync ? `; ${partners} has all that is shared as it is here` : ''}`),
    ...(waiting.length === 0 ? [] : [wrap('', `${waiting.join(' and ')} has prepared it durably, and has not said yet that it is in its file: it is as soon as the two are connected again`)]),
    ...ownNote(base, text, concerned.flatMap(({ changes }) => changes)),
    wrap('', 'the two connect anew to use it, which takes some seconds; clients are served meanwhile'),
    ...untilText(confirmedWithin),
  ].join('\n');
}

/** What of the changes no partner was told. */
function ownNote(base: string, text: string, told: readonly SharedChange[]): readonly string[] {
  const all = sharedChanges(base, text, { relationship: '', boxes: [] });
  const isTold = (path: SharedChange['path']): boolean => told.some(({ path: above }) => above.every((key, i) => key === path[i]));
  const own = [...all.own, ...all.shared.map(({ path }) => path)].filter((path) => !isTold(path)).map(formatKeyPath);
  return own.length === 0 ? [] : [wrap('', `each box has its own of these, and they were changed here alone: ${own.join(', ')}`)];
}

interface Draft {
  readonly text: string;
  readonly changes: readonly { readonly relationship: string; readonly changes: readonly SharedChange[] }[];
  readonly confirmWithin: number | undefined;
  readonly isSync: boolean;
}

/** @returns which partners have it later */
async function letBothCommit(file: string, draft: Draft, control: string): Promise<readonly string[]> {
  const path = `${file}.candidate`;
  await replaceFile(path, JSON.stringify(draft));
  try {
    return ((await askDaemon(control, { method: 'commit-on-both', draft: path }, BOTH_MS)) as { readonly waiting: readonly string[] }).waiting;
  } catch (error) {
    throw new Error(`nothing was committed on either box: ${maskSecrets(reasonOf(error))}\n${ALONE}`);
  } finally {
    await rm(path, { force: true });
  }
}

/** A commit without changes says that the last one stays. */
async function confirm({ stateDirectory, control, status }: CommitPlace, scope: CommitHow['scope']): Promise<string> {
  if ((await readUnconfirmed(stateDirectory)) === undefined) return 'there is nothing to commit';
  if (status === undefined) {
    await confirmCommit(stateDirectory);
    return 'confirmed: what was committed stays';
  }
  const isBoth = scope !== 'local' && status.configuration.isUndoneShared;
  try {
    await askDaemon(control, { method: 'confirm-commit', scope: isBoth ? 'both' : 'local' }, BOTH_MS);
  } catch (error) {
    throw new Error(`nothing was confirmed: ${reasonOf(error)}${isBoth ? '\nTo confirm it on this box alone: "commit local".' : ''}`);
  }
  return `confirmed: what was committed stays${isBoth ? ' on both boxes' : ''}`;
}

async function letDaemonTry(file: string, text: string, control: string): Promise<void> {
  const draft = `${file}.candidate`;
  await replaceFile(draft, text);
  try {
    await askDaemon(control, { method: 'try-file', file: draft });
  } catch (error) {
    throw new Error(`nothing was committed, the daemon would refuse it:\n${maskSecrets(reasonOf(error))}`);
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
    throw new Error(`nothing was committed, the old file is back; the daemon refused the new one:\n${maskSecrets(reasonOf(error))}`);
  }
}

function partnersOf(status: StatusReport | undefined): string {
  return status?.failover.map(({ partner }) => partner).join(' and ') ?? '';
}

function counted(came: number, went: number): string {
  return `${String(came)} ${came === 1 ? 'line' : 'lines'} came, ${String(went)} went`;
}

function untilText(confirmedWithin: number | undefined): readonly string[] {
  return confirmedWithin === undefined ? [] : [`it is undone in ${String(confirmedWithin)} s unless you say "commit" again`];
}
