import { rename } from 'node:fs/promises';
import type { Binding } from '../lease/index.ts';
import { readContents, type Contents } from './contents.ts';
import { openDatabase } from './database.ts';
import { syncFolder } from '../durable-file.ts';
import { newerFileText } from '../file-version.ts';
import { stateEntry, timescaleEntry } from './entry.ts';
import { createIdentity, IDENTITY_VERSION, readIdentity, type Identity } from './identity.ts';
import { exists, type Layout } from './layout.ts';
import { findDamage } from './leveldb/verify.ts';
import { setLossMark } from './loss.ts';
import { MIGRATIONS, type Migration } from './migration.ts';
import type { StoreError, StoreOptions } from './opening.ts';
import { rebuildDatabase } from './rebuild.ts';
import { SCHEMA_VERSION } from './record.ts';

/** A database that LevelDB can open, what it holds, and whose it is. */
export interface Prepared {
  readonly identity: Identity;
  readonly isFresh: boolean;
  /** It was damaged. */
  readonly isRebuilt: boolean;
  readonly contents: Contents;
}

/**
 * Sees that there is an identity, and beside it a sound database: makes both for a new server, rebuilds what is damaged,
 * marks what is lost. Gives all bindings to `onBinding`.
 */
export async function prepare(layout: Layout, options: StoreOptions): Promise<Prepared | StoreError> {
  const { randomBytes, now, onBinding, migrations = MIGRATIONS } = options;
  const known = await readIdentity(layout.identity);
  if (typeof known === 'string') return identityUnreadable(layout, known);
  if (typeof known === 'number') return identityNewer(layout, known);
  if (!(await exists(layout.database))) {
    if (known !== undefined) await setLossMark(layout.lossMark, now(), ['the database was missing beside the identity']);
    await createDatabase(layout, randomBytes);
  } else if (known === undefined && !(await isUnused(layout.database, migrations))) {
    return identityMissing(layout);
  }
  // The identity comes last: a database without one was never used, or lost its owner.
  const identity = known ?? (await createIdentity(layout.identity, randomBytes, options.serverDuid));
  const { contents, isRebuilt } = await readSoundly(layout, options, migrations, onBinding);
  if (contents.newerVersion !== undefined) return schemaNewer(layout, contents.newerVersion);
  return { identity, isFresh: known === undefined, isRebuilt, contents };
}

/** Reads the contents, after a rebuild if the files need it, and rebuilds again what the records need. */
async function readSoundly(
  layout: Layout,
  { now, randomBytes }: StoreOptions,
  migrations: readonly Migration[],
  onBinding: (binding: Binding) => void,
): Promise<Pick<Prepared, 'contents' | 'isRebuilt'>> {
  const damage = await findDamage(layout.database);
  if (damage.length > 0) {
    await setLossMark(layout.lossMark, now(), damage);
    const findings = await rebuildDatabase(layout, 'files', migrations, randomBytes);
    await setLossMark(layout.lossMark, now(), findings);
  }
  const contents = await readContents(layout.database, migrations, onBinding);
  if (contents.newerVersion !== undefined || contents.findings.length === 0) return { contents, isRebuilt: damage.length > 0 };
  await setLossMark(layout.lossMark, now(), contents.findings);
  const findings = await rebuildDatabase(layout, 'records', migrations, randomBytes);
  await setLossMark(layout.lossMark, now(), findings);
  // The bindings in it are those that were given already.
  return { contents: await readContents(layout.database, migrations, () => undefined), isRebuilt: true };
}

/** Makes an empty database; it gets its name when it is whole. */
async function createDatabase(layout: Layout, randomBytes: (count: number) => Uint8Array): Promise<void> {
  const database = await openDatabase(layout.freshDatabase, 'new');
  try {
    const batch = database.batch();
    const timescale = timescaleEntry({ index: 0, id: randomBytes(8), correction: 0, ahead: 0, begins: 'start' });
    batch.put(timescale.key, timescale.value);
    const state = stateEntry(0, undefined);
    await batch.put(state.key, state.value).write({ sync: true });
  } finally {
    await database.close();
  }
  await syncFolder(layout.freshDatabase);
  await rename(layout.freshDatabase, layout.database);
  await syncFolder(layout.directory);
}

async function isUnused(database: string, migrations: readonly Migration[]): Promise<boolean> {
  if ((await findDamage(database)).length > 0) return false;
  const { counter, bindings, unreadable, findings } = await readContents(database, migrations, () => undefined);
  return counter === 0 && bindings + unreadable.length + findings.length === 0;
}

function identityUnreadable({ identity, database }: Layout, why: string): StoreError {
  const advice = `put back the file from a backup, or, to start as a new server without any lease, remove it and ${database}`;
  return { code: 'identity-unreadable', text: `${identity} can not be read: ${why}; ${advice}` };
}

function identityNewer({ identity }: Layout, version: number): StoreError {
  return { code: 'schema-newer', text: `${newerFileText(identity, version, IDENTITY_VERSION)}; install that program again` };
}

function identityMissing({ identity, database }: Layout): StoreError {
  const advice = 'put back the file from a backup, or, to start as a new server without any lease, remove the database';
  return { code: 'identity-missing', text: `${identity} is missing, but there is a database in ${database}; ${advice}` };
}

function schemaNewer({ database }: Layout, version: number): StoreError {
  const versions = `of schema version ${version}; this program knows versions up to ${SCHEMA_VERSION}`;
  return { code: 'schema-newer', text: `${database} was written by a later program: it is ${versions}; install that program again` };
}
