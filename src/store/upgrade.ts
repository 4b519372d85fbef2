import type { Database } from './database.ts';
import { Family, isSoundKey } from './key.ts';
import { upgradeItems, type Migration } from './migration.ts';
import { decodeRecord, encodeRecord } from './record.ts';

const BATCH = 1000;

/**
 * Rewrites every record of an older schema version in the current one, but for that of the last commit, which the opening
 * writes next. A crash on the way does no harm: each record says of which version it is. What can't be read stays as it is.
 */
export async function upgradeDatabase(database: Database, migrations: readonly Migration[]): Promise<void> {
  const iterator = database.iterator({ gt: Uint8Array.of(Family.STATE, 0xff), fillCache: false });
  for (let chunk = await iterator.nextv(BATCH); chunk.length > 0; chunk = await iterator.nextv(BATCH)) {
    const batch = database.batch();
    for (const [key, value] of chunk) {
      const items = isSoundKey(key) ? decodeRecord(key, value) : 'its key is damaged';
      const current = typeof items === 'string' ? items : upgradeItems(key[0] as Family, items, migrations);
      if (typeof current !== 'string' && current !== items) batch.put(key, encodeRecord(key, current));
    }
    await batch.write({ sync: true });
  }
  await iterator.close();
}
