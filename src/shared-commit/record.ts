/** What a box keeps of a change that is not over, and what it does with it when it starts. One at a time. */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder, writeDurably } from '../durable-file.ts';
import { newerFileText, newerVersionOf, setNewerAside } from '../file-version.ts';
import { confirmCommit, openRevisions, replaceFile, revisionsDirectory, writeUnconfirmed } from '../revisions/index.ts';

/** Of the form of the file. */
const VERSION = 1;

export interface SharedCommitRecord {
  /** `prepared`: the partner decides; `decided`: this box did, and it happens. */
  readonly stage: 'prepared' | 'decided';
  readonly id: string;
  /** Of the partner that decides; or of those that have not said yet that they are done. */
  readonly relationships: readonly string[];
  /** The provisioning file. */
  readonly file: string;
  /** What it is to hold; undefined: what it holds stays, and is confirmed. */
  readonly next: string | undefined;
  /** Seconds after which it is undone unless it is confirmed; undefined where it stays. */
  readonly confirmWithin: number | undefined;
  /** All relationships that the change is shared with. */
  readonly sharedWith: readonly string[];
  /** This box's own part is over. */
  readonly isApplied: boolean;
}

/** Undefined where there is none. One that can't be read is none: the boxes say that they differ. */
export async function readRecord(stateDirectory: string): Promise<SharedCommitRecord | undefined> {
  const content = await readContent(stateDirectory);
  return newerVersionOf(content, VERSION) === undefined ? (content as SharedCommitRecord | undefined) : undefined;
}

async function readContent(stateDirectory: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(pathOf(stateDirectory), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Secrets of this box's own file may be in it. */
export async function writeRecord(stateDirectory: string, record: SharedCommitRecord): Promise<void> {
  await mkdir(revisionsDirectory(stateDirectory), { recursive: true, mode: 0o700 });
  await setNewerAside(pathOf(stateDirectory), VERSION);
  await writeDurably(pathOf(stateDirectory), JSON.stringify({ ...record, version: VERSION }), 0o600);
}

export async function removeRecord(stateDirectory: string): Promise<void> {
  await setNewerAside(pathOf(stateDirectory), VERSION);
  await rm(pathOf(stateDirectory), { force: true });
  await syncFolder(revisionsDirectory(stateDirectory)).catch(() => undefined);
}

/** Puts it into the file. What is interrupted here is done again. @param at the date of it, where it is known */
export async function apply(stateDirectory: string, { id, file, next, confirmWithin, sharedWith }: SharedCommitRecord, at?: Date): Promise<void> {
  if (next === undefined) {
    await confirmCommit(stateDirectory);
    return;
  }
  const before = await readFile(file, 'utf8').catch(() => '');
  if (before !== '' && before !== next) await openRevisions(stateDirectory).save(before, at);
  if (confirmWithin !== undefined) await writeUnconfirmed(stateDirectory, file, before, confirmWithin, { id, relationships: sharedWith });
  await replaceFile(file, next);
  if (confirmWithin === undefined) await confirmCommit(stateDirectory);
}

/** Before the file is read for the first time. @returns what was done, in a sentence */
export async function settleSharedCommitAtStart(stateDirectory: string): Promise<string | undefined> {
  const newer = newerVersionOf(await readContent(stateDirectory), VERSION);
  if (newer !== undefined) return `${newerFileText(pathOf(stateDirectory), newer, VERSION)}; what became of that commit on both boxes is for that program to say, and "show diff partner" tells what the two have otherwise`;
  const record = await readRecord(stateDirectory);
  if (record?.stage !== 'decided' || record.isApplied) return undefined;
  await apply(stateDirectory, record);
  if (record.relationships.length === 0) await removeRecord(stateDirectory);
  else await writeRecord(stateDirectory, { ...record, isApplied: true });
  return 'a commit on both boxes was decided before this start: it is in the file now';
}

/** The partner decides whether the commit that waits to be confirmed is: it is not undone before that is known. */
export async function isConfirmationInDoubt(stateDirectory: string): Promise<boolean> {
  const record = await readRecord(stateDirectory);
  return record?.stage === 'prepared' && record.next === undefined;
}

function pathOf(stateDirectory: string): string {
  return join(revisionsDirectory(stateDirectory), 'shared-commit.json');
}
