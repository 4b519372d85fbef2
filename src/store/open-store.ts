import { mkdir } from 'node:fs/promises';
import { withoutUnused, type Timescale } from '../clock/index.ts';
import { formatAddress, InvariantError } from '../wire/index.ts';
import { keepRecordsAside } from './aside.ts';
import { dropBallastIfNeeded, layBallast } from './ballast.ts';
import type { Contents } from './contents.ts';
import { isCorruption, isLocked, isOpenElsewhere, openDatabase, reasonOf, type Database } from './database.ts';
import { lockDirectory } from './directory-lock.ts';
import { generationEntry, stateEntry, timescaleEntry, type Generation } from './entry.ts';
import { Family, numberedKey } from './key.ts';
import { exists, layoutOf, type Layout } from './layout.ts';
import { readLossMark, setLossMark } from './loss.ts';
import { MIGRATIONS } from './migration.ts';
import type { OpenedStore, StoreError, StoreOpening, StoreOptions } from './opening.ts';
import { prepare, type Prepared } from './prepare.ts';
import { finishRebuild, rebuildDatabase } from './rebuild.ts';
import { Store, type Loss } from './store.ts';
import { upgradeDatabase } from './upgrade.ts';

/** As many openings are remembered; a partner that was away for longer has to fetch everything anew. */
const GENERATIONS_MAX = 1024;

/** With less room on the disk than this, not even what was found can be noted. */
const ROOM_TO_OPEN = 1024 * 1024;

/**
 * Opens stable storage for this process alone. Everything in it is read and verified first; what is damaged is kept aside,
 * reported and marked as lost, never silently dropped. Never rejects for what is on the disk: see `StoreError`.
 */
export async function openStore(options: StoreOptions): Promise<StoreOpening> {
  const layout = layoutOf(options.directory);
  let unlock: (() => Promise<void>) | undefined;
  try {
    await mkdir(layout.directory, { recursive: true, mode: 0o700 });
    unlock = await lockDirectory(layout.directory);
    if (unlock === undefined) return { error: inUse(layout) };
    const opening = await openLocked(layout, options, unlock);
    if ('error' in opening) await unlock();
    return opening;
  } catch (error) {
    await unlock?.();
    if (error instanceof InvariantError) throw error;
    if (isLocked(error)) return { error: inUse(layout) };
    return { error: { code: 'disk', text: `${layout.directory} can not be used: ${reasonOf(error)}` } };
  }
}

async function openLocked(
  layout: Layout,
  options: StoreOptions,
  unlock: () => Promise<void>,
): Promise<StoreOpening> {
  if ((await exists(layout.database)) && (await isOpenElsewhere(layout.database))) return { error: inUse(layout) };
  await finishRebuild(layout);
  await dropBallastIfNeeded(layout.ballast, ROOM_TO_OPEN);
  const prepared = await prepare(layout, options);
  if ('code' in prepared) return { error: prepared };
  const { contents } = prepared;
  await keepUnreadable(layout, contents);
  const generations = [...contents.generations, nextGeneration(contents, options)].slice(-GENERATIONS_MAX);
  const timescales = withoutUnused(contents.timescales, contents.usedTimescales);
  const database = await beginGeneration(layout, options, contents, { generations, timescales });
  const { randomBytes, now, onAlarm } = options;
  const hasBallast = await layBallast(layout.ballast, randomBytes);
  const loss: Loss = { mark: await readLossMark(layout.lossMark), records: contents.unreadable };
  const counter = contents.counter ?? 0;
  const store = new Store({ layout, database, counter, saved: contents.saved, loss, hasBallast, unlock, randomBytes, now, onAlarm });
  return describe(store, prepared, { generations, timescales });
}

/** What is remembered from one opening to the next, as long as it is of use. */
interface Kept {
  readonly generations: readonly Generation[];
  readonly timescales: readonly Timescale[];
}

/** What can't be read stays in the database until that is accepted, and is kept aside right away. */
async function keepUnreadable(layout: Layout, { unreadable }: Contents): Promise<void> {
  if (unreadable.length > 0) await keepRecordsAside(layout, unreadable);
}

function nextGeneration(contents: Contents, { randomBytes }: StoreOptions): Generation {
  const ordinal = (contents.generations.at(-1)?.ordinal ?? 0) + 1;
  return { ordinal, id: Uint8Array.from(randomBytes(8)), start: contents.counter ?? 0 };
}

/** Opens the database and makes the new generation durable; a full disk gets a second chance without the ballast. */
async function beginGeneration(
  layout: Layout,
  options: StoreOptions,
  contents: Contents,
  kept: Kept,
): Promise<Database> {
  const { migrations = MIGRATIONS, randomBytes, now } = options;
  const begin = async (): Promise<Database> => {
    const database = await openDatabase(layout.database, 'existing');
    try {
      if (contents.outdated > 0) await upgradeDatabase(database, migrations);
      await writeKept(database, contents, kept);
      return database;
    } catch (error) {
      await database.close();
      throw error;
    }
  };
  try {
    return await begin();
  } catch (error) {
    if (isLocked(error)) throw error;
    if (isCorruption(error)) {
      await setLossMark(layout.lossMark, now(), [reasonOf(error)]);
      await setLossMark(layout.lossMark, now(), await rebuildDatabase(layout, 'files', migrations, randomBytes));
    } else await dropBallastIfNeeded(layout.ballast);
    return await begin();
  }
}

async function writeKept(database: Database, contents: Contents, { generations, timescales }: Kept): Promise<void> {
  const batch = database.batch();
  const oldest = generations[0]?.ordinal ?? 0;
  for (const { ordinal } of contents.generations) {
    if (ordinal < oldest) batch.del(numberedKey(Family.GENERATION, ordinal));
  }
  for (const generation of generations.slice(-1)) {
    const { key, value } = generationEntry(generation);
    batch.put(key, value);
  }
  for (const known of contents.timescales) {
    const left = timescales.find(({ index }) => index === known.index);
    const { key, value } = timescaleEntry(left ?? known);
    if (left === undefined) batch.del(key);
    else if (left.ahead !== known.ahead || left.begins !== known.begins) batch.put(key, value);
  }
  const { key, value } = stateEntry(contents.counter ?? 0, contents.saved);
  await batch.put(key, value).write({ sync: true });
}

function describe(store: Store, { identity, isFresh, isRebuilt, contents }: Prepared, { generations, timescales }: Kept): OpenedStore {
  const { mark, records } = store.loss;
  const findings = [
    ...(mark?.findings ?? []),
    ...records.map(({ lease, why }) => `the record of ${formatAddress(lease.address)}/${lease.prefixLength} can not be read: ${why}`),
    ...(contents.outdated > 0 ? [`${contents.outdated} records were brought to the current schema version`] : []),
  ];
  const isLost = mark !== undefined || records.length > 0;
  return {
    store,
    identity,
    outcome: isLost ? 'lost' : isFresh ? 'fresh' : 'opened',
    findings,
    isRebuilt,
    bindings: contents.bindings,
    counter: contents.counter ?? 0,
    generations,
    timescales,
    saved: contents.saved,
    endpoints: contents.endpoints,
    removals: contents.removals,
  };
}

function inUse({ directory }: Layout): StoreError {
  const text = `${directory} is in use by another process: is the service running already? Stop it, or ask it through its console`;
  return { code: 'in-use', text };
}
