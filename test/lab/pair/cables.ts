// What can happen to the lab's cables.

import type { Namespace } from '../network/namespace.ts';
import { bridgeOf, endOf, type Cable, type PairLab } from './lab.ts';
import type { BoxName } from './place.ts';

/**
 * `pulled`: the port has no carrier, and its box can tell. `silent`: as if a switch lost everything; the port has its carrier.
 */
export type Cut = 'pulled' | 'silent';

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
      await hub.ip([`link set ${endOf(box, cable)} ${how === 'pulled' ? 'down' : 'nomaster'}`]);
    },
    async mend(box, cable) {
      const end = endOf(box, cable);
      await hub.ip([`link set ${end} master ${bridgeOf(box, cable)}`, `link set ${end} up`]);
    },
    async splitLan() {
      await hub.ip(['link set trunk-a nomaster']);
    },
    async joinLan() {
      await hub.ip(['link set trunk-a master lan-a']);
    },
  };
}
