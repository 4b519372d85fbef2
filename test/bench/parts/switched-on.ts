import { spawn } from 'node:child_process';
import type { Bench, Part } from '../bench.ts';
import { onEnd } from '../cleanup.ts';
import { freshDirectory, nameServer, onClientSide } from '../lab.ts';
import { loadProgram } from '../load-programs.ts';
import { openPartnerLab } from '../partner-lab.ts';
import { startFullPair, startPair } from '../subjects/pair.ts';
import { start, type Subject } from '../subjects/subject.ts';
import { fullTwinlease, twinlease } from '../subjects/twinlease.ts';
import { bindingCost, measured, warmUp, type BindingCost } from './binding-cost.ts';

/** What there is, with nothing of it switched on, with all of it, and with clients that use it. */
const KINDS = ['plain', 'full', 'used'] as const;
type Kind = (typeof KINDS)[number];
/** The same of a pair; and with load balancing beside it. */
const PAIRED_KINDS = ['plain', 'full', 'divided'] as const;
type PairedKind = (typeof PAIRED_KINDS)[number];

interface Round {
  readonly alone: Readonly<Record<Kind, BindingCost>>;
  readonly paired: Readonly<Record<PairedKind, BindingCost>>;
}

/** Performance with everything on may be so much of that without. */
const COST_MAX = 1.05;
const RATE_MIN = 0.95;

export const switchedOn: Part = async (bench) => {
  openPartnerLab();
  startNameServer();
  const rounds: Round[] = [];
  for (let round = 0; round < bench.rounds; round++) {
    const turn = <T>(list: readonly T[]): readonly T[] => (round % 2 === 0 ? list : list.toReversed());
    const alone: Partial<Record<Kind, BindingCost>> = {};
    for (const kind of turn(KINDS)) alone[kind] = await aloneCost(bench, kind);
    const paired: Partial<Record<PairedKind, BindingCost>> = {};
    for (const kind of turn(PAIRED_KINDS)) paired[kind] = await pairedCost(bench, kind);
    rounds.push({ alone, paired } as Round);
    const text = (costs: Readonly<Record<string, BindingCost>>): string =>
      Object.entries(costs).map(([kind, { cpu, rate }]) => `${kind} ${cpu.toFixed(1)} us, ${rate.toFixed(0)}/s`).join('; ');
    bench.progress(`  round ${String(round + 1)}/${String(bench.rounds)} alone: ${text(alone)}; paired: ${text(paired)}`);
  }
  const of = (pick: (round: Round) => number): readonly number[] => rounds.map(pick);
  return {
    method:
      `load/exchanges.c, closed loop with 128 clients under way: ${measured.toLocaleString('en')} exchanges, after ${warmUp.toLocaleString('en')} unmeasured ones; three classes, DNS updates, Reconfigure and ` +
      'active leasequery configured; with load balancing 1 % of the clients are passed on to the partner; clients that use it say a vendor class, a name and Reconfigure Accept, and load/names.c says yes to each UPDATE',
    findings: [
      { figure: 'CPU time of a box with everything switched on, over that without', unit: 'times', twinlease: of(({ alone }) => alone.full.cpu / alone.plain.cpu), target: { of: 'twinlease', comparison: '<=', limit: COST_MAX } },
      { figure: 'its rate, over that without', unit: 'times', twinlease: of(({ alone }) => alone.full.rate / alone.plain.rate), target: { of: 'twinlease', comparison: '>=', limit: RATE_MIN } },
      { figure: 'CPU time of the first of a pair with everything switched on, over that without', unit: 'times', twinlease: of(({ paired }) => paired.full.cpu / paired.plain.cpu), target: { of: 'twinlease', comparison: '<=', limit: COST_MAX } },
      { figure: 'rate of that pair, both boxes on one core, over that without', unit: 'times', twinlease: of(({ paired }) => paired.full.rate / paired.plain.rate), target: { of: 'twinlease', comparison: '>=', limit: RATE_MIN } },
      { figure: 'CPU time of the first of a pair with load balancing as well, over that without anything', unit: 'times', twinlease: of(({ paired }) => paired.divided.cpu / paired.plain.cpu) },
      { figure: 'CPU time of a box without, alone', unit: 'us/exchange', twinlease: of(({ alone }) => alone.plain.cpu) },
      { figure: 'CPU time of a box with everything on and clients that use it, names entered', unit: 'us/exchange', twinlease: of(({ alone }) => alone.used.cpu) },
    ],
    raw: rounds,
  };
};

async function aloneCost(bench: Bench, kind: Kind): Promise<BindingCost> {
  const subject: Subject = kind === 'plain' ? twinlease : fullTwinlease;
  const server = await start(subject, freshDirectory(bench.workDirectory, `${subject.name}-${kind}`));
  const cost = await bindingCost(server, kind === 'used');
  await server.stop();
  return cost;
}

async function pairedCost(bench: Bench, kind: PairedKind): Promise<BindingCost> {
  const pair = kind === 'plain' ? await startPair(twinlease, bench.workDirectory, 'server') : await startFullPair(kind === 'divided', bench.workDirectory, 'server');
  const cost = await bindingCost(pair.server);
  await pair.stop();
  return cost;
}

let isNaming = false;

/** It runs until the bench ends; as long as nobody asks it, it costs nothing. */
function startNameServer(): void {
  if (isNaming) return;
  isNaming = true;
  const [program, ...rest] = onClientSide(loadProgram('names'), nameServer);
  const child = spawn(program, rest, { stdio: ['ignore', 'ignore', 'inherit'] });
  onEnd(() => child.kill('SIGKILL'));
}
