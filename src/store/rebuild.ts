import { rename, rm } from 'node:fs/promises';
import { setDatabaseAside } from './aside.ts';
import { dropBallastIfNeeded, freeRoom } from './ballast.ts';
import { openDatabase } from './database.ts';
import { copyDatabase, sizeOfDatabase } from './database-copy.ts';
import { syncFolder } from '../durable-file.ts';
import { exists, type Layout } from './layout.ts';
import type { Migration } from './migration.ts';
import { salvage, type Damage } from './salvage.ts';

/**
 * Makes a new database of every record of the old one that proves to be what was written, puts it in the old one's place,
 * and keeps the old one aside as it was. A crash on the way leaves the old one, or both and the way to go on
 * (`finishRebuild`). Gives findings in plain words; rejects when the disk refuses or has no room.
 */
export async function rebuildDatabase(
  layout: Layout,
  damage: Damage,
  migrations: readonly Migration[],
  randomBytes: (count: number) => Uint8Array,
): Promise<readonly string[]> {
  await rm(layout.repair, { recursive: true, force: true });
  await rm(layout.rebuiltDatabase, { recursive: true, force: true });
  await demandRoom(layout);
  const findings = await copyDatabase(layout.database, layout.repair);
  const rebuilt = await openDatabase(layout.rebuiltDatabase, 'new');
  try {
    findings.push(await salvage(layout.repair, damage, migrations, rebuilt, randomBytes));
  } finally {
    await rebuilt.close();
  }
  await syncFolder(layout.rebuiltDatabase);
  findings.push(`the damaged database is kept in ${await setDatabaseAside(layout)}`);
  await finishRebuild(layout);
  return findings;
}

/** Goes on where a crash interrupted a rebuild, and removes what has no meaning any more. */
export async function finishRebuild(layout: Layout): Promise<void> {
  if (!(await exists(layout.database)) && (await exists(layout.rebuiltDatabase))) {
    await rename(layout.rebuiltDatabase, layout.database);
    await syncFolder(layout.directory);
  }
  for (const leftOver of [layout.freshDatabase, layout.rebuiltDatabase, layout.repair]) {
    await rm(leftOver, { recursive: true, force: true });
  }
}

/** LevelDB's repair does not say when it ran out of room and left something out; so there must be enough for everything, twice. */
async function demandRoom({ database, ballast }: Layout): Promise<void> {
  await dropBallastIfNeeded(ballast);
  const needed = 2 * (await sizeOfDatabase(database)) + 1024 * 1024;
  if ((await freeRoom(database)) < needed) {
    throw new Error(`the database is damaged, and rebuilding it takes ${Math.ceil(needed / 1024 / 1024)} MiB of free disk`);
  }
}
