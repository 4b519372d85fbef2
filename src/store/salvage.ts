import { openDatabase, reasonOf, repairDatabase, type Database } from './database.ts';
import { readEntry, stateEntry, timescaleEntry, type Entry, type SavedTime } from './entry.ts';
import type { Migration } from './migration.ts';

/**
 * What is wrong with a database: LevelDB's own files, which LevelDB's repair must then make readable; or only the
 * records in them.
 */
export type Damage = 'files' | 'records';

const BATCH = 1000;

/** What was carried over from a damaged database. */
interface Kept {
  bindings: number;
  unreadable: number;
  /** The highest number of a commit that any record speaks of. */
  counter: number;
  saved: SavedTime | undefined;
  readonly timescales: Set<number>;
  readonly timescalesNeeded: Set<number>;
}

/**
 * Copies every record that proves to be what was written from a damaged database (which is changed) to a new one, and
 * writes what the new one lacks. Gives a sentence on how much it was; rejects when the new one can't be written.
 */
export async function salvage(
  folder: string,
  damage: Damage,
  migrations: readonly Migration[],
  rebuilt: Database,
  randomBytes: (count: number) => Uint8Array,
): Promise<string> {
  const kept: Kept = { bindings: 0, unreadable: 0, counter: 0, saved: undefined, timescales: new Set(), timescalesNeeded: new Set([0]) };
  const ending: { reason?: string } = {};
  for await (const records of readableChunks(folder, damage, ending)) {
    const batch = rebuilt.batch();
    for (const [key, value] of records) {
      if (note(readEntry(key, value, migrations), kept)) batch.put(key, value);
    }
    await batch.write();
  }
  const last = rebuilt.batch();
  for (const index of kept.timescalesNeeded.difference(kept.timescales)) {
    const { key, value } = timescaleEntry({ index, id: randomBytes(8), correction: undefined, ahead: 0, begins: 'start' });
    last.put(key, value);
  }
  const { key, value } = stateEntry(kept.counter, kept.saved);
  await last.put(key, value).write({ sync: true });
  const counts = `${kept.bindings} leases could be read, ${kept.unreadable} records could not`;
  return ending.reason === undefined ? counts : `${counts}; then reading ended: ${ending.reason}`;
}

/** Remembers what an entry says; false when it is not to be kept. */
function note(entry: Entry, kept: Kept): boolean {
  switch (entry.kind) {
    case 'binding':
      kept.bindings++;
      kept.counter = Math.max(kept.counter, entry.binding.revision);
      kept.timescalesNeeded.add(entry.binding.timescale);
      return true;
    case 'timescale':
      kept.timescales.add(entry.timescale.index);
      return true;
    case 'removal':
      return true;
    case 'endpoint':
      for (const timescale of Object.values(entry.endpoint.timescales ?? {})) kept.timescalesNeeded.add(timescale);
      return true;
    case 'generation':
      kept.counter = Math.max(kept.counter, entry.generation.start);
      return true;
    case 'state':
      kept.counter = Math.max(kept.counter, entry.counter);
      kept.saved = entry.saved;
      if (entry.saved !== undefined) kept.timescalesNeeded.add(entry.saved.timescale);
      return false;
    case 'newer':
    case 'unreadable':
      kept.unreadable++;
      return false;
  }
}

type Records = readonly (readonly [Uint8Array, Uint8Array])[];

/** Reads as far as LevelDB can; says in `ending` why it could not go on. */
async function* readableChunks(folder: string, damage: Damage, ending: { reason?: string }): AsyncGenerator<Records> {
  let source: Database | undefined;
  try {
    if (damage === 'files') await repairDatabase(folder);
    source = await openDatabase(folder, 'existing');
    const iterator = source.iterator({ fillCache: false });
    for (let chunk = await iterator.nextv(BATCH); chunk.length > 0; chunk = await iterator.nextv(BATCH)) yield chunk;
  } catch (error) {
    ending.reason = reasonOf(error);
  } finally {
    await source?.close();
  }
}
