/**
 * What each box saw of its partner's database (R-ST1). That a disk is an old copy can be found out only by a partner that saw a later
 * state of it.
 */
import { EndpointState } from '../../../src/failover/index.ts';
import type { DatabaseGeneration } from '../../../src/failover/index.ts';
import { ExtensionCode, FailoverMessageType, extensionOf } from '../../../src/wire/index.ts';
import type { DatabasePoint, FailoverMessage } from '../../../src/wire/index.ts';
import type { Box, BoxRun } from '../box/running-box.ts';
import type { BoxName } from '../schedule/schedule.ts';

export interface Sightings {
  /** A box has read its disk: what it saw before is what it had noted there. */
  starts(run: BoxRun): void;
  delivered(run: BoxRun, from: BoxName, message: FailoverMessage): void;
  /** What it heard counts as seen only when both are in NORMAL, from a partner that asks for what it lacks, or from one that tells what it was asked for. */
  stepped(run: BoxRun): void;
  /** Whether every partner of the box saw a later state than its disk has. */
  isOld(box: Box): boolean;
}

interface Sighting {
  heard: DatabasePoint | undefined;
  seen: DatabasePoint | undefined;
}

/** Who asks for what it lacks knows that, and acknowledges what it gets. */
const ASKS: readonly number[] = [FailoverMessageType.UPDREQ, FailoverMessageType.UPDREQALL];
/** Who tells what it was asked for has read what was seen of its database, and does not lack it. */
const TELLS: readonly number[] = [FailoverMessageType.BNDUPD, FailoverMessageType.UPDDONE];

export function createSightings(boxNamed: (name: BoxName) => Box): Sightings {
  const sightings = new Map<string, Sighting>();
  const nothing: Sighting = { heard: undefined, seen: undefined };
  const of = (seer: BoxName, seenBox: BoxName): Sighting => sightings.get(`${seer}${seenBox}`) ?? nothing;

  /** What a box that does not run will know when it does. */
  const noted = ({ disk }: Box, relationship: string): DatabasePoint | undefined => {
    const record = disk.endpoints.get(relationship);
    return record === undefined || record.partnerGeneration.length === 0 ? undefined : { generation: record.partnerGeneration, counter: record.partnerCounter };
  };

  return {
    starts(run) {
      for (const { relationship, partner } of run.partners) {
        sightings.set(`${run.box.plan.name}${partner}`, { heard: undefined, seen: noted(run.box, relationship) });
      }
    },
    delivered(run, from, message) {
      const isAsked = (): boolean => run.appliance.failover.relationships.some(({ partnerName, asking }) => partnerName === from && asking !== undefined);
      if (ASKS.includes(message.type) || (TELLS.includes(message.type) && isAsked())) {
        const sighting = of(run.box.plan.name, from);
        sighting.seen = sighting.heard ?? sighting.seen;
      }
      if (!('vendor' in message)) return;
      const database = extensionOf(message.vendor, ExtensionCode.DATABASE);
      if (database !== undefined) of(run.box.plan.name, from).heard = database.own;
    },
    stepped(run) {
      for (const { relationship, partner } of run.partners) {
        const sighting = of(run.box.plan.name, partner);
        if (sighting.heard === undefined || sighting.heard === sighting.seen) continue;
        const view = run.appliance.failover.relationship(relationship);
        if (view?.state === EndpointState.NORMAL && view.partnerState === EndpointState.NORMAL) sighting.seen = sighting.heard;
      }
    },
    isOld({ plan, disk, run }) {
      return (run?.partners ?? []).every(({ relationship, partner }) => {
        const seer = boxNamed(partner);
        const point = seer.run === undefined ? noted(seer, relationship) : of(partner, plan.name).seen;
        return point !== undefined && !isInHistory(point, disk.generations, disk.revision);
      });
    },
  };
}

function isInHistory({ generation, counter }: DatabasePoint, generations: readonly DatabaseGeneration[], revision: number): boolean {
  const at = generations.findIndex(({ id }) => id.every((octet, i) => octet === generation[i]));
  return at >= 0 && counter <= (generations[at + 1]?.start ?? revision);
}
