/** What boxes say to each other on the LAN of their clients: beacons, and what the one asks there as a client and the other answers. */
import type { Effect, Event } from '../../../src/appliance/index.ts';
import { sameBytes } from '../../../src/wire/index.ts';
import type { Address } from '../../../src/wire/index.ts';
import type { Box, BoxRun } from '../box/running-box.ts';
import type { BoxName, LinkName } from '../schedule/schedule.ts';
import type { ClientLinks } from './client-links.ts';

export interface BoxLan {
  say(box: Box, said: Effect & { kind: 'beacon' | 'probe' }): void;
  /** @returns false for what is no box's */
  answer(box: Box, interfaceName: string, destination: Address, bytes: Uint8Array): boolean;
}

export function createBoxLan(boxes: readonly Box[], linksOf: (box: BoxName) => readonly LinkName[], clientLinks: () => ClientLinks): BoxLan {
  const onLan = boxes.filter(({ plan }) => linksOf(plan.name).includes('lan'));
  const reach = (from: Box, to: Box, arrive: (run: BoxRun) => void): void => {
    clientLinks().betweenBoxes(from, to, () => {
      const { run } = to;
      run?.read(() => arrive(run));
    });
  };
  return {
    say(box, said) {
      const { interfaceName } = said;
      const source = addressOf(box);
      const event: Event =
        said.kind === 'beacon'
          ? { kind: 'beacon', interfaceName, source, beacon: said.beacon }
          : { kind: 'received', datagram: { bytes: said.bytes, interfaceName, source, sourcePort: 546, destination: 'multicast' } };
      for (const to of onLan) {
        if (to === box) continue;
        reach(box, to, (run) => {
          run.dispatch(event);
        });
      }
    },
    answer(box, interfaceName, destination, bytes) {
      const to = onLan.find((one) => sameBytes(addressOf(one), destination));
      if (to === undefined) return false;
      reach(box, to, (run) => {
        run.dispatch({ kind: 'probeAnswered', interfaceName, source: addressOf(box), bytes });
      });
      return true;
    },
  };
}

/** fe80::b0:41, ... */
function addressOf({ plan }: Box): Address {
  const address = new Uint8Array(16) as Address;
  address[0] = 0xfe;
  address[1] = 0x80;
  address[13] = 0xb0;
  address[15] = plan.name.charCodeAt(0);
  return address;
}
