/**
 * What V8 made of the daemon's program is kept beside the leases, so that the next start need not compile it again: a twentieth of the time
 * until the first client is answered, and more on a slow router. Node.js checks each file (a checksum, and that it is of the very same source
 * and engine); one that is damaged, old or missing costs no more than that it has to be compiled. Only the daemon reads what it wrote: for root, who
 * runs the other commands, it is no code to be trusted.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { enableCompileCache, flushCompileCache, getCompileCacheDir } from 'node:module';
import { basename, join } from 'node:path';
import { version } from './version.ts';

/** In the state directory. */
const COMPILED_PROGRAM = 'compiled-program';
/** Names the program that it is of. */
const PROGRAM_FILE = 'program';

/**
 * To be called before the daemon is loaded. Does nothing where the program runs from its source, or before the very first start: the state
 * directory is for the store to make, and is nobody else's to read.
 */
export function useCompiledProgram(stateDirectory: string): void {
  if (version !== 'from source' && existsSync(stateDirectory)) enableCompileCache(join(stateDirectory, COMPILED_PROGRAM));
}

/**
 * Writes what is not there yet, once for each program: what an earlier one left is removed. Where the disk refuses, nothing is kept.
 * @param programUrl where the daemon was loaded from: a name that changes with anything that it consists of
 */
export async function keepCompiledProgram(stateDirectory: string, programUrl: string): Promise<void> {
  if (getCompileCacheDir() === undefined) return;
  const program = basename(programUrl);
  const file = join(stateDirectory, COMPILED_PROGRAM, PROGRAM_FILE);
  try {
    if ((await readFile(file, 'utf8').catch(() => '')) === program) return;
    const earlier = await readdir(join(stateDirectory, COMPILED_PROGRAM), { recursive: true, withFileTypes: true });
    for (const { parentPath, name } of earlier.filter((entry) => entry.isFile())) await rm(join(parentPath, name));
    flushCompileCache();
    await writeFile(file, program);
  } catch {
    // Full, or read-only: the next start compiles again, and says what it has to say of its disk.
  }
}
