import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf } from '../../reason.ts';
import { findLiveFiles, type LiveFiles } from './live-files.ts';
import { readLog } from './log-file.ts';
import { TableFile } from './table-file.ts';
import { damageOfTable } from './table.ts';
import { readWriteBatch } from './write-batch.ts';

/** As many damaged files are named; more than that tell nobody more. */
const FINDINGS_MAX = 8;

/**
 * Reads every octet of a LevelDB database that nobody has open, and checks every checksum that it has. Nothing is changed.
 *
 * LevelDB does not do this by itself: classic-level reads tables without verifying their checksums, and drops the damaged
 * parts of a log without a word. Gives the findings, one a damaged file, in plain words; none when the database is sound.
 */
export async function findDamage(folder: string): Promise<readonly string[]> {
  const live = await findLiveFiles(folder);
  if (typeof live === 'string') return [live];
  const findings: string[] = [];
  for (const name of live.logs) findings.push(...(await damageOfLog(folder, name)));
  const file = new TableFile();
  for (const name of namesOfTables(live)) {
    if (findings.length >= FINDINGS_MAX) break;
    const damage = await damageOfFile(() => file.read(join(folder, name)), damageOfTable);
    if (damage !== undefined) findings.push(`table ${name}: ${damage}`);
  }
  return findings;
}

function namesOfTables(live: LiveFiles): string[] {
  return live.levels.flat().map((table) => live.tableNames.get(table.number) ?? '');
}

async function damageOfLog(folder: string, name: string): Promise<readonly string[]> {
  const damage = await damageOfFile(() => readFile(join(folder, name)), (bytes) => {
    let unreadable = 0;
    const end = readLog(bytes, (record) => {
      if (readWriteBatch(record) === undefined) unreadable++;
    });
    if (typeof end !== 'string') return `damaged at octet ${end.damagedAt}`;
    return unreadable === 0 ? undefined : `${unreadable} records can not be read`;
  });
  return damage === undefined ? [] : [`log ${name}: ${damage}`];
}

/** A file that the disk itself refuses to give is as damaged as one with a wrong checksum. */
async function damageOfFile(
  read: () => Promise<Uint8Array>,
  look: (bytes: Uint8Array) => string | undefined,
): Promise<string | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await read();
  } catch (error) {
    return reasonOf(error);
  }
  return look(bytes);
}
