// One scenario with one subject, from an empty lab to its figures.

import { setTimeout as wait } from 'node:timers/promises';
import { figuresOf, type Figures } from '../fleet/figures.ts';
import type { Pace } from './pace.ts';
import type { Scenario } from './scenario.ts';
import { now, openStage, type OpenStage } from './stage.ts';
import { longestGap, type Flow } from './traffic.ts';
import type { Subject } from './subjects/subject.ts';

export interface Outcome {
  readonly scenario: string;
  readonly figures: Figures | undefined;
  /** Leases that one box counts as held and its partner does not, when all was quiet again. */
  readonly disagreements: number;
  /** How long a host's traffic failed at most, in seconds: from its address, and from its delegated prefix. */
  readonly traffic: Readonly<Record<Flow, number>> | undefined;
  /** How late the fleet's own timers were at most, in milliseconds: the figures are no more exact than that. */
  readonly latestTimer: number;
  /** What was not as it must be; empty when the scenario passed. */
  readonly faults: readonly string[];
  /** Where the logs are, when it did not pass. */
  readonly directory: string | undefined;
  readonly seconds: number;
}

/** Time for the last updates to reach the partner when the fleet has fallen silent. */
const quietMs = 3_000;

export async function runScenario(
  subject: Subject,
  scenario: Scenario,
  pace: Pace,
  say: (text: string) => void,
): Promise<Outcome> {
  const began = now();
  let open: OpenStage;
  try {
    open = await openStage(subject, scenario.needs ?? {}, pace, say);
  } catch (error) {
    return failed(scenario, [reason(error)], began);
  }
  const { stage, lab, boxes, fleet, traffic, strikes } = open;
  const trouble: string[] = [];
  try {
    await scenario.run(stage);
  } catch (error) {
    trouble.push(reason(error));
  }
  try {
    await stage.hold(pace.after);
    const until = now();
    const gaps = await traffic?.end();
    const { latestTimer } = await fleet.end();
    await wait(quietMs);
    const states = await Promise.all(boxes.map(async (box) => `${box.name} ${await subject.state(box.plan()).catch(() => 'mute')}`));
    say(states.join('; '));
    const disagreements = await disagreementsOf(open, subject).catch(() => NaN);
    const at = strikes.map((strike) => strike.at);
    const from = at[0] ?? until;
    const outages = gaps === undefined ? undefined : { host: longestGap(gaps, 'host', from), prefix: longestGap(gaps, 'prefix', from) };
    const figures = figuresOf(fleet.events, { from, until, strikes: at });
    const died = boxes.flatMap((box) => (box.died === undefined ? [] : [`${box.name} died: ${box.died}`]));
    const faults = [...trouble, ...died, ...faultsOf(scenario, pace, figures, disagreements), ...trafficFaults(scenario, outages)];
    const passed = faults.length === 0;
    if (!passed) lab.keepFiles();
    return {
      scenario: scenario.name, figures, disagreements, traffic: outages, latestTimer, faults,
      directory: passed ? undefined : lab.directory, seconds: (now() - began) / 1_000,
    };
  } catch (error) {
    lab.keepFiles();
    return { ...failed(scenario, [...trouble, reason(error)], began), directory: lab.directory };
  } finally {
    lab.close();
  }
}

function failed(scenario: Scenario, faults: readonly string[], began: number): Outcome {
  return {
    scenario: scenario.name, figures: undefined, disagreements: NaN, traffic: undefined, latestTimer: NaN, faults,
    directory: undefined, seconds: (now() - began) / 1_000,
  };
}

function faultsOf(scenario: Scenario, pace: Pace, figures: Figures, disagreements: number): string[] {
  const { duplicates, changed, expired, probes } = figures;
  const must = (holds: boolean, complaint: string): string[] => (holds ? [] : [complaint]);
  const within = scenario.newClientWithin(pace) + pace.slack;
  return [
    ...must(duplicates.length === 0, `${duplicates.length} duplicate leases, the first ${duplicates[0]?.lease ?? ''}`),
    ...must(changed.length === 0, `${changed.length} changed leases, the first ${changed[0]?.from ?? ''} to ${changed[0]?.to ?? ''}`),
    ...must(expired === 0, `${expired} expired leases`),
    ...must(probes.came > 0, 'no new client came'),
    ...must(probes.longest <= within, `a new client waited ${probes.longest.toFixed(1)} s, at most ${within} s were allowed`),
    ...must(disagreements === 0, Number.isNaN(disagreements) ? 'the boxes would not tell their leases' : `the boxes disagree about ${disagreements} leases`),
  ];
}

function trafficFaults({ trafficWithin }: Scenario, outages: Outcome['traffic']): string[] {
  if (trafficWithin === undefined || outages === undefined) return [];
  return Object.entries(outages).flatMap(([flow, seconds]) =>
    seconds <= trafficWithin ? [] : [`the traffic of the ${flow} failed for ${seconds.toFixed(1)} s, at most ${trafficWithin} s were allowed`]);
}

/** A lease that ends sooner may end between two looks, or may have ended on one box when its last update was on the way. */
const aboutToEnd = 8;

/** How many leases are not known to exactly two boxes. */
export async function disagreementsOf({ boxes }: OpenStage, subject: Subject): Promise<number> {
  if (subject.name === 'unpaired') return 0;
  const tables = await Promise.all(boxes.map((box) => subject.leases(box.plan())));
  const knownTo = new Map<string, number>();
  for (const { name } of tables.flat()) knownTo.set(name, (knownTo.get(name) ?? 0) + 1);
  const lasting = new Set(tables.flat().flatMap(({ name, left }) => (left > aboutToEnd ? [name] : [])));
  return [...lasting].filter((name) => knownTo.get(name) !== 2).length;
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${reason(error.cause)}`;
}
