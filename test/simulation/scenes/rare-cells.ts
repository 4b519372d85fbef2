/** Scenes for cells of figure 4 (RFC 8156 section 7.5.4) that chance hardly ever comes to: what two boxes that are apart make of one lease. */
import { BindingStatus, NO_SLOT } from '../../../src/lease/index.ts';
import type { Binding } from '../../../src/lease/index.ts';
import type { BoxName, ClientPlan, Fault } from '../schedule/schedule.ts';
import { apart, at, clientFrom, clientOf, leaseOf, runOf } from './play.ts';
import type { Script } from './play.ts';
import type { World } from './scene.ts';

const SECOND_MS = 1_000;
/** The clients of the first seconds get the secondary's addresses, all four of them. */
const SECONDARY_FIRST: readonly Fault[] = [...apart(2, 12), { kind: 'cutLink', box: 'A', link: 'lan', atMs: 2_000, forMs: 11_000, direction: 'both' }];
const NEWCOMER = 6;
const DECLINER = 4;

function abandonedBy(world: World, box: BoxName): Binding | undefined {
  const { leases } = runOf(world, box).appliance;
  const slots: number[] = [];
  leases.slotsFrom(NO_SLOT, Infinity, (slot) => leases.records.status(slot) === BindingStatus.ABANDONED, slots);
  const [slot] = slots;
  return slot === undefined ? undefined : leases.read(slot);
}

/**
 * An address was declined and is set aside for five minutes. The secondary, which is alone, resets it, may give it to somebody, and then
 * they meet; the primary has reset it as well, by its time.
 */
function resetOnBoth(meets: number, newcomer: readonly ClientPlan['actions'][number][] | undefined, primary: readonly Fault[] = []): Script {
  const clients = [1, 2, 3].map((number) => clientFrom(4 + number / 2, number, [3]));
  const decliner = { ...clientFrom(7, DECLINER, [3], [{ kind: 'vanish', atMs: 10_000 }]), declinePermille: 1_000 };
  return {
    variant: 'pair, scarce',
    clients: [...clients, decliner, ...(newcomer === undefined ? [] : [clientFrom(360, NEWCOMER, [3], newcomer)])],
    faults: [...SECONDARY_FIRST, ...apart(30, meets - 30), { kind: 'partnerDown', box: 'B', atMs: 32_000 }, ...primary],
    healMs: (meets + 30) * SECOND_MS,
    settleMs: 420_000,
    happens(world) {
      world.clientLinks.divide((client, box) => client !== NEWCOMER || box === 'B');
      at(world, 33, () => {
        const declined = abandonedBy(world, 'B');
        if (declined === undefined) throw new Error('an address is set aside');
        world.boxNamed('B').leaseCommand({ action: 'reset', address: declined.address, prefixLength: declined.prefixLength });
      });
    },
  };
}

/** The client ends the lease with the one box, and then, as if it had not, asks the other for it, and may end it there as well. */
function endedTwice(first: 'declines' | 'releases', second: 'releases' | 'keeps it' = 'releases'): Script {
  let declines = false;
  const plan: ClientPlan = {
    ...clientFrom(20, 1, [3], [
      { kind: first === 'declines' ? 'vanish' : 'release', atMs: 40_000 },
      ...(first === 'declines' ? [{ kind: 'start', atMs: 41_000 }, { kind: 'vanish', atMs: 49_000 }] as const : []),
      { kind: 'start', atMs: 52_000 },
      ...(second === 'releases' ? [{ kind: 'release', atMs: 58_000 }] as const : []),
    ]),
    get declinePermille() {
      return declines ? 1_000 : 0;
    },
  };
  return {
    variant: 'pair, ample',
    clients: [plan],
    faults: [...apart(30, 35), { kind: 'divide', between: ['A', 'B'], atMs: 30_000, forMs: 40_000, swaps: true }],
    healMs: 100_000,
    settleMs: 420_000,
    happens(world) {
      at(world, 39, () => {
        declines = first === 'declines';
      });
      at(world, 50, () => {
        declines = false;
      });
    },
  };
}

/**
 * Both serve as if alone. Four clients hear the secondary alone, which extends their leases; the primary takes them for over, and gives
 * them to four others.
 */
function leasedTwice(meets: number): Script {
  const old = [1, 2, 3, 4].map((number) => clientFrom(18 + number, number, [3]));
  const others = [5, 6, 7, 8].map((number) => clientFrom(180, number, [3]));
  return {
    variant: 'pair, scarce',
    clients: [...old, ...others],
    faults: [{ kind: 'partnerDown', box: 'A', atMs: 32_000 }, { kind: 'partnerDown', box: 'B', atMs: 32_000 }],
    healMs: 300_000,
    settleMs: 420_000,
    happens(world) {
      at(world, 30, () => {
        world.boxNamed('A').failoverCommand('ab', 'pause');
        world.clientLinks.divide((client, box) => (client <= 4) === (box === 'B'));
      });
      at(world, meets, () => {
        world.boxNamed('A').failoverCommand('ab', 'resume');
        world.clientLinks.divide(undefined);
      });
    },
  };
}

/** The secondary, alone, took the lease for over long ago; the primary has extended it since, and that is over now as well. */
function freeThereAndOverHere(): Script {
  return {
    variant: 'pair, ample',
    clients: [clientFrom(20, 1, [3])],
    faults: [{ kind: 'partnerDown', box: 'A', atMs: 32_000 }, { kind: 'partnerDown', box: 'B', atMs: 32_000 }],
    healMs: 400_000,
    settleMs: 420_000,
    happens(world) {
      world.clientLinks.divide((_, box) => box === 'A');
      at(world, 30, () => {
        world.boxNamed('A').failoverCommand('ab', 'pause');
      });
      at(world, 220, () => {
        const { promisedUntilMs } = leaseOf(world, 1, 3);
        clientOf(world, 1).fallSilent();
        world.queue.at(promisedUntilMs + 1_700, () => {
          world.boxNamed('A').failoverCommand('ab', 'resume');
        });
      });
    },
  };
}

const RELEASES = [{ kind: 'release', atMs: 365_000 }] as const;
const VANISHES = [{ kind: 'vanish', atMs: 365_000 }] as const;
/** It finds out late that the address was set aside for long enough. */
const IS_AWAY: readonly Fault[] = [{ kind: 'crash', box: 'A', atMs: 300_000, effects: 0, downMs: 72_000, power: 'killed', disk: 'as it was', clock: 'keeps time' }];

export const RARE_CELLS: Readonly<Record<string, Script>> = {
  'reset here, then leased there': resetOnBoth(380, []),
  'reset here when it was leased there': resetOnBoth(377, [], IS_AWAY),
  'reset here, released there': resetOnBoth(380, RELEASES),
  'reset here, expired there': resetOnBoth(460, VANISHES),
  'reset here, free there': resetOnBoth(360, undefined),
  'declined with the one, released with the other': endedTwice('declines'),
  'released with both': endedTwice('releases'),
  'released with the one, leased by the other': endedTwice('releases', 'keeps it'),
  'leased to two clients at last': leasedTwice(184),
  'leased to two clients, and extended since': leasedTwice(225),
  'over here, free there': freeThereAndOverHere(),
};
