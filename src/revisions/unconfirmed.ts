/**
 * A commit that waits to be confirmed: what stood in the file before, and how long it waits. Time is the kernel's since the box
 * started: a router's clock may say anything. A restart of the box takes an unknown time, so the wait then begins anew; at the next one
 * it is over.
 */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBootId } from '../boot-id.ts';
import { syncFolder, writeDurably } from '../durable-file.ts';
import { newerFileText, newerVersionOf, setNewerAside } from '../file-version.ts';
import { replaceFile } from './replace-file.ts';
import { revisionsDirectory } from './revisions.ts';

/** Of the form of the file. */
const VERSION = 1;

export interface Unconfirmed {
  /** The provisioning file. */
  readonly file: string;
  readonly previous: string;
  readonly waitSeconds: number;
  /** Which start of the box `until` counts from, and how many seconds. */
  readonly boot: string;
  readonly until: number;
  readonly hasRestarted: boolean;
  /** Where it was committed on several boxes: which commit it is, and in which relationships it is shared. */
  readonly shared?: SharedWait | undefined;
}

export interface SharedWait {
  readonly id: string;
  readonly relationships: readonly string[];
}

export interface BootClock {
  readonly boot: string;
  /** Seconds since then. */
  readonly uptime: number;
}

export function bootClock(): BootClock {
  return { boot: readBootId(), uptime: Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) };
}

/** Before the file gets its new content. Where a commit waits already it is undone with this one, to what stood there before both. */
export async function writeUnconfirmed(stateDirectory: string, file: string, previous: string, waitSeconds: number, shared?: SharedWait): Promise<void> {
  const { boot, uptime } = bootClock();
  const earlier = await readUnconfirmed(stateDirectory);
  await mkdir(revisionsDirectory(stateDirectory), { recursive: true, mode: 0o700 });
  await write(stateDirectory, { file, previous: earlier?.previous ?? previous, waitSeconds, boot, until: uptime + waitSeconds, hasRestarted: false, shared });
}

/** Undefined where none waits. One that can't be read is none: what was committed stays. */
export async function readUnconfirmed(stateDirectory: string): Promise<Unconfirmed | undefined> {
  try {
    const content = JSON.parse(await readFile(pathOf(stateDirectory), 'utf8')) as Unconfirmed;
    return newerVersionOf(content, VERSION) === undefined ? content : undefined;
  } catch {
    return undefined;
  }
}

/** @returns where one waits that a newer program wrote: that it does, in a sentence */
export async function newerUnconfirmed(stateDirectory: string): Promise<string | undefined> {
  const path = pathOf(stateDirectory);
  const content = await readFile(path, 'utf8').then((text): unknown => JSON.parse(text)).catch(() => undefined);
  const version = newerVersionOf(content, VERSION);
  return version === undefined ? undefined : `${newerFileText(path, version, VERSION)}; what was committed stays, and is not undone by itself`;
}

/** @returns how long it still waits; 0 or less: it is due */
export function secondsLeft({ boot, until }: Unconfirmed, now: BootClock = bootClock()): number {
  return boot === now.boot ? until - now.uptime : 0;
}

/** To be asked once when the daemon starts. @returns whether the commit is due; if not, it goes on to wait */
export async function dueAfterRestart(stateDirectory: string, unconfirmed: Unconfirmed, now: BootClock = bootClock()): Promise<boolean> {
  if (unconfirmed.boot === now.boot) return secondsLeft(unconfirmed, now) <= 0;
  if (unconfirmed.hasRestarted) return true;
  await write(stateDirectory, { ...unconfirmed, boot: now.boot, until: now.uptime + unconfirmed.waitSeconds, hasRestarted: true });
  return false;
}

/** Puts back what stood in the file before. Whatever is interrupted here is done again at the next start. */
export async function rollBack(stateDirectory: string, { file, previous }: Unconfirmed): Promise<void> {
  await replaceFile(file, previous);
  await confirmCommit(stateDirectory);
}

/** What was committed stays. */
export async function confirmCommit(stateDirectory: string): Promise<void> {
  await setNewerAside(pathOf(stateDirectory), VERSION);
  await rm(pathOf(stateDirectory), { force: true });
  await syncFolder(revisionsDirectory(stateDirectory)).catch(() => undefined);
}

async function write(stateDirectory: string, unconfirmed: Unconfirmed): Promise<void> {
  await setNewerAside(pathOf(stateDirectory), VERSION);
  await writeDurably(pathOf(stateDirectory), JSON.stringify({ ...unconfirmed, version: VERSION }), 0o600);
}

function pathOf(stateDirectory: string): string {
  return join(revisionsDirectory(stateDirectory), 'unconfirmed.json');
}
