// What the disk may hold after a power cut: everything up to a flush, and any part of what was written behind it.

import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import type { Random } from '../../fuzz/random.ts';
import type { Entry } from './write-log.ts';

export interface Partition {
  readonly offset: number;
  readonly octets: number;
}

/** The partition as it was before the first write, brought forward flush by flush. */
export class Replay {
  readonly #log: number;
  readonly #entries: readonly Entry[];
  readonly #partition: Partition;
  readonly #path: string;
  #done = 0;

  /** @param path the partition before the first write; it is changed */
  constructor(logFile: string, entries: readonly Entry[], partition: Partition, path: string) {
    this.#log = openSync(logFile, 'r');
    this.#entries = entries;
    this.#partition = partition;
    this.#path = path;
  }

  /**
   * Cuts the power behind `count` entries, no fewer than the last time. Of what no flush is behind, each is lost with even odds.
   * @returns how many writes were lost
   */
  cut(count: number, copy: string, random: Random): number {
    let flushed = this.#done;
    for (let i = this.#done; i < count; i++) if (this.#entries[i]?.isFlush === true) flushed = i + 1;
    const base = openSync(this.#path, 'r+');
    for (; this.#done < flushed; this.#done++) this.#apply(this.#entries[this.#done], base);
    closeSync(base);
    execFileSync('cp', ['--sparse=always', this.#path, copy]);
    const trial = openSync(copy, 'r+');
    let lost = 0;
    for (let i = flushed; i < count; i++) {
      const entry = this.#entries[i];
      if (entry?.isDurable === true || random.below(2) === 0) this.#apply(entry, trial);
      else lost += 1;
    }
    closeSync(trial);
    return lost;
  }

  close(): void {
    closeSync(this.#log);
  }

  #apply(entry: Entry | undefined, file: number): void {
    const { offset, octets: size } = this.#partition;
    if (entry?.dataAt === undefined || entry.at < offset || entry.at + entry.octets > offset + size) return;
    const data = Buffer.alloc(entry.octets);
    readSync(this.#log, data, 0, entry.octets, entry.dataAt);
    writeSync(file, data, 0, entry.octets, entry.at - offset);
  }
}
