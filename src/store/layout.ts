import { access } from 'node:fs/promises';
import { join } from 'node:path';

/** What is where in the directory of the store. */
export interface Layout {
  readonly directory: string;
  /** The LevelDB database. */
  readonly database: string;
  /** A new database while it is made; without meaning after a crash. */
  readonly freshDatabase: string;
  /** A rebuilt database; it stands in for `database` when that is missing. */
  readonly rebuiltDatabase: string;
  /** A copy of a damaged database that is being repaired; without meaning after a crash. */
  readonly repair: string;
  /** Who this server is. */
  readonly identity: string;
  /** Room kept for reopening the database when the disk is full. */
  readonly ballast: string;
  /** The durable mark that the storage was lost. */
  readonly lossMark: string;
  /** What could not be read is kept here. */
  readonly aside: string;
}

export function layoutOf(directory: string): Layout {
  return {
    directory,
    database: join(directory, 'database'),
    freshDatabase: join(directory, 'database.fresh'),
    rebuiltDatabase: join(directory, 'database.rebuilt'),
    repair: join(directory, 'repair'),
    identity: join(directory, 'identity.json'),
    ballast: join(directory, 'ballast'),
    lossMark: join(directory, 'lost.json'),
    aside: join(directory, 'aside'),
  };
}

/** All that the store makes in its directory, and what the daemon writes there beside it. */
export const STATE_FILES: readonly string[] = [...Object.values<string>({ ...layoutOf('') }), 'crashes.jsonl', 'failover-history.jsonl', 'box-name', 'clock.json', 'pair-update', 'replay-detection', 'clients-configuration.yaml', 'compiled-program'].filter((name) => name !== '');

export async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
