// What every part of the bench is given, and how the two servers take turns.

import type { Finding } from './finding.ts';
import { freshDirectory } from './lab.ts';
import { fill } from './load-programs.ts';
import { kea } from './subjects/kea.ts';
import { start, type RunningServer, type Subject } from './subjects/subject.ts';
import { twinlease } from './subjects/twinlease.ts';

export interface Bench {
  readonly rounds: number;
  readonly workDirectory: string;
  /** Highest rates of this or an earlier run; an error when there is none. */
  highestRates(): { readonly twinlease: number; readonly kea: number };
  progress(text: string): void;
}

export interface Measured {
  /** For the report: how it was measured. */
  readonly method: string;
  readonly findings: readonly Finding[];
  /** Every single measurement, for whoever wants to look closer. */
  readonly raw: unknown;
}

export type Part = (bench: Bench) => Promise<Measured>;

/** One value a round of each server. */
export interface Both<T> {
  readonly twinlease: T[];
  readonly kea: T[];
}

/** Both servers once a round, the first of a round being the second of the next. */
export async function alternate<T>(bench: Bench, measure: (subject: Subject, round: number) => Promise<T>): Promise<Both<T>> {
  const results: Both<T> = { twinlease: [], kea: [] };
  for (let round = 0; round < bench.rounds; round++) {
    for (const subject of round % 2 === 0 ? [twinlease, kea] : [kea, twinlease])
      results[subject.name].push(await measure(subject, round));
  }
  return results;
}

/** Exchanges before a measurement, so that both servers have touched all their code (and Node has compiled it). */
const warmUpExchanges = 20_000;

/** The same on a server that was started without leases for each measurement, and warmed up. */
export function alternateWarm<T>(
  bench: Bench,
  measure: (server: RunningServer, subject: Subject, round: number) => Promise<T>,
): Promise<Both<T>> {
  return alternate(bench, async (subject, round) => {
    const server = await start(subject, freshDirectory(bench.workDirectory, subject.name));
    await fill(warmUpExchanges);
    const result = await measure(server, subject, round);
    await server.stop();
    return result;
  });
}

/** A finding's two series out of richer results. */
export function series<T>(results: Both<T>, pick: (result: T) => number): Both<number> {
  return { twinlease: results.twinlease.map(pick), kea: results.kea.map(pick) };
}

/** One line of what is being measured, for who watches. */
export function sayRound(bench: Bench, subject: Subject, round: number, text: string): void {
  bench.progress(`  round ${String(round + 1)}/${String(bench.rounds)} ${subject.name.padEnd(9)} ${text}`);
}
