/**
 * Beacons of a partner that come in where they do not belong: its port on one link and this box's on another are on the same LAN. Two
 * cables are swapped, or two LANs have become one.
 */
import type { Beacon } from '../health/index.ts';
import type { MonotonicMs } from '../wire/index.ts';
import type { Effect } from './effect.ts';

/** The condition lasts so long beyond the last of them. */
const LASTS_MS = 60_000;
/** A box and its partner have some ports each. */
const PLACES_MAX = 16;

export interface MisplacedBeacons {
  /** @param place the link that the interface is on here; undefined: the management link */
  heard(beacon: Beacon, interfaceName: string, place: string | undefined, now: MonotonicMs, effects: Effect[]): void;
  look(now: MonotonicMs, effects: Effect[]): void;
}

interface Misplaced {
  readonly alarm: Effect & { kind: 'alarm' };
  lastAt: MonotonicMs;
}

/** @param partnerName of a relationship, for display */
export function createMisplacedBeacons(partnerName: (relationship: string) => string): MisplacedBeacons {
  const known = new Map<string, Misplaced>();
  return {
    heard({ relationship, link }, interfaceName, place, now, effects) {
      const id = `${relationship} ${link} cables ${interfaceName}`;
      const before = known.get(id);
      if (before !== undefined) {
        before.lastAt = now;
        return;
      }
      if (known.size >= PLACES_MAX) return;
      const here = place === undefined ? 'which is no port of a link that clients are on' : `which is on ${place}`;
      const alarm = {
        kind: 'alarm',
        id,
        raised: true,
        severity: 'error',
        text: `cables are swapped, or two LANs have become one: what ${partnerName(relationship)} says on ${link} is heard on ${interfaceName}, ${here}`,
        advice: `Look where the cables of both boxes lead, and into which VLAN.`,
      } as const;
      known.set(id, { alarm, lastAt: now });
      effects.push(alarm);
    },
    look(now, effects) {
      for (const [id, { alarm, lastAt }] of known) {
        if (now - lastAt < LASTS_MS) continue;
        known.delete(id);
        effects.push({ ...alarm, raised: false });
      }
    },
  };
}
