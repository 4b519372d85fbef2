import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { InterfaceSignals } from '../../../src/health/index.ts';
import type { BoxName, Fault, LinkName } from '../schedule/schedule.ts';
import { generateSchedule } from '../schedule/generate.ts';
import type { VariantName } from '../schedule/variants.ts';
import { simulate } from '../simulation.ts';
import { at, clientFrom, play, runOf, stateOf } from './play.ts';
import type { Played } from './play.ts';
import type { World } from './scene.ts';

/** Seconds. Leases last for 90 s: nobody keeps one through the fault that nobody extends. */
const CUT = 40;
const CUT_FOR = 240;
const NEWCOMER = 100;
const RESIDENTS = [1, 2, 3, 4] as const;

interface Cut {
  readonly box: BoxName;
  readonly link: LinkName;
  readonly direction: 'to box' | 'from box' | 'both';
  /** The kernel of the box says so. */
  readonly carrier?: 'lost';
  readonly variant?: VariantName;
}

const PORT: InterfaceSignals = { name: 'eth1', exists: true, isEnabled: true, hasCarrier: true, address: 'ready', isOpen: true };

function kernelSays(world: World, name: BoxName, changes: Partial<InterfaceSignals>): void {
  const run = runOf(world, name);
  run.whenAwake(() => {
    run.dispatch({ kind: 'interfaces', signals: [{ ...PORT, ...changes }] });
  });
}

/** A box loses its clients on one link for long, and its partner hears them. */
function withoutClients({ box, link, direction, carrier, variant = 'pair with relaying, ample' }: Cut): Played {
  const fault: Fault = { kind: 'cutLink', box, link, direction, atMs: CUT * 1_000, forMs: CUT_FOR * 1_000 };
  return play({
    variant,
    clients: [...RESIDENTS.map((number) => clientFrom(10 + number, number, number % 2 === 0 ? [3] : [3, 25], [], link)), clientFrom(NEWCOMER, 5, [3], [], link)],
    faults: [fault],
    healMs: (CUT + CUT_FOR) * 1_000,
    settleMs: 60_000,
    happens(world) {
      for (const name of ['A', 'B'] as const) at(world, 5, () => kernelSays(world, name, {}));
      if (carrier === 'lost') {
        at(world, CUT, () => kernelSays(world, box, { hasCarrier: false }));
        at(world, CUT + CUT_FOR, () => kernelSays(world, box, {}));
      }
      at(world, CUT + CUT_FOR - 1, () => {
        for (const name of ['A', 'B'] as const) assert.equal(stateOf(world, name), 'NORMAL', 'authority never moves');
      });
    },
  });
}

/** How long the client that came during the fault had to wait, from the moment at which it began to ask at the latest. */
function newcomerServedAt({ holdings }: Played): number {
  return holdings.find(({ client }) => client === 5)?.atMs ?? Infinity;
}

describe('scene: a box that its clients do not reach while its partner does [R-LH5, R-LH9]', () => {
  for (const link of ['lan', 'branch'] as const) {
    for (const direction of ['both', 'to box', 'from box'] as const) {
      it(`the primary, ${link}, ${direction}: every client keeps its lease, a new one waits for one retransmission`, function () {
        this.timeout(20_000);
        const played = withoutClients({ box: 'A', link, direction });
        assert.equal(played.outcome.lost, 0);
        // It waits up to a second before it begins, and sends again after 1.1 s at most.
        assert.ok(newcomerServedAt(played) <= NEWCOMER * 1_000 + 2_200, `served at ${String(newcomerServedAt(played))}`);
        assert.ok(played.holdings.filter(({ client, atMs }) => client === 1 && atMs > (CUT + 90) * 1_000).length > 0, 'it is extended long after the cut');
      });
    }

    it(`the secondary, ${link}: no client notices`, function () {
      this.timeout(20_000);
      assert.equal(withoutClients({ box: 'B', link, direction: 'both' }).outcome.lost, 0);
    });
  }

  it('without relaying they lose their leases', function () {
    this.timeout(20_000);
    assert.ok(withoutClients({ box: 'A', link: 'lan', direction: 'both', variant: 'pair, contacts' }).outcome.lost > 0);
  });

  it('a primary whose port has no carrier is passed the first message: a new client waits for nothing [R-LH2]', function () {
    this.timeout(20_000);
    const played = withoutClients({ box: 'A', link: 'lan', direction: 'both', carrier: 'lost' });
    assert.equal(played.outcome.lost, 0);
    assert.ok(newcomerServedAt(played) <= NEWCOMER * 1_000 + 1_100, `served at ${String(newcomerServedAt(played))}`);
  });
});

describe('faults at random, with relaying', () => {
  for (const variant of ['pair with relaying, ample', 'pair with relaying, scarce'] as const) {
    it(`break no invariant (${variant})`, function () {
      this.timeout(60_000);
      for (let seed = 1, left = 12; left > 0; seed++) {
        const schedule = generateSchedule(seed);
        if (!schedule.variant.startsWith('pair,')) continue;
        left--;
        const { violation } = simulate({ ...schedule, variant });
        assert.equal(violation, undefined, `seed ${String(seed)}: ${String(violation?.message)}`);
      }
    });
  }
});
