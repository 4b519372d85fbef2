// What can happen to the lab's cables.

import type { Namespace } from '../network/namespace.ts';
import { bridgeOf, endOf, type Cable, type PairLab } from './lab.ts';
import type { BoxName } from './place.ts';

/**
 * `pulled`: the port has no carrier, and its box can tell. The others are as if a switch lost what it should pass on, and the port has
 * its carrier: `silent` everything, `deaf` what is for its box (all that clients say to servers is multicast), `mute` what its box says.
 */
export type Cut = 'pulled' | 'silent' | 'deaf' | 'mute';

const WAYS = {
  pulled: (end: string) => ['ip', 'link', 'set', end, 'down'],
  silent: (end: string) => ['ip', 'link', 'set', end, 'nomaster'],
  deaf: (end: string) => ['bridge', 'link', 'set', 'dev', end, 'flood', 'off', 'mcast_flood', 'off', 'bcast_flood', 'off'],
  // A locked port takes frames of known stations only, and here none is.
  mute: (end: string) => ['bridge', 'link', 'set', 'dev', end, 'locked', 'on'],
} as const;

export interface Cables {
  cut(box: BoxName, cable: Cable, how: Cut): Promise<void>;
  mend(box: BoxName, cable: Cable): Promise<void>;
  /** The LAN falls in two halves, silently. */
  splitLan(): Promise<void>;
  joinLan(): Promise<void>;
}

export function cablesOf(lab: PairLab): Cables {
  const hub: Namespace = lab.hub;
  return {
    async cut(box, cable, how) {
      await hub.run(WAYS[how](endOf(box, cable)));
    },
    async mend(box, cable) {
      const end = endOf(box, cable);
      await hub.ip([`link set ${end} master ${bridgeOf(box, cable)}`, `link set ${end} up`]);
      await hub.run(['bridge', 'link', 'set', 'dev', end, 'flood', 'on', 'mcast_flood', 'on', 'bcast_flood', 'on', 'locked', 'off']);
    },
    async splitLan() {
      await hub.ip(['link set trunk-a nomaster']);
    },
    async joinLan() {
      await hub.ip(['link set trunk-a master lan-a']);
    },
  };
}
