/** Plays a scene: a schedule without chance, a script beside it, and a record of what was seen. */
import { strict as assert } from 'node:assert';
import { NO_SLOT } from '../../../src/lease/index.ts';
import type { BindingStatus } from '../../../src/lease/index.ts';
import { EndpointState, endpointStateName } from '../../../src/failover/index.ts';
import type { FailoverMessage } from '../../../src/wire/index.ts';
import type { BoxRun } from '../box/running-box.ts';
import type { Client } from '../client/client.ts';
import type { HeldLease, IaKind } from '../client/lease.ts';
import type { ServerAnswer } from '../client/reply.ts';
import { createCoverage } from '../coverage.ts';
import type { Coverage } from '../coverage.ts';
import type { BoxName, ClientAction, ClientPlan, Fault, LinkName, Noise, Schedule } from '../schedule/schedule.ts';
import type { VariantName } from '../schedule/variants.ts';
import { simulate } from '../simulation.ts';
import type { Outcome } from '../simulation.ts';
import { drawDiagram } from '../trace/diagram.ts';
import { leaseName } from '../world/lease-key.ts';
import type { World } from './scene.ts';

export interface Script {
  readonly variant: VariantName;
  readonly clients: readonly ClientPlan[];
  readonly faults?: readonly Fault[];
  /** When all is put right. */
  readonly healMs: number;
  readonly settleMs: number;
  readonly commitMs?: Readonly<Partial<Record<BoxName, number>>>;
  /** What else happens, and when. */
  readonly happens?: (world: World) => void;
  /** A step of a box was carried out. */
  readonly stepped?: (run: BoxRun) => void;
}

/** A change of state of the endpoint of a box. */
export interface Change {
  readonly atMs: number;
  readonly box: BoxName;
  /** As RFC 8156 writes them: "NORMAL -> PARTNER-DOWN". */
  readonly text: string;
}

/** A client got a lease, or has it for longer. */
export interface Holding {
  readonly atMs: number;
  readonly client: number;
  readonly name: string;
  readonly lease: HeldLease;
}

/** What a partner told a box. */
export interface Received {
  readonly atMs: number;
  readonly box: BoxName;
  readonly message: FailoverMessage;
}

export interface Played {
  readonly received: readonly Received[];
  readonly outcome: Outcome;
  readonly answers: readonly ServerAnswer[];
  readonly changes: readonly Change[];
  readonly holdings: readonly Holding[];
  readonly coverage: Coverage;
}

const SECOND_MS = 1_000;
const CALM: Noise = { lossPermille: 0, duplicatePermille: 0, delayMs: { low: 2, high: 2 } };

/** The life that the script describes: it breaks no invariant, or the scene fails. */
export function play(script: Script): Played {
  const { variant, clients, faults = [], healMs, settleMs, commitMs = {} } = script;
  const schedule: Schedule = {
    seed: 1,
    variant,
    boxes: (['A', 'B'] as const).map((name) => ({ name, startMs: 0, driftPpm: 0, clockErrorMs: 0, commitMs: { low: commitMs[name] ?? 5, high: commitMs[name] ?? 5 } })),
    clients,
    noise: CALM,
    faults,
    healMs,
    settleMs,
  };
  const answers: ServerAnswer[] = [];
  const changes: Change[] = [];
  const holdings: Holding[] = [];
  const received: Received[] = [];
  const states = new Map<BoxRun, EndpointState>();
  const coverage = createCoverage();
  let nowMs = (): number => 0;
  const outcome = simulate(schedule, {
    traced: process.env['TRACE'] === '1',
    coverage,
    scene: {
      begins(world) {
        nowMs = () => world.queue.nowMs;
        script.happens?.(world);
      },
      answered: (answer) => answers.push(answer),
      stepped(run) {
        script.stepped?.(run);
        const [view] = run.appliance.failover.relationships;
        const before = states.get(run) ?? EndpointState.STARTUP;
        if (view === undefined || view.state === before) return;
        states.set(run, view.state);
        changes.push({ atMs: nowMs(), box: run.box.plan.name, text: `${endpointStateName(before)} -> ${endpointStateName(view.state)}` });
      },
      delivered: (run, message) => received.push({ atMs: nowMs(), box: run.box.plan.name, message }),
      holds: ({ number }, lease) => holdings.push({ atMs: nowMs(), client: number, name: leaseName(lease), lease }),
    },
  });
  if (process.env['TRACE'] === '1') console.log(drawDiagram(outcome.trace));
  assert.equal(outcome.violation, undefined, outcome.violation?.message);
  return { received, outcome, answers, changes, holdings, coverage };
}

/** A client that takes the first offer, from this second on. */
export function clientFrom(second: number, number: number, kinds: readonly IaKind[], actions: readonly ClientAction[] = [], link: LinkName = 'lan'): ClientPlan {
  return {
    number,
    link,
    ias: kinds.map((kind, i) => ({ kind, iaid: i + 1 })),
    rapidCommit: false,
    isHasty: true,
    declinePermille: 0,
    actions: [{ kind: 'start', atMs: second * SECOND_MS }, ...actions],
  };
}

/** The boxes lose each other at once, and for so long. */
export function apart(fromSecond: number, forSeconds: number): readonly Fault[] {
  const between = ['A', 'B'] as const;
  return [
    { kind: 'cutManagement', between, atMs: fromSecond * SECOND_MS, forMs: forSeconds * SECOND_MS, direction: 'both' },
    { kind: 'resetConnections', between, atMs: fromSecond * SECOND_MS },
  ];
}

export function at({ queue }: World, second: number, happen: () => void): void {
  queue.at(second * SECOND_MS, happen);
}

/** The state of the endpoint of a box that runs. */
export function stateOf(world: World, name: BoxName): string {
  return endpointStateName(runOf(world, name).appliance.failover.relationships[0]?.state ?? 0);
}

export function runOf({ boxNamed }: World, name: BoxName): BoxRun {
  const { run } = boxNamed(name);
  assert.ok(run !== undefined, `${name} runs`);
  return run;
}

/** What a box has on record of a lease. */
export function recordOf(world: World, name: BoxName, { address, prefixLength }: HeldLease): { readonly status: BindingStatus | undefined; readonly endsMs: number; readonly client: number } {
  const { leases } = runOf(world, name).appliance;
  const slot = leases.find(address, 0, prefixLength);
  if (slot === NO_SLOT) return { status: undefined, endsMs: 0, client: 0 };
  const { status, stateExpirationTime, duid } = leases.read(slot);
  const { epoch } = runOf(world, name).now();
  return { status, endsMs: world.queue.nowMs + (stateExpirationTime - epoch) * SECOND_MS, client: ((duid.at(-2) ?? 0) << 8) | (duid.at(-1) ?? 0) };
}

export function clientOf({ clients }: World, number: number): Client {
  const client = clients.get(number);
  assert.ok(client !== undefined);
  return client;
}

/** What the client holds now. */
export function leaseOf(world: World, number: number, kind: IaKind): HeldLease {
  const lease = clientOf(world, number).ias.find((ia) => ia.kind === kind)?.lease;
  assert.ok(lease !== undefined, `client ${String(number)} has a lease`);
  return lease;
}
