import { setTimeout as wait } from 'node:timers/promises';
import type { Binding } from '../lease/index.ts';
import type { StoreAlarm } from './alarm.ts';
import { dropBallastIfNeeded } from './ballast.ts';
import { isCorruption, openDatabase, reasonOf, type Database } from './database.ts';
import { readEntry } from './entry.ts';
import { bindingKey, type LeaseName } from './key.ts';
import type { Layout } from './layout.ts';

const BACK_OFF_FIRST_MS = 100;
const BACK_OFF_MAX_MS = 5000;

/** A database that was opened again, and what it holds. */
export interface Reopened {
  readonly database: Database;
  readonly found: readonly (Binding | undefined)[];
  /** Whether the ballast had to be given up: the disk is full. */
  readonly isFull: boolean;
}

/** Damage met while running: going on would make the lease of a record that can't be read look free. */
export class DamageError extends Error {
  override readonly name = 'DamageError';
}

/**
 * Opens the database after a failed write, when it was closed, and reads the keys of that write: they are the truth.
 * LevelDB must not be used on as it is: after a failed append it goes on behind the torn record, acknowledges synced writes,
 * and drops them silently at the next start. Tries until it succeeds or the signal ends it.
 */
export async function reopen(
  layout: Layout,
  names: readonly LeaseName[],
  onAlarm: (alarm: StoreAlarm) => void,
  signal: AbortSignal,
): Promise<Reopened> {
  for (let backOff = BACK_OFF_FIRST_MS, failed = false; ; backOff = Math.min(2 * backOff, BACK_OFF_MAX_MS), failed = true) {
    const isFull = await dropBallastIfNeeded(layout.ballast);
    try {
      const database = await openDatabase(layout.database, 'existing');
      const found = await readBindings(database, names);
      if (failed) onAlarm({ id: 'storage-unavailable', raised: false, text: 'the lease database is open again' });
      return { database, found, isFull };
    } catch (error) {
      if (error instanceof DamageError || isCorruption(error)) throw new DamageError(reasonOf(error));
      const text = `the lease database can not be opened: ${reasonOf(error)}; it is tried again, and nothing is leased until then`;
      if (!failed) onAlarm({ id: 'storage-unavailable', raised: true, text });
    }
    await wait(backOff, undefined, { signal });
  }
}

/** What the database holds for these leases; undefined where it holds nothing. Rejects when it can't say. */
export async function readBindings(
  database: Database,
  names: readonly LeaseName[],
): Promise<readonly (Binding | undefined)[]> {
  const keys = names.map(({ address, prefixLength }) => bindingKey(address, prefixLength));
  const values: readonly (Uint8Array | undefined)[] = await database.getMany(keys);
  return keys.map((key, i) => {
    const value = values[i];
    if (value === undefined) return undefined;
    const entry = readEntry(key, value, []);
    if (entry.kind === 'binding') return entry.binding;
    throw new DamageError(entry.kind === 'unreadable' ? entry.why : 'another record stands in its place');
  });
}
