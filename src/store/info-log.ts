import { stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';

const INFO_LOG_MAX = 1024 * 1024;
const STAT_BLOCK = 512;

/**
 * Bounds the file LOG, in which LevelDB notes what it does until it is opened anew. LevelDB writes on at its old place,
 * which leaves a hole before it: the file looks as long as before and takes no room.
 */
export async function boundInfoLog(database: string): Promise<void> {
  const path = join(database, 'LOG');
  try {
    if ((await stat(path)).blocks * STAT_BLOCK > INFO_LOG_MAX) await truncate(path, 0);
  } catch {
    // It is there as soon as LevelDB has something to note, and nothing depends on it.
  }
}
