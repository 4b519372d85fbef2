/** Two boxes that divide the clients between them, half and half, and clients of each. */
import { pearsonHash } from '../../../src/wire/index.ts';
import type { Address, Duid } from '../../../src/wire/index.ts';
import { address } from '../server/box.ts';
import { clientId } from '../failover-relaying/messages.ts';
import { createBoxes } from '../failover-relaying/boxes.ts';
import type { Boxes, Setting } from '../failover-relaying/boxes.ts';

/** The file with the key in it. */
export function balanced(file: string, rest = 'load-balancing: 50%,'): string {
  return file.replace('insecure: true,', `insecure: true, ${rest}`);
}

export function createBalancedBoxes({ edited = (file) => file, ...setting }: Setting = {}): Boxes {
  return createBoxes({ edited: (file, box) => edited(balanced(file), box), ...setting });
}

/** The first half of the buckets is the primary's. */
export function ownerOf(identity: Uint8Array): 'east' | 'west' {
  return pearsonHash(identity) < 128 ? 'east' : 'west';
}

/** A client that this box answers. @param number the how manieth, from 0 on */
export function clientOf(box: 'east' | 'west', number = 0): Duid {
  for (let n = 1, left = number; ; n++) if (ownerOf(clientId(n)) === box && left-- === 0) return clientId(n);
}

/** A link-local address by which a client without a DUID is this box's. */
export function addressOf(box: 'east' | 'west'): Address {
  for (let n = 1; ; n++) {
    const candidate = address(`fe80::c:${n.toString(16)}`);
    if (ownerOf(candidate) === box) return candidate;
  }
}
