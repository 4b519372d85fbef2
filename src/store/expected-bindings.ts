import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { layoutOf } from './layout.ts';

/** What a binding of an ordinary client takes on disk at least (measured: 69, its key shortened by its neighbour). */
const OCTETS_PER_BINDING = 64;

/**
 * About how many bindings the database in this directory may hold, from the size of its files; 0 where there is none. It is
 * for sizing tables before they are filled: a database with a log that was not compacted yet counts bindings twice.
 */
export async function expectedBindings(directory: string): Promise<number> {
  const { database } = layoutOf(directory);
  try {
    const sizes = await Promise.all((await readdir(database)).map(async (name) => (await stat(join(database, name))).size));
    return Math.floor(sizes.reduce((sum, size) => sum + size, 0) / OCTETS_PER_BINDING);
  } catch {
    return 0;
  }
}
