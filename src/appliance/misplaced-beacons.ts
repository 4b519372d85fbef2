/**
 * Beacons of a partner that come in where they do not belong: its port on one link and this box's on another are on the same LAN. Two
 * cables are swapped, or two LANs have become one.
 */
import type { Beacon } from '../health/index.ts';
import type { MonotonicMs } from '../wire/index.ts';
import type { Effect } from './effect.ts';
import { createLastingAlarms } from './lasting-alarms.ts';

/** A box and its partner have some ports each. */
const PLACES_MAX = 16;

export interface MisplacedBeacons {
  /** @param place the link that the interface is on here; undefined: the management link */
  heard(beacon: Beacon, interfaceName: string, place: string | undefined, now: MonotonicMs, effects: Effect[]): void;
  look(now: MonotonicMs, effects: Effect[]): void;
}

/** @param partnerName of a relationship, for display */
export function createMisplacedBeacons(partnerName: (relationship: string) => string): MisplacedBeacons {
  const alarms = createLastingAlarms(PLACES_MAX);
  return {
    heard({ relationship, link }, interfaceName, place, now, effects) {
      const here = place === undefined ? 'which is no port of a link that clients are on' : `which is on ${place}`;
      const describe = () =>
        ({
          severity: 'error',
          text: `cables are swapped, or two LANs have become one: what ${partnerName(relationship)} says on ${link} is heard on ${interfaceName}, ${here}`,
          advice: `Look where the cables of both boxes lead, and into which VLAN.`,
        }) as const;
      alarms.notice(`${relationship} ${link} cables ${interfaceName}`, describe, now, effects);
    },
    look(now, effects) {
      alarms.look(now, effects);
    },
  };
}
