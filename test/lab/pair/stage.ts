// What a scenario works with: a lab with a running pair and a fleet of clients that all have their leases.

import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { failoverConnections, startCapture, type Capture } from '../capture/capture.ts';
import type { Namespace } from '../network/namespace.ts';
import { startRelay } from '../network/relay.ts';
import { eventually } from '../process/eventually.ts';
import { makeBox, type Box, type StageClocks } from './box.ts';
import { cablesOf, type Cables } from './cables.ts';
import { startFleet, type Fleet } from './fleet.ts';
import { clientPorts, openPairLab, type PairLab } from './lab.ts';
import { boxPlaces, port, type BoxName } from './place.ts';
import type { Pace } from './pace.ts';
import { makeRouters } from './routing.ts';
import { openSlowLink, type SlowLink } from './slow-link.ts';
import type { Subject } from './subjects/subject.ts';
import { startTraffic, type Traffic } from './traffic.ts';

export interface Stage {
  readonly east: Box;
  readonly west: Box;
  /** The second primary; rejects in a lab that has none. */
  readonly north: Box;
  readonly cables: Cables;
  readonly pace: Pace;
  /** Does something to the lab, and notes when. */
  readonly strike: (what: string, action: () => unknown) => Promise<void>;
  /** Lets clients live on for so many seconds. */
  readonly hold: (seconds: number) => Promise<void>;
  /** Waits until the boxes work together again. */
  readonly untilPaired: () => Promise<void>;
  /** Puts a bad cable in the place of the management link; gives what takes it away. */
  readonly slowManagement: (link: SlowLink) => Promise<() => Promise<void>>;
}

export interface Strike {
  readonly what: string;
  readonly at: number;
}

export interface OpenStage {
  readonly stage: Stage;
  readonly lab: PairLab;
  readonly boxes: readonly Box[];
  readonly fleet: Fleet;
  /** Where the boxes are routers, and somebody is there to notice. */
  readonly traffic: Traffic | undefined;
  readonly strikes: readonly Strike[];
  /** Of the management link, if it was needed. */
  readonly capture: Capture | undefined;
}

export interface StageNeeds {
  /** The clocks of the boxes can be set; undefined: nobody needs to. */
  readonly clocks?: StageClocks;
  /** Nobody but one client at a time on the LAN: no other one's messages show anything to the boxes. */
  readonly singleClient?: boolean;
  readonly secondPrimary?: boolean;
  readonly smallDisks?: boolean;
  /** A recording of what the boxes tell each other, from the first frame on. */
  readonly capture?: boolean;
}

const smallDiskMebibytes = 128;
const pairsWithinMs = 60_000;
/** After a fault that took a box's memory there is a wait of an MCLT, and both may have to talk for a while. */
const pairsAgainWithinMs = 120_000;

export function now(): number {
  return performance.timeOrigin + performance.now();
}

export async function openStage(
  subject: Subject,
  needs: StageNeeds,
  pace: Pace,
  say: (text: string) => void,
): Promise<OpenStage> {
  const lab = await openPairLab({ secondPrimary: needs.secondPrimary === true });
  try {
    const cables = cablesOf(lab);
    const names = Object.keys(lab.boxes) as BoxName[];
    const shared = lab.addDirectory('shared');
    await subject.furnish(shared, names);
    // A single client's messages are to be the only ones on its LAN.
    const isRouter = pace.withTraffic && subject.routes && needs.singleClient !== true;
    const upstream = isRouter ? await makeRouters(lab) : undefined;
    const boxes = names.map((name) => {
      const namespace = lab.boxes[name];
      if (namespace === undefined) throw new Error(`there is no ${name}`);
      const disk = join(lab.directory, name);
      if (needs.smallDisks === true) lab.addDisk(name, smallDiskMebibytes);
      else lab.addDirectory(name);
      return makeBox({ lab, cables, subject, lifetimes: pace.lifetimes, name, namespace, clocks: needs.clocks, disk, shared, isRouter });
    });
    const { west } = lab.boxes;
    const capture =
      needs.capture === true && west !== undefined ? await captureSessions(Object.values(lab.boxes), west, lab.directory) : undefined;
    await Promise.all(boxes.map((box) => box.start()));
    await startRelay(
      lab.router,
      { lower: 'lan', upper: `${boxPlaces.east.onTransit}%wan` },
      lab.directory,
      ['-u', `${boxPlaces.west.onTransit}%wan`],
    );
    await pairedWithin(subject, boxes, pairsWithinMs);
    const fleet = startFleet(lab, fleetPlan(pace, needs));
    await fleet.settled(30_000);
    const traffic = upstream === undefined ? undefined : await startTraffic(lab, upstream);
    await wait(1_000 * pace.settle);
    const strikes: Strike[] = [];
    const find = (name: BoxName): Box => {
      const box = boxes.find((each) => each.name === name);
      if (box === undefined) throw new Error(`this lab has no ${name}`);
      return box;
    };
    const stage: Stage = {
      east: find('east'),
      west: find('west'),
      get north() {
        return find('north');
      },
      cables,
      pace,
      strike: async (what, action) => {
        strikes.push({ what, at: now() });
        say(what);
        await action();
      },
      hold: (seconds) => wait(1_000 * seconds),
      untilPaired: () => pairedWithin(subject, boxes, pairsAgainWithinMs),
      slowManagement: (link) => openSlowLink(lab, cables, link),
    };
    return { stage, lab, boxes, fleet, traffic, strikes, capture };
  } catch (error) {
    lab.keepFiles();
    lab.close();
    throw new Error(`the lab did not come up (its files are in ${lab.directory})`, { cause: error });
  }
}

/**
 * No segment is larger than a frame of a real cable: a veth port carries up to 64 KiB at once, and tshark ends with a
 * segmentation fault when it finds more than 500 messages in one.
 */
async function captureSessions(boxes: readonly Namespace[], at: Namespace, directory: string): Promise<Capture> {
  await Promise.all(boxes.map((box) => box.ip([`link set ${port.management} gso_max_segs 1`])));
  return await startCapture(at, port.management, directory, failoverConnections);
}

async function pairedWithin(subject: Subject, boxes: readonly Box[], withinMs: number): Promise<void> {
  await eventually(
    'the boxes to work together',
    async () => {
      const paired = await Promise.all(boxes.map((box) => subject.isPaired(box.plan()).catch(() => false)));
      return paired.every(Boolean) ? true : undefined;
    },
    withinMs,
  );
}

function fleetPlan({ residents, probeEveryMs, newcomerEveryMs }: Pace, { secondPrimary = false, singleClient = false }: StageNeeds): Parameters<typeof startFleet>[1] {
  // The probe is gone when the next one comes; the resident has its lease, and renews it.
  if (singleClient) return { places: [{ name: 'lan b', interface: clientPorts.b, residents: 1, probeEveryMs: 2_100 }], newcomersAfterMs: 2_000 };
  const near = { probeEveryMs: 2 * probeEveryMs, newcomerEveryMs };
  const far = { probeEveryMs: 5 * probeEveryMs };
  const places = [
    { name: 'lan a', interface: clientPorts.a, residents: 0.4 * residents, ...near },
    { name: 'lan b', interface: clientPorts.b, residents: 0.4 * residents, ...near },
    { name: 'remote', interface: clientPorts.remote, residents: 0.2 * residents, ...far },
    ...(secondPrimary ? [{ name: 'annex', interface: clientPorts.annex, residents: 0.2 * residents, ...far }] : []),
  ];
  return { places, newcomersAfterMs: 2_000 };
}
