import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { BoxRun } from '../box/running-box.ts';
import type { BoxName, ClientPlan, Fault, Noise } from '../schedule/schedule.ts';
import { generateSchedule } from '../schedule/generate.ts';
import { simulate } from '../simulation.ts';
import { at, clientFrom, play, runOf, stateOf } from './play.ts';
import type { Played, Script } from './play.ts';

/** Seconds. Leases last for 90 s: nobody keeps one through the fault that nobody extends. */
const CUT = 40;
const CUT_FOR = 240;
const NEWCOMER = 100;
const HOUR = 3_600;
const BETWEEN = ['A', 'B'] as const;

/** What a box says of its LAN from then on. */
interface Told {
  readonly atMs: number;
  readonly box: BoxName;
  readonly verdict: string;
}

interface Watch {
  readonly told: readonly Told[];
  readonly stepped: (run: BoxRun) => void;
  /** Messages that a box passed on, and that it heard of clients: of all its runs. */
  relayed(box: BoxName): number;
  heard(box: BoxName): number;
}

function watchLinks(nowMs: () => number): Watch {
  const told: Told[] = [];
  const last = new Map<BoxName, string>();
  const runs = new Map<BoxName, Set<BoxRun>>(BETWEEN.map((name) => [name, new Set()]));
  const sum = (box: BoxName, of: (run: BoxRun) => number): number => [...(runs.get(box) ?? [])].reduce((total, run) => total + of(run), 0);
  return {
    told,
    stepped(run) {
      const { name } = run.box.plan;
      runs.get(name)?.add(run);
      const verdict = run.appliance.failover.relationships[0]?.links.find(({ link }) => link === 'lan')?.own?.verdict;
      if (verdict === undefined || last.get(name) === verdict) return;
      last.set(name, verdict);
      told.push({ atMs: nowMs(), box: name, verdict });
    },
    relayed: (box) => sum(box, ({ appliance }) => appliance.failover.relationships[0]?.relayCounters.relayedToPartner ?? 0),
    heard: (box) => sum(box, ({ appliance }) => appliance.counters.received.reduce((total, count) => total + count, 0)),
  };
}

function playWatched(script: Omit<Script, 'variant' | 'stepped'>): { readonly played: Played; readonly watch: Watch } {
  let nowMs = (): number => 0;
  const watch = watchLinks(() => nowMs());
  const played = play({
    ...script,
    variant: 'pair with watched links, ample',
    stepped: watch.stepped,
    happens(world) {
      nowMs = () => world.queue.nowMs;
      script.happens?.(world);
    },
  });
  return { played, watch };
}

const RESIDENTS = [1, 2, 3, 4].map((number) => clientFrom(10 + number, number, number % 2 === 0 ? [3] : [3, 25]));
/** One on either side of a LAN that is in two halves. */
const NEWCOMERS = [5, 6];

function withFault(fault: Fault): { readonly played: Played; readonly watch: Watch } {
  return playWatched({
    clients: [...RESIDENTS, ...NEWCOMERS.map((number) => clientFrom(NEWCOMER, number, [3]))],
    faults: [fault],
    healMs: (CUT + CUT_FOR + 10) * 1_000,
    settleMs: 60_000,
    happens(world) {
      at(world, CUT + CUT_FOR - 1, () => {
        for (const name of BETWEEN) assert.equal(stateOf(world, name), 'NORMAL', 'authority never moves');
      });
    },
  });
}

describe('scene: a LAN that both boxes watch [R-LH1, R-LH5, R-LH9]', () => {
  const cut = { atMs: CUT * 1_000, forMs: CUT_FOR * 1_000 };
  /** Seconds: what clients said counts for half a minute, beacons alone for a second. */
  const [BY_BEACONS, BY_CLIENTS] = [3, 31];
  const cases: readonly [what: string, fault: Fault, deaf: BoxName | undefined, overWithin: number][] = [
    ['the port of the primary is dead with its light on', { kind: 'cutLink', box: 'A', link: 'lan', direction: 'both', ...cut }, 'A', BY_CLIENTS],
    ['the primary is deaf', { kind: 'cutLink', box: 'A', link: 'lan', direction: 'to box', ...cut }, 'A', BY_CLIENTS],
    ['the primary is mute', { kind: 'cutLink', box: 'A', link: 'lan', direction: 'from box', ...cut }, undefined, BY_BEACONS],
    ['the port of the secondary is dead with its light on', { kind: 'cutLink', box: 'B', link: 'lan', direction: 'both', ...cut }, undefined, BY_BEACONS],
    ['it is in two halves', { kind: 'divide', between: BETWEEN, swaps: false, ...cut }, undefined, BY_CLIENTS],
  ];
  for (const [what, fault, deaf, overWithin] of cases) {
    it(`${what}: both know within 1.5 s, no client notices, a new one waits for nothing, and it is over in ${String(overWithin)} s`, function () {
      this.timeout(60_000);
      const { played, watch: { told } } = withFault(fault);
      assert.equal(played.outcome.lost, 0);
      for (const number of NEWCOMERS) {
        const servedAt = played.holdings.find(({ client }) => client === number)?.atMs ?? Infinity;
        // It waits up to a second before it begins.
        assert.ok(servedAt <= NEWCOMER * 1_000 + 1_100, `client ${String(number)} served at ${String(servedAt)}`);
      }
      const [from, until] = [CUT * 1_000, (CUT + CUT_FOR) * 1_000];
      for (const name of BETWEEN) {
        const own = told.filter(({ box }) => box === name);
        const first = own.find(({ atMs }) => atMs > from);
        assert.ok(first !== undefined && first.atMs <= from + 1_500, `${name} knew at ${String(first?.atMs)}`);
        assert.deepEqual(own.filter(({ atMs }) => atMs > 10_000 && atMs <= from).map(({ verdict }) => verdict), [], 'nothing was suspected before');
        const last = own.at(-1);
        assert.ok(last?.verdict === 'UP' && last.atMs > until && last.atMs <= until + overWithin * 1_000, `${name}: ${JSON.stringify(last)}`);
      }
      assert.deepEqual([...new Set(told.filter(({ verdict }) => verdict === 'LOST').map(({ box }) => box))], deaf === undefined ? [] : [deaf]);
    });
  }

  it('a box that crashes and comes back while the management link is cut is no dead one: the other does not declare it down [R-PD1]', function () {
    this.timeout(60_000);
    const states: string[] = [];
    const played = play({
      variant: 'pair with watched links, scarce',
      clients: RESIDENTS,
      faults: [
        { kind: 'cutManagement', between: BETWEEN, atMs: 40_000, forMs: 200_000, direction: 'both' },
        { kind: 'crash', box: 'B', atMs: 60_000, effects: 0, downMs: 2_000, power: 'without power', disk: 'as it was', clock: 'keeps time' },
      ],
      healMs: 300_000,
      settleMs: 60_000,
      happens(world) {
        // Its time for PARTNER-DOWN is 20 s, at one site.
        at(world, 200, () => {
          states.push(...BETWEEN.map((name) => stateOf(world, name)));
          assert.deepEqual(runOf(world, 'A').appliance.failover.relationships[0]?.onLan.heardOn, ['lan']);
        });
      },
    });
    assert.deepEqual(states, ['COMMUNICATIONS-INTERRUPTED', 'COMMUNICATIONS-INTERRUPTED']);
    assert.equal(played.outcome.lost, 0);
  });
});

/** A client that comes each half minute, and those who live there. */
function hourOf(faults: readonly Fault[]): { readonly watch: Watch; readonly played: Played } {
  const newcomers: ClientPlan[] = [];
  for (let second = 30; second < HOUR - 60; second += 30) newcomers.push(clientFrom(second, 10 + second / 30, [3], [{ kind: 'release', atMs: (second + 25) * 1_000 }]));
  return playWatched({ clients: [...RESIDENTS, ...newcomers], faults, healMs: HOUR * 1_000, settleMs: 30_000 });
}

function noise(fromSecond: number, forSeconds: number, lossPermille: number): Fault {
  const what: Noise = { lossPermille, duplicatePermille: 0, delayMs: { low: 1, high: 20 } };
  return { kind: 'noise', atMs: fromSecond * 1_000, forMs: forSeconds * 1_000, noise: what };
}

describe('an hour of a LAN that both boxes watch: no false LOST, and no relay storm [R-LH3, R-LH9]', () => {
  const lostBy = ({ told }: Watch): readonly Told[] => told.filter(({ verdict }) => verdict === 'LOST');
  const suspicions = ({ told }: Watch): number => told.filter(({ verdict, atMs }) => verdict === 'SUSPECT' && atMs > 10_000).length;

  it('with 1 % random loss', function () {
    this.timeout(180_000);
    const { watch, played } = hourOf([noise(20, HOUR - 20, 10)]);
    assert.deepEqual(lostBy(watch), []);
    assert.ok(suspicions(watch) <= 8, `${String(suspicions(watch))} suspicions`);
    assert.ok(watch.relayed('B') <= 0.1 * watch.heard('B'), `${String(watch.relayed('B'))} of ${String(watch.heard('B'))} passed on`);
    assert.equal(played.outcome.lost, 0);
  });

  it('with storms of 20 s in each five minutes that leave a third of the packets', function () {
    this.timeout(180_000);
    const storms = Array.from({ length: 11 }, (_, i) => noise(60 + 300 * i, 20, 660));
    const { watch, played } = hourOf(storms);
    assert.deepEqual(lostBy(watch), []);
    assert.ok(watch.relayed('B') <= watch.heard('B'), `${String(watch.relayed('B'))} of ${String(watch.heard('B'))} passed on: none more than once`);
    assert.equal(played.outcome.lost, 0);
  });

  it('with a primary that comes to nothing for 0.9 s in each ten: it is next to never suspected either', function () {
    this.timeout(180_000);
    const stalls = Array.from({ length: HOUR / 10 - 5 }, (_, i): Fault => ({ kind: 'stall', box: 'A', atMs: 20_000 + 10_000 * i, forMs: 900 }));
    const { watch, played } = hourOf(stalls);
    assert.deepEqual(lostBy(watch), []);
    // Behind a stall its word over the connection may come a moment ahead of its first beacon.
    assert.ok(suspicions(watch) <= 8, `${String(suspicions(watch))} suspicions in ${String(stalls.length)} stalls`);
    assert.ok(watch.relayed('B') <= 0.2 * watch.heard('B'), `${String(watch.relayed('B'))} of ${String(watch.heard('B'))} passed on`);
    assert.equal(played.outcome.lost, 0);
  });
});

describe('faults at random, with watched links', () => {
  for (const variant of ['pair with watched links, ample', 'pair with watched links, scarce'] as const) {
    it(`break no invariant, and call no link LOST on which nothing was cut (${variant})`, function () {
      this.timeout(180_000);
      for (let seed = 1, left = 12; left > 0; seed++) {
        const schedule = generateSchedule(seed);
        if (!schedule.variant.startsWith('pair,')) continue;
        left--;
        const watch = watchLinks(() => 0);
        const { violation } = simulate({ ...schedule, variant }, { scene: { stepped: watch.stepped } });
        assert.equal(violation, undefined, `seed ${String(seed)}: ${String(violation?.message)}`);
        for (const box of BETWEEN) assert.ok(watch.relayed(box) <= watch.heard(box), `seed ${String(seed)}: ${box} passed on more than it heard`);
        const isCut = schedule.faults.some((fault) => fault.kind === 'divide' || (fault.kind === 'cutLink' && fault.link === 'lan'));
        if (!isCut) assert.deepEqual(watch.told.filter(({ verdict }) => verdict === 'LOST'), [], `seed ${String(seed)}`);
      }
    });
  }
});
