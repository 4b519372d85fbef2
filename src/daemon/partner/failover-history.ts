/** The states that the endpoints of this box went through, over its restarts: a line of JSON each, the last ones. */
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventLog, TransitionReport } from '../../control/index.ts';
import { writeDurably } from '../../durable-file.ts';
import { endpointStateName } from '../../failover/index.ts';
import type { EndpointState } from '../../failover/index.ts';
import { reasonOf } from '../../reason.ts';

const FILE = 'failover-history.jsonl';
/** Of the last ones so many are kept at least, and twice as many at most: the file is not written anew each time. */
const KEPT = 500;
/** For as long as the disk takes no more. */
const WAITING_MAX = 2 * KEPT;

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
  /** Resolves when all is durable, or can't be. */
  settled(): Promise<void>;
}

export async function openFailoverHistory(stateDirectory: string, date: () => Date, log: EventLog): Promise<FailoverHistory> {
  const path = join(stateDirectory, FILE);
  const known = (await readLines(path)).slice(-KEPT);
  const unwritten: TransitionReport[] = [];
  let lines = known.length;
  let isWhole = true;
  let writing: Promise<void> | undefined;

  const write = async (): Promise<void> => {
    while (unwritten.length > 0) {
      const count = unwritten.length;
      const isAppended = isWhole && lines + count <= 2 * KEPT;
      if (isAppended) await append(path, unwritten.slice(0, count));
      else await writeDurably(path, textOf(known), 0o600);
      lines = isAppended ? lines + count : known.length;
      isWhole = true;
      unwritten.splice(0, count);
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
  return {
    add({ relationship, from, to, why }) {
      const transition = { time: date().toISOString(), relationship, from: endpointStateName(from), to: endpointStateName(to), why };
      for (const list of [known, unwritten]) {
        list.push(transition);
        if (list.length > WAITING_MAX) list.shift();
      }
      writing ??= begin();
    },
    list: () => known.slice(-KEPT),
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
