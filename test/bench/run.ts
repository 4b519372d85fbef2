// `make bench`: Twinlease and kea-dhcp6 under the same load on this machine. BENCH=rate,memory selects
// parts, ROUNDS=1 makes it short (then RESULTS.md stays as it is).

import { existsSync } from 'node:fs';
import type { Bench, Part } from './bench.ts';
import './cleanup.ts';
import { describeEnvironment } from './environment.ts';
import { openLab, openWorkDirectory } from './lab.ts';
import { compileLoadPrograms } from './load-programs.ts';
import { findingNamed, saveResult, storedResult, type PartResult } from './part-result.ts';
import { ceiling } from './parts/ceiling.ts';
import { cpu } from './parts/cpu.ts';
import { disk } from './parts/disk.ts';
import { latency } from './parts/latency.ts';
import { memory } from './parts/memory.ts';
import { overload } from './parts/overload.ts';
import { pair } from './parts/pair.ts';
import { rate } from './parts/rate.ts';
import { resync } from './parts/resync.ts';
import { startup } from './parts/startup.ts';
import { storm } from './parts/storm.ts';
import { switchedOn } from './parts/switched-on.ts';
import { backgroundLoad } from './process-figures.ts';
import { textTable, writeResults } from './report.ts';
import { sleep } from './run-command.ts';
import { median } from './statistics.ts';

/** In the order that they are run in: cpu, latency and overload need the rates. */
const parts: Readonly<Record<string, Part>> = { ceiling, rate, cpu, latency, overload, storm, startup, disk, memory, pair, resync, 'switched-on': switchedOn };
/** Fewer make a figure to look at, not one to write down. */
const roundsToPublish = 5;

function selectedParts(): string[] {
  const names = (process.env['BENCH'] ?? '').split(',').filter((name) => name !== '');
  const unknown = names.find((name) => !(name in parts));
  if (unknown !== undefined) throw new Error(`BENCH=${unknown}: no such part; there are ${Object.keys(parts).join(', ')}`);
  return names.length === 0 ? Object.keys(parts) : Object.keys(parts).filter((name) => names.includes(name));
}

function selectedRounds(): number {
  const rounds = Number(process.env['ROUNDS'] ?? roundsToPublish);
  if (Number.isInteger(rounds) && rounds >= 1) return rounds;
  throw new Error(`ROUNDS=${String(process.env['ROUNDS'])}: it is a whole number of at least 1`);
}

function highestRates(): { twinlease: number; kea: number } {
  const finding = findingNamed(storedResult('rate'), 'highest rate');
  if (finding === undefined) throw new Error('the highest rates are not known yet: run the part rate first (BENCH=rate)');
  return { twinlease: median(finding.twinlease ?? []), kea: median(finding.kea ?? []) };
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function main(): Promise<void> {
  const names = selectedParts();
  const rounds = selectedRounds();
  if (!existsSync(new URL('../../dist/twinlease', import.meta.url))) throw new Error('dist/twinlease is missing: run `make build`');
  openLab();
  await compileLoadPrograms();
  const workDirectory = openWorkDirectory();
  const environment = describeEnvironment(workDirectory);
  const bench: Bench = { rounds, workDirectory, highestRates, progress: say };

  const results: PartResult[] = [];
  for (const name of names) {
    const part = parts[name];
    if (part === undefined) continue;
    const load = await backgroundLoad(() => sleep(1000));
    const busy = load > 0.05 ? `; other programs use ${(100 * load).toFixed(0)} % of this machine, which spoils the figures` : '';
    say(`${name}${busy}`);
    const start = performance.now();
    const measured = await part(bench);
    const seconds = (performance.now() - start) / 1000;
    const result = { part: name, date: new Date().toISOString(), rounds, seconds, backgroundLoad: load, environment, ...measured };
    saveResult(result);
    results.push(result);
  }
  say(`\n${textTable(results)}`);
  if (rounds >= roundsToPublish) {
    const stored = Object.keys(parts).flatMap((name) => storedResult(name) ?? []);
    writeResults(stored.filter((result) => result.rounds >= roundsToPublish));
    say('\nwritten to test/bench/RESULTS.md');
  } else {
    say(`\nRESULTS.md is left as it is: that takes ${String(roundsToPublish)} rounds`);
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
process.exit();
