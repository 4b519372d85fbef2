// `make profile`: where the daemon's time goes. It runs under --cpu-prof while perfdhcp asks for RATE
// exchanges a second (default 8000) during SECONDS (default 8), after a warm-up. Prints the functions with
// the most self time and the CPU time of each kind of thread, both in microseconds an exchange.
// The profile itself stays in .cache/bench/profile for a viewer. PAIR=1 profiles the first box of a pair
// as the bench's part `pair` loads it: both boxes on core 0, 128 clients under way.

import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import './cleanup.ts';
import { freshDirectory, openLab, openWorkDirectory } from './lab.ts';
import { compileLoadPrograms, fill } from './load-programs.ts';
import { openPartnerLab } from './partner-lab.ts';
import { perfdhcp } from './perfdhcp.ts';
import { threadCpuMicroseconds } from './process-figures.ts';
import { startPair } from './subjects/pair.ts';
import { startProgram } from './subjects/subject.ts';
import { twinlease } from './subjects/twinlease.ts';

const rate = Number(process.env['RATE'] ?? 8000);
const seconds = Number(process.env['SECONDS'] ?? 8);
const isPair = process.env['PAIR'] !== undefined;
const pairExchanges = 40_000;
const shown = Number(process.env['TOP'] ?? 25);
const profileDirectory = new URL('../../.cache/bench/profile/', import.meta.url).pathname;

/** The parts of a V8 CPU profile that are read here: a sample names the node that was running for its time. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
  readonly startTime: number;
}

/** Self time by function, microseconds, of the samples taken between two moments of the profile's own time. */
function selfTimes(profile: CpuProfile, from: number, until: number): Map<string, number> {
  const names = new Map(
    profile.nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => {
      const where = url === '' ? '' : ` ${url.split('/').at(-1) ?? url}:${String(lineNumber + 1)}`;
      return [id, `${functionName === '' ? '(anonymous)' : functionName}${where}`];
    }),
  );
  const times = new Map<string, number>();
  let now = profile.startTime;
  profile.samples.forEach((id, index) => {
    // A sample's delta is the time since the one before it, which ran until now.
    now += profile.timeDeltas[index] ?? 0;
    if (now < from || now > until) return;
    const name = names.get(id) ?? '?';
    times.set(name, (times.get(name) ?? 0) + (profile.timeDeltas[index + 1] ?? 0));
  });
  return times;
}

function threadTotals(pid: number): Map<string, number> {
  const totals = new Map<string, number>();
  for (const { name, cpu } of threadCpuMicroseconds(pid)) totals.set(name, (totals.get(name) ?? 0) + cpu);
  return totals;
}

function profileOf(pid: number): CpuProfile {
  const file = readdirSync(profileDirectory).find((name) => name.includes(`.${String(pid)}.`) && name.endsWith('.cpuprofile'));
  if (file === undefined) throw new Error('the daemon left no profile: did it end cleanly?');
  return JSON.parse(readFileSync(profileDirectory + file, 'utf8')) as CpuProfile;
}

/** The profile's clock (CLOCK_MONOTONIC, microseconds). */
function profileClock(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

function line(value: number, total: number, name: string): void {
  process.stdout.write(`${value.toFixed(2).padStart(8)}  ${((100 * value) / total).toFixed(1).padStart(5)} %  ${name}\n`);
}

openLab();
await compileLoadPrograms();
const directory = freshDirectory(openWorkDirectory(), 'profile');
rmSync(profileDirectory, { recursive: true, force: true });
mkdirSync(profileDirectory, { recursive: true });
const environment = { NODE_OPTIONS: `--cpu-prof --cpu-prof-interval=1000 --cpu-prof-dir=${profileDirectory}` };

interface Profiled {
  readonly pid: number;
  stop(): Promise<void>;
}

async function startAlone(): Promise<Profiled> {
  return await startProgram('twinlease', twinlease.prepare(directory).command, environment, `${directory}/log`);
}

async function startPaired(): Promise<Profiled> {
  openPartnerLab();
  // The partner leaves a profile as well, which is told from this one by its pid.
  Object.assign(process.env, environment);
  const both = await startPair(twinlease, directory, 'server');
  return { pid: both.server.pid, stop: () => both.stop() };
}

interface Run {
  readonly rate: number;
  readonly exchanges: number;
  readonly dropped: number;
}

async function fillPair(): Promise<Run> {
  const { rate: filled } = await fill(pairExchanges);
  return { rate: filled, exchanges: pairExchanges, dropped: 0 };
}

const server = await (isPair ? startPaired() : startAlone());
await fill(20_000);

const threadsBefore = threadTotals(server.pid);
const from = profileClock();
const run = isPair ? await fillPair() : await perfdhcp(rate, seconds);
const until = profileClock();
const threadsAfter = threadTotals(server.pid);
await server.stop();

process.stdout.write(
  `${run.rate.toFixed(0)} exchanges/s for ${((until - from) / 1e6).toFixed(1)} s, ${(100 * run.dropped).toFixed(2)} % dropped\n\n` +
    'CPU time by thread (us/exchange; sampling adds some)\n',
);
const threads = [...threadsAfter].map(([name, cpu]) => ({ name, cpu: (cpu - (threadsBefore.get(name) ?? 0)) / run.exchanges }));
const threadsTotal = threads.reduce((sum, { cpu }) => sum + cpu, 0);
for (const { name, cpu } of threads.toSorted((a, b) => b.cpu - a.cpu)) line(cpu, threadsTotal, name);

const times = [...selfTimes(profileOf(server.pid), from, until)].filter(([name]) => name !== '(idle)');
const total = times.reduce((sum, [, time]) => sum + time, 0) / run.exchanges;
process.stdout.write(`\nmain thread by function, self time (us/exchange), ${total.toFixed(1)} in all\n`);
for (const [name, time] of times.toSorted((a, b) => b[1] - a[1]).slice(0, shown)) line(time / run.exchanges, total, name);
process.exit();
