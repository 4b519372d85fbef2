// The two boxes of the demonstration, and what they say of themselves when they are asked.

import type { LinkHealthReport } from '../../../src/control/index.ts';
import { startRelay } from '../network/relay.ts';
import { makeBox, type Box } from '../pair/box.ts';
import { cablesOf, type Cables } from '../pair/cables.ts';
import type { PairLab } from '../pair/lab.ts';
import { boxPlaces, type BoxName } from '../pair/place.ts';
import { letForward } from '../pair/routing.ts';
import { askBox } from '../pair/subjects/twinlease.ts';
import { eventually } from '../process/eventually.ts';
import { examplePair } from './example-pair.ts';

export interface DemoBox extends Box {
  /** `twinlease COMMAND...`, of this box. */
  ask(command: readonly string[]): Promise<string>;
  /** `twinlease show failover --json` */
  failover(): Promise<ShownRelationship>;
  /** Prefixes that its kernel routes to clients. */
  routedPrefixes(): Promise<string[]>;
  /** Leases that clients hold, as this box knows them. */
  liveLeases(): Promise<string[]>;
}

export interface DemoPair {
  readonly east: DemoBox;
  readonly west: DemoBox;
  readonly cables: Cables;
  /** Until each finds itself and its partner in NORMAL. */
  untilNormal(): Promise<void>;
}

/** What the demonstration reads of a relationship. */
interface ShownRelationship {
  readonly state: string;
  readonly partner: { readonly state?: string };
  readonly linkHealth: readonly LinkHealthReport[];
  readonly relayed: { readonly toPartner: number };
}

/** Marks the routes of Twinlease in the kernel. */
const routeProtocol = '229';
/** The example's lifetimes decide in the demonstration; what scenarios are paced by is not used. */
const lifetimes = { t1: 0, t2: 0, preferred: 0, valid: 0, mclt: 0 };
/** Both look for the partner for five seconds at their start, and the pairing comes before that. */
const normalWithinMs = 30_000;

/** Two boxes that were never started, with empty disks. */
export async function makePair(lab: PairLab): Promise<DemoPair> {
  const cables = cablesOf(lab);
  await letForward(lab);
  const shared = lab.addDirectory('shared');
  await examplePair.furnish(shared, ['east', 'west']);
  const make = (name: BoxName): DemoBox => {
    const namespace = lab.boxes[name];
    if (namespace === undefined) throw new Error(`the lab has no ${name}`);
    const disk = lab.addDirectory(name);
    const box = makeBox({ lab, cables, subject: examplePair, lifetimes, name, namespace, disk, shared, isRouter: true });
    const ask = (command: readonly string[]): Promise<string> => askBox(box.plan(), ...command);
    return {
      ...box,
      ask,
      async failover() {
        const [relationship] = JSON.parse(await ask(['show', 'failover', '--json'])) as readonly ShownRelationship[];
        if (relationship === undefined) throw new Error(`${name} has no relationship`);
        return relationship;
      },
      async routedPrefixes() {
        const routes = await namespace.run(['ip', '-6', 'route', 'show', 'proto', routeProtocol]);
        return routes.split('\n').flatMap((line) => /^(\S+) via fe80:/.exec(line)?.[1] ?? []);
      },
      async liveLeases() {
        const leases = JSON.parse(await ask(['show', 'leases', '--active', '--json'])) as readonly { readonly lease: string }[];
        return leases.map(({ lease }) => lease);
      },
    };
  };
  const [east, west] = [make('east'), make('west')];
  return {
    east,
    west,
    cables,
    async untilNormal() {
      await eventually(
        'both boxes to be in NORMAL',
        async () => {
          const seen = await Promise.all([east, west].map((box) => box.failover()));
          return seen.every(({ state, partner }) => state === 'NORMAL' && partner.state === 'NORMAL') ? true : undefined;
        },
        normalWithinMs,
      );
    },
  };
}

/** What clients of the branch say goes to both boxes. */
export async function startBranchRelay(lab: PairLab): Promise<void> {
  const towards = (box: BoxName): string => `${boxPlaces[box].onTransit}%wan`;
  await startRelay(lab.router, { lower: 'lan', upper: towards('east') }, lab.directory, ['-u', towards('west')]);
}
