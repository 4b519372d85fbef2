import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { invariant, u8 } from '../../wire/index.ts';
import { compareStarts, fixed32 } from './encoding.ts';
import { findLiveFiles, type LiveFiles } from './live-files.ts';
import { readLog } from './log-file.ts';
import { TableFile } from './table-file.ts';
import { dataBlocks, firstEntry, KEY_SUFFIX, nextEntry, type BlockEntry } from './table.ts';
import { readWriteBatch, type Operation } from './write-batch.ts';

/** Takes one entry; both arrays are valid during the call only, and hold more than the entry outside of their bounds. */
export type OnEntry = (key: Uint8Array, value: Uint8Array) => void;

/**
 * One sorted run of the database while it is read. Its current entry is in `key`, `sequence` and `value`; runs are
 * merged by key, and of each key the entry with the highest sequence number counts.
 */
interface Run {
  key: Uint8Array;
  keyLength: number;
  sequence: number;
  isDeletion: boolean;
  valueBytes: Uint8Array;
  valueStart: number;
  valueEnd: number;
  /** Moves on within what is in memory. */
  readonly advance: (run: Run) => 'entry' | 'used up';
  /** Brings in more when that is used up. */
  readonly refill: (run: Run) => Promise<'entry' | 'end'>;
}

/**
 * Gives every entry of a LevelDB database that nobody has open, in the order of the keys: what LevelDB itself would
 * find after opening it. The database must have been found sound (`findDamage`).
 *
 * It is read here and not through LevelDB's iterator because an iterator costs two buffers across the native border
 * for each entry: on a router, seconds for a large database.
 */
export async function readEntries(folder: string, onEntry: OnEntry): Promise<void> {
  const live = await findLiveFiles(folder);
  invariant(typeof live !== 'string', 'the database was found sound');
  const runs = await startRuns(folder, live);
  const lastKey: LastKey = { bytes: new Uint8Array(64), length: -1 };
  for (;;) {
    const usedUp = mergeUntilUsedUp(runs, lastKey, onEntry);
    if (usedUp === undefined) return;
    runs.shift();
    if ((await usedUp.refill(usedUp)) === 'entry') insert(runs, usedUp);
  }
}

interface LastKey {
  bytes: Uint8Array;
  length: number;
}

/** Merges until the run with the lowest key needs to be refilled, and gives that run; undefined when all is read. */
function mergeUntilUsedUp(runs: Run[], last: LastKey, onEntry: OnEntry): Run | undefined {
  for (let run = runs[0]; run !== undefined; run = runs[0]) {
    const isNewKey = compareStarts(run.key, run.keyLength, last.bytes, last.length) !== 0;
    if (isNewKey) {
      remember(last, run);
      if (!run.isDeletion) {
        onEntry(run.key.subarray(0, run.keyLength), run.valueBytes.subarray(run.valueStart, run.valueEnd));
      }
    }
    if (run.advance(run) === 'used up') return run;
    sink(runs);
  }
  return undefined;
}

function remember(last: LastKey, run: Run): void {
  if (run.keyLength > last.bytes.length) last.bytes = new Uint8Array(2 * run.keyLength);
  for (let i = 0; i < run.keyLength; i++) last.bytes[i] = u8(run.key, i);
  last.length = run.keyLength;
}

/** Lowest key first; of one key, the highest sequence number first. */
function order(a: Run, b: Run): number {
  return compareStarts(a.key, a.keyLength, b.key, b.keyLength) || b.sequence - a.sequence;
}

/** Puts the first run in its place among the others, which are in order. */
function sink(runs: Run[]): void {
  for (let i = 0; i + 1 < runs.length; i++) {
    const run = runs[i];
    const next = runs[i + 1];
    if (run === undefined || next === undefined || order(run, next) <= 0) return;
    runs[i] = next;
    runs[i + 1] = run;
  }
}

function insert(runs: Run[], run: Run): void {
  runs.unshift(run);
  sink(runs);
}

async function startRuns(folder: string, live: LiveFiles): Promise<Run[]> {
  const [overlapping = [], ...disjoint] = live.levels;
  const pathOf = (table: { readonly number: number }): string => join(folder, live.tableNames.get(table.number) ?? '');
  const candidates = [
    await runOfLogs(live.logs.map((name) => join(folder, name))),
    ...overlapping.map((table) => runOfTables([pathOf(table)])),
    ...disjoint.map((tables) => runOfTables(tables.map(pathOf))),
  ];
  const runs: Run[] = [];
  for (const run of candidates) if ((await run.refill(run)) === 'entry') insert(runs, run);
  return runs;
}

function emptyRun(advance: Run['advance'], refill: Run['refill']): Run {
  const nothing = new Uint8Array(0);
  const entry = { key: nothing, keyLength: 0, sequence: 0, isDeletion: false, valueBytes: nothing, valueStart: 0, valueEnd: 0 };
  return { ...entry, advance, refill };
}

/** The newest operation on each key of the logs, sorted: what LevelDB would have in memory. */
async function runOfLogs(paths: readonly string[]): Promise<Run> {
  const newest = new Map<string, Operation>();
  for (const path of paths) {
    readLog(await readFile(path), (record) => {
      for (const operation of readWriteBatch(record) ?? []) {
        newest.set(Buffer.from(operation.key).toString('latin1'), operation);
      }
    });
  }
  const operations = [...newest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, operation]) => operation);
  let next = 0;
  const advance = (run: Run): 'entry' | 'used up' => {
    const operation = operations[next++];
    if (operation === undefined) return 'used up';
    run.key = operation.key;
    run.keyLength = operation.key.length;
    run.sequence = operation.sequence;
    run.isDeletion = operation.value === undefined;
    run.valueBytes = operation.value ?? run.valueBytes;
    run.valueStart = 0;
    run.valueEnd = run.valueBytes.length;
    return 'entry';
  };
  return emptyRun(advance, (run) => Promise.resolve(advance(run) === 'entry' ? 'entry' : 'end'));
}

/** Tables one after another, each read into memory as a whole (a table has a megabyte or two). */
function runOfTables(paths: readonly string[]): Run {
  const file = new TableFile();
  let nextPath = 0;
  let nextBlock = 0;
  let table = new Uint8Array(0);
  let blocks: readonly { readonly start: number; readonly size: number }[] = [];
  let entry: BlockEntry | undefined;

  const advance = (run: Run): 'entry' | 'used up' => {
    while (entry === undefined || entry.at >= entry.end) {
      const block = blocks[nextBlock++];
      if (block === undefined) return 'used up';
      entry = firstEntry(table, block);
    }
    invariant(nextEntry(entry), 'the entries of a sound table can be read');
    take(run, entry);
    return 'entry';
  };
  const refill = async (run: Run): Promise<'entry' | 'end'> => {
    for (let path = paths[nextPath]; path !== undefined; path = paths[nextPath]) {
      nextPath++;
      table = await file.read(path);
      const found = dataBlocks(table);
      invariant(!('damage' in found), 'the index of a sound table can be read');
      blocks = found;
      nextBlock = 0;
      entry = undefined;
      run.valueBytes = table;
      if (advance(run) === 'entry') return 'entry';
    }
    return 'end';
  };
  return emptyRun(advance, refill);
}

function take(run: Run, entry: BlockEntry): void {
  const keyLength = entry.keyLength - KEY_SUFFIX;
  const low = fixed32(entry.key, keyLength);
  run.key = entry.key;
  run.keyLength = keyLength;
  run.isDeletion = (low & 0xff) === 0;
  run.sequence = fixed32(entry.key, keyLength + 4) * 2 ** 24 + (low >>> 8);
  run.valueStart = entry.valueStart;
  run.valueEnd = entry.valueEnd;
}
