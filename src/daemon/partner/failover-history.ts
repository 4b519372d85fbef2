/**
 * The states that the endpoints of this box went through, over its restarts: a line of JSON each, the last ones. Those since the start of
 * the daemon have the times that are known for them now, on the disk as well: a box that begins at 1970 learns only later when it was.
 */
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventLog, TransitionReport } from '../../control/index.ts';
import { writeDurably } from '../../durable-file.ts';
import { endpointStateName } from '../../failover/index.ts';
import type { EndpointState } from '../../failover/index.ts';
import { reasonOf } from '../../reason.ts';
import type { Stamps } from '../../time/index.ts';
import type { MonotonicMs } from '../../wire/index.ts';

const FILE = 'failover-history.jsonl';
/** Of the last ones so many are kept at least, and twice as many at most: the file is not written anew each time. */
const KEPT = 500;
/** For as long as the disk takes no more. */
const WAITING_MAX = 2 * KEPT;
/** A clock that follows another one is moved a little all the time. */
const WORTH_WRITING_MS = 2_000;

export interface Transition {
  readonly relationship: string;
  readonly from: EndpointState;
  readonly to: EndpointState;
  readonly why: string;
}

export interface FailoverHistory {
  add(transition: Transition): void;
  /** The oldest first. */
  list(): readonly TransitionReport[];
  /** More may be known of what time it was: what differs on the disk is written anew. */
  clockChanged(): void;
  /** Resolves when all is durable, or can't be. */
  settled(): Promise<void>;
}

/** One of a former start of the daemon has no moment: it stays as it was written. */
interface Entry {
  report: TransitionReport;
  readonly moment: MonotonicMs | undefined;
}

export async function openFailoverHistory(stateDirectory: string, stamps: Pick<Stamps, 'moment' | 'date' | 'isTrusted'>, log: EventLog): Promise<FailoverHistory> {
  const path = join(stateDirectory, FILE);
  const entries: Entry[] = (await readLines(path)).slice(-KEPT).map((report) => ({ report, moment: undefined }));
  /** The last ones, which are not on the disk. */
  let unwritten = 0;
  let lines = entries.length;
  let isWhole = true;
  let writing: Promise<void> | undefined;

  const write = async (): Promise<void> => {
    while (unwritten > 0 || !isWhole) {
      const count = unwritten;
      const isAppended = isWhole && lines + count <= 2 * KEPT;
      if (!isAppended) entries.splice(0, entries.length - Math.max(KEPT, count));
      const wanted = (isAppended ? entries.slice(entries.length - count) : entries).map(({ report }) => report);
      isWhole = true;
      if (isAppended) await append(path, wanted);
      else await writeDurably(path, textOf(wanted), 0o600);
      lines = isAppended ? lines + count : wanted.length;
      unwritten -= count;
    }
  };
  const begin = async (): Promise<void> => {
    try {
      await write();
    } catch (error) {
      // What was appended may end anywhere: the next write begins anew.
      isWhole = false;
      log.add('warning', `${path} can't be written: ${reasonOf(error)}`);
    }
    writing = undefined;
  };

  /** By what is known now of when it was. @returns whether that is something else than before */
  const date = (entry: Entry): boolean => {
    const { report, moment } = entry;
    if (moment === undefined) return false;
    const time = stamps.date(moment).toISOString();
    const isUnconfirmed = stamps.isTrusted() ? undefined : true;
    if (isUnconfirmed === report.isUnconfirmed && Math.abs(Date.parse(time) - Date.parse(report.time)) < WORTH_WRITING_MS) return false;
    const { relationship, from, to, why } = report;
    entry.report = { time, ...(isUnconfirmed && { isUnconfirmed }), relationship, from, to, why };
    return true;
  };

  const clockChanged = (): void => {
    if (entries.filter(date).length === 0) return;
    isWhole = false;
    writing ??= begin();
  };

  return {
    add({ relationship, from, to, why }) {
      const moment = stamps.moment();
      const report = { time: stamps.date(moment).toISOString(), relationship, from: endpointStateName(from), to: endpointStateName(to), why };
      entries.push({ report: stamps.isTrusted() ? report : { ...report, isUnconfirmed: true }, moment });
      if (entries.length > WAITING_MAX) entries.shift();
      unwritten = Math.min(unwritten + 1, entries.length);
      writing ??= begin();
    },
    list() {
      clockChanged();
      return entries.slice(-KEPT).map(({ report }) => report);
    },
    clockChanged,
    async settled() {
      await writing;
    },
  };
}

/** What can't be read was torn by a power cut, or is of another version. */
async function readLines(path: string): Promise<TransitionReport[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    try {
      const value = JSON.parse(line) as Partial<TransitionReport>;
      const { time, relationship, from, to, why } = value;
      const isWhole = [time, relationship, from, to, why].every((part) => typeof part === 'string') && !Number.isNaN(Date.parse(time ?? ''));
      return isWhole ? [value as TransitionReport] : [];
    } catch {
      return [];
    }
  });
}

async function append(path: string, transitions: readonly TransitionReport[]): Promise<void> {
  const file = await open(path, 'a', 0o600);
  try {
    await file.write(textOf(transitions));
    await file.datasync();
  } finally {
    await file.close();
  }
}

function textOf(transitions: readonly TransitionReport[]): string {
  return transitions.map((transition) => `${JSON.stringify(transition)}\n`).join('');
}
