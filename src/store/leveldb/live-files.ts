import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readManifest, type LiveTable } from './version.ts';

/** The files that hold what is in a database now; others in its folder are left over, and LevelDB will delete them. */
export interface LiveFiles {
  /** By level, each in the order of its keys. */
  readonly levels: readonly (readonly LiveTable[])[];
  /** Names of the write-ahead logs, oldest first. */
  readonly logs: readonly string[];
  /** Names of the table files that are there. */
  readonly tableNames: ReadonlyMap<number, string>;
}

/** Reads CURRENT and the MANIFEST that it names. A string says what is damaged. */
export async function findLiveFiles(folder: string): Promise<LiveFiles | string> {
  const names = await readdir(folder);
  if (!names.includes('CURRENT')) return 'the file CURRENT is missing';
  const manifestName = /^(MANIFEST-\d+)\n$/.exec(await readFile(join(folder, 'CURRENT'), 'latin1'))?.[1];
  if (manifestName === undefined) return 'the file CURRENT can not be read';
  if (!names.includes(manifestName)) return `the file ${manifestName}, which CURRENT names, is missing`;
  const version = readManifest(await readFile(join(folder, manifestName)));
  if (version === undefined) return `the file ${manifestName} is damaged`;

  const tableNames = new Map<number, string>();
  const logs: { readonly name: string; readonly number: number }[] = [];
  for (const name of names) {
    const [, digits, extension] = /^(\d+)\.(ldb|sst|log)$/.exec(name) ?? [];
    const number = Number(digits);
    if (extension === 'ldb' || extension === 'sst') tableNames.set(number, name);
    else if (extension === 'log' && (number >= version.logNumber || number === version.previousLogNumber)) {
      logs.push({ name, number });
    }
  }
  const missing = version.levels.flat().find((table) => !tableNames.has(table.number));
  if (missing !== undefined) return `table ${missing.number} is missing`;
  logs.sort((a, b) => a.number - b.number);
  // LevelDB creates a log before the MANIFEST names it, and deletes it after the MANIFEST names a later one.
  if (!logs.some((log) => log.number === version.logNumber)) return `log ${version.logNumber} is missing`;
  return { levels: version.levels, logs: logs.map((log) => log.name), tableNames };
}
