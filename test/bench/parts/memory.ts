import type { Bench, Both, Part } from '../bench.ts';
import type { Finding, Target } from '../finding.ts';
import { directoryBytes, freshDirectory } from '../lab.ts';
import { fill } from '../load-programs.ts';
import { memoryOf, type Memory } from '../process-figures.ts';
import { sleep } from '../run-command.ts';
import { kea } from '../subjects/kea.ts';
import { start, type Subject } from '../subjects/subject.ts';
import { twinlease } from '../subjects/twinlease.ts';

const levels = [0, 10_000, 100_000, 1_000_000];
const targets: ReadonlyMap<number, Target> = new Map([
  [100_000, { of: 'ratio', comparison: '<=', limit: 1 }],
  [1_000_000, { of: 'ratio', comparison: '<=', limit: 0.5 }],
]);

/** Longer than two of the daemon's intervals between looks at what can be given back: in the first it was not at rest. */
const restMilliseconds = 21_000;

interface Step {
  readonly leases: number;
  /** A second after the leases were given out live. */
  readonly live: Memory;
  /** When the server has had nothing to do for a while. */
  readonly atRest: Memory;
  /** After a restart on them. */
  readonly restarted: Memory;
  readonly startMilliseconds: number;
  readonly diskBytes: number;
}

/** Fill a server level by level; at each, read its memory, restart it, and read again. */
async function climb(bench: Bench, subject: Subject): Promise<Step[]> {
  const directory = freshDirectory(bench.workDirectory, subject.name);
  const steps: Step[] = [];
  let server = await start(subject, directory);
  let leases = 0;
  for (const level of levels) {
    if (level > leases) await fill(level - leases);
    leases = level;
    await sleep(1000);
    const live = memoryOf(server.pid);
    await sleep(restMilliseconds);
    const atRest = memoryOf(server.pid);
    await server.stop();
    server = await start(subject, directory);
    await sleep(1000);
    const step = {
      leases,
      live,
      atRest,
      restarted: memoryOf(server.pid),
      startMilliseconds: server.readyAfter,
      diskBytes: directoryBytes(directory),
    };
    steps.push(step);
    bench.progress(
      `  ${subject.name.padEnd(9)} ${String(leases).padStart(7)} leases: ${live.resident.toFixed(0)} MiB live, ` +
        `${atRest.resident.toFixed(0)} MiB at rest, ${step.restarted.resident.toFixed(0)} MiB after a restart in ${step.startMilliseconds.toFixed(0)} ms`,
    );
  }
  await server.stop();
  return steps;
}

function rows(results: Both<Step[]>, level: number): Finding[] {
  const of = (name: 'twinlease' | 'kea', pick: (step: Step) => number): number[] =>
    results[name].flatMap((steps) => steps.filter((step) => step.leases === level).map(pick));
  const row = (figure: string, pick: (step: Step) => number, target?: Target): Finding => ({
    figure: `${figure}, ${level.toLocaleString('en')} leases`,
    unit: 'MiB',
    twinlease: of('twinlease', pick),
    kea: of('kea', pick),
    ...(target === undefined ? {} : { target }),
  });
  return [
    row('RSS at rest', (step) => step.atRest.resident, targets.get(level)),
    row('of that anonymous (no file behind it)', (step) => step.atRest.anonymous),
    row('RSS a second after the last lease', (step) => step.live.resident),
    row('RSS after a restart', (step) => step.restarted.resident),
  ];
}

export const memory: Part = async (bench) => {
  const results: Both<Step[]> = { twinlease: [], kea: [] };
  for (const subject of [twinlease, kea]) results[subject.name].push(await climb(bench, subject));
  return {
    method:
      'one climb each: leases given out live (load/exchanges.c, closed loop), VmRSS a second and 22 s later; then a restart on them and VmRSS a second after the first answer. The levels after a restart go on from there',
    findings: levels.flatMap((level) => rows(results, level)),
    raw: results,
  };
};
