/**
 * Room in LevelDB's write-ahead log, written with zeros before it is needed.
 *
 * To sync a file that has grown, a file system also has to write what it knows of it: ext4 commits its journal for that. It is most
 * of the time that a sync takes, and much of what a commit writes to the flash. A log that is long enough already does not grow, and
 * its syncs write what was appended and nothing else. LevelDB takes zeros behind its last record for the end of a log, and so does
 * `leveldb/log-file.ts`; it goes on writing where it was, whatever stands behind.
 */
import { statSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BALLAST, freeRoom } from './ballast.ts';

const LEAST = 256 * 1024;
const MOST = 1024 * 1024;
const ZEROS = new Uint8Array(LEAST);
/** A commit of many bindings has room still. */
const RESERVE = 64 * 1024;
/** Room that lasted for less is made larger the next time. */
const LASTS_MS = 1000;

export class LogRoom {
  readonly #folder: string;
  /** The one that LevelDB writes to. */
  #log: string | undefined;
  /** When a file last came into the folder, or went. */
  #changed = 0;
  /** Octets that LevelDB can write before the log grows, as far as that was counted. */
  #left = 0;
  #size = LEAST;
  #madeAt = Number.NEGATIVE_INFINITY;

  /** @param folder of a database that is open */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Behind a write of so many octets. @returns whether it is time to `make` room */
  used(octets: number): boolean {
    this.#left -= octets;
    // A few microseconds, where a watch would tell of every write to every file.
    const changed = statSync(this.#folder, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const mayBeAnother = changed !== this.#changed;
    this.#changed = changed;
    return mayBeAnother || this.#left < RESERVE;
  }

  /** While nothing is written to the database. Where there is no room on the disk, or none can be made, all goes on as it was. */
  async make(): Promise<void> {
    try {
      // Numbers have as many digits up to a million logs.
      const log = (await readdir(this.#folder)).filter((name) => /^\d+\.log$/.test(name)).sort().at(-1);
      if (log === undefined || (log === this.#log && this.#left >= RESERVE)) return;
      const now = performance.now();
      this.#size = now - this.#madeAt < LASTS_MS ? Math.min(MOST, 2 * this.#size) : Math.max(LEAST, this.#size / 2);
      this.#madeAt = now;
      this.#log = log;
      // Also where it fails: it is not tried behind each commit.
      this.#left = RESERVE + this.#size;
      if ((await freeRoom(this.#folder)) >= 4 * BALLAST) await append(join(this.#folder, log), this.#size);
    } catch {
      // A log that grows is slower, and nothing else.
    }
  }
}

/** What stands in the file is LevelDB's, or zeros: it is not written again, and LevelDB writes on where it was. */
async function append(file: string, octets: number): Promise<void> {
  await using log = await open(file, 'r+');
  const { size } = await log.stat();
  for (let at = size; at < size + octets; at += ZEROS.length) await log.write(ZEROS, 0, ZEROS.length, at);
}
