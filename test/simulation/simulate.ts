// `make simulate`: runs schedules from fresh or given seeds and prints the first that fails, made short.
// SEEDS=n how many, FIRST=k the first seed, JOBS=n on so many threads, KEEP_GOING=1 beyond those that fail, COVERAGE=1 what was
// exercised; SEED=k one seed, with TRACE=1 all that happened. What schedules from a seed on have: schedule/seed-ranges.ts.

import { describeCoverage } from './coverage.ts';
import { drawDiagram } from './trace/diagram.ts';
import { describeSchedule } from './schedule/describe.ts';
import { generateSchedule } from './schedule/generate.ts';
import type { Schedule } from './schedule/schedule.ts';
import { shrink } from './schedule/shrink.ts';
import { search } from './search.ts';
import type { SeedsDone } from './seeds.ts';
import { simulate } from './simulation.ts';

const DEFAULT_SEEDS = 1_000;
/** From here on most schedules of two boxes and more tell a story. */
const DEFAULT_FIRST = 1_000_000;
/** In a long search. */
const SCHEDULES_PER_LINE = 2_000;
const TRACE_TAIL = 60;
/** A CONTACT that says nothing else. */
const SIGN_OF_LIFE = /^CONTACT \S+$/;

async function main(): Promise<void> {
  const { SEED, TRACE } = process.env;
  if (SEED !== undefined) replay(numberFrom('SEED', SEED), TRACE === '1');
  else await searchSeeds(numberFrom('FIRST', process.env['FIRST'] ?? String(DEFAULT_FIRST)), numberFrom('SEEDS', process.env['SEEDS'] ?? String(DEFAULT_SEEDS)));
}

function replay(seed: number, isTraced: boolean): void {
  const schedule = generateSchedule(seed);
  const { violation, trace, endedMs, steps, grants } = simulate(schedule, { traced: isTraced });
  console.log(describeSchedule(schedule));
  if (isTraced) console.log(`\n${drawDiagram(trace)}`);
  console.log(`\nseed ${seed}: ${violation?.message ?? 'nothing is wrong'} (${(endedMs / 1_000).toFixed(3)} s, ${steps} steps, ${grants} leases given)`);
  if (violation !== undefined) fail(schedule);
}

async function searchSeeds(first: number, count: number): Promise<void> {
  const { JOBS, KEEP_GOING, COVERAGE } = process.env;
  const keepsGoing = KEEP_GOING === '1';
  const started = performance.now();
  let saidAt = 0;
  let soFar: Readonly<SeedsDone> | undefined;
  const summary = (done: Readonly<SeedsDone>): string => {
    const elapsed = (performance.now() - started) / 1_000;
    const { user, system } = process.cpuUsage();
    return (
      `${done.seeds} schedules from seed ${first} in ${elapsed.toFixed(1)} s (${((user + system) / 1e6).toFixed(1)} s of CPU time): ${(done.seeds / elapsed).toFixed(1)} schedules/s, ` +
      `${Math.round(done.steps / elapsed)} steps/s, ${Math.round(done.simulatedMs / 1_000 / elapsed)} times real time, ${done.faults} faults (${done.faultsMin} or more in each), ` +
      `${done.grants} leases given, ${done.failing.length} schedules fail`
    );
  };
  const say = (done: Readonly<SeedsDone>): void => {
    console.log(summary(done));
    if (COVERAGE === '1' || keepsGoing) console.log(describeCoverage(done.coverage));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      if (soFar !== undefined) say(soFar);
      process.exit(1);
    });
  }
  const done = await search({
    first,
    count,
    jobs: numberFrom('JOBS', JOBS ?? '1'),
    keepsGoing,
    progress: (sum, portion) => {
      soFar = sum;
      for (const { seed, message } of portion.failing) console.log(`seed ${seed} fails: ${message}`);
      if (sum.seeds - saidAt < SCHEDULES_PER_LINE) return;
      saidAt = sum.seeds;
      console.log(summary(sum));
    },
  });
  say(done);
  const [failing] = done.failing;
  if (failing === undefined) return;
  process.exitCode = 1;
  if (!keepsGoing) fail(generateSchedule(failing.seed));
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

await main();
