// `make simulate`: runs schedules from fresh or given seeds and prints the first that fails, made short.
// SEEDS=n how many, FIRST=k the first seed; SEED=k one seed, with TRACE=1 all that happened.

import { createCoverage, describeCoverage } from './coverage.ts';
import { drawDiagram } from './trace/diagram.ts';
import { describeSchedule } from './schedule/describe.ts';
import { generateSchedule } from './schedule/generate.ts';
import type { Schedule } from './schedule/schedule.ts';
import { shrink } from './schedule/shrink.ts';
import { runSeeds } from './seeds.ts';
import { simulate } from './simulation.ts';

const DEFAULT_SEEDS = 1_000;
const TRACE_TAIL = 60;
/** A CONTACT that says nothing else. */
const SIGN_OF_LIFE = /^CONTACT \S+$/;

function main(): void {
  const { SEED, TRACE } = process.env;
  if (SEED !== undefined) replay(numberFrom('SEED', SEED), TRACE === '1');
  else search(numberFrom('FIRST', process.env['FIRST'] ?? '1'), numberFrom('SEEDS', process.env['SEEDS'] ?? String(DEFAULT_SEEDS)));
}

function replay(seed: number, isTraced: boolean): void {
  const schedule = generateSchedule(seed);
  const { violation, trace, endedMs, steps, grants } = simulate(schedule, { traced: isTraced });
  console.log(describeSchedule(schedule));
  if (isTraced) console.log(`\n${drawDiagram(trace)}`);
  console.log(`\nseed ${seed}: ${violation?.message ?? 'nothing is wrong'} (${(endedMs / 1_000).toFixed(3)} s, ${steps} steps, ${grants} leases given)`);
  if (violation !== undefined) fail(schedule);
}

function search(first: number, count: number): void {
  const started = performance.now();
  const coverage = createCoverage();
  const result = runSeeds(first, (done) => done.seeds < count, coverage);
  const elapsed = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage();
  console.log(
    `${result.seeds} schedules from seed ${first} in ${elapsed.toFixed(1)} s (${((user + system) / 1e6).toFixed(1)} s of CPU time): ${(result.seeds / elapsed).toFixed(1)} schedules/s, ` +
      `${Math.round(result.steps / elapsed)} steps/s, ${Math.round(result.simulatedMs / 1_000 / elapsed)} times real time, ${result.faults} faults, ${result.grants} leases given`,
  );
  if (process.env['COVERAGE'] === '1') console.log(describeCoverage(coverage));
  if (result.failed === undefined) return;
  console.log(`seed ${result.failed.schedule.seed} fails: ${result.failed.violation.message}`);
  fail(result.failed.schedule);
}

function fail(schedule: Schedule): void {
  process.exitCode = 1;
  const shortened = shrink(schedule);
  const { violation, trace } = simulate(shortened, { traced: true });
  console.log(`\nmade as short as it can be:\n${describeSchedule(shortened)}`);
  console.log(`\n${drawDiagram(trace.filter(({ text }) => !SIGN_OF_LIFE.test(text)).slice(-TRACE_TAIL))}\n${violation?.stack ?? ''}`);
  if (violation?.cause instanceof Error) console.log(violation.cause.stack);
  console.log(`\nall of it: make simulate SEED=${schedule.seed} TRACE=1`);
}

function numberFrom(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${name} is a whole number, not "${text}"`);
  return value;
}

main();
