import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { BindingStatus } from '../../../src/lease/index.ts';
import type { BoxName } from '../schedule/schedule.ts';
import type { VariantName } from '../schedule/variants.ts';
import { leaseName } from '../world/lease-key.ts';
import { at, clientFrom, leaseOf, play, runOf, stateOf } from './play.ts';
import type { Holding, Played } from './play.ts';
import type { World } from './scene.ts';

/** Seconds. The pools have eight addresses and eight prefixes, four of each for either box. */
const OUTAGE = 30;
const BEFORE_OUTAGE = 29;
const NEWCOMERS = 70;
/** Late in a second of the records, which are whole ones. */
const DECLARED = 120.9;
const MCLT = 40;
const RENEWAL = 30;
const BACK = 430;
const ALL = 8;
const LAN_PREFIXES = '2001:db8:1000:';
const HALF = 4;
/** The last bit of the address of either box (RFC 8156 section 4.2.1.1). */
const PARITY: Readonly<Partial<Record<BoxName, number>>> = { A: 1, B: 0 };

interface Outage extends Played {
  readonly survivor: BoxName;
  /** Whether a prefix was the survivor's to give when it lost its partner. */
  readonly isOwn: (name: string) => boolean;
  /** How many of the link of the clients were the secondary's. */
  readonly secondarys: number;
}

/** One box loses its power for 400 s; the operator says so to the other one 90 s later. */
function outage(variant: VariantName, survivor: 'A' | 'B'): Outage {
  const lost = survivor === 'A' ? 'B' : 'A';
  const held = new Map<number, string>();
  const secondarys: string[] = [];
  const played = play({
    variant,
    clients: Array.from({ length: ALL }, (_, i) => clientFrom(i < 2 ? 10 : NEWCOMERS, i + 1, [3, 25])),
    faults: [
      { kind: 'crash', box: lost, atMs: OUTAGE * 1_000, effects: 0, downMs: (BACK - OUTAGE) * 1_000, power: 'without power', disk: 'as it was', clock: 'keeps time' },
      { kind: 'partnerDown', box: survivor, atMs: DECLARED * 1_000 },
    ],
    healMs: (BACK + 60) * 1_000,
    settleMs: 60_000,
    happens(world) {
      at(world, BEFORE_OUTAGE, () => {
        const { leases } = runOf(world, 'A').appliance;
        for (const slot of leases.page(undefined, Infinity, () => true)) {
          const binding = leases.read(slot);
          if (binding.status === BindingStatus.FREE_BACKUP && binding.prefixLength !== 128) secondarys.push(leaseName(binding));
        }
      });
      at(world, DECLARED - 1, () => {
        assert.equal(stateOf(world, survivor), 'COMMUNICATIONS-INTERRUPTED');
      });
      for (let second = NEWCOMERS; second < BACK; second += 2) at(world, second, () => hurry(world));
      at(world, BACK - 1, () => {
        for (let client = 1; client <= ALL; client++) held.set(client, leaseName(leaseOf(world, client, 25)));
      });
      at(world, BACK + 60, () => {
        for (const box of ['A', 'B'] as const) assert.equal(stateOf(world, box), 'NORMAL');
        for (const [client, name] of held) assert.equal(leaseName(leaseOf(world, client, 25)), name, 'the partner that comes back takes nothing away');
      });
    },
  });
  assert.equal(held.size, ALL);
  return { ...played, survivor, secondarys: secondarys.filter((name) => name.startsWith(LAN_PREFIXES)).length, isOwn: (name) => secondarys.includes(name) === (survivor === 'B') };
}

function hurry(world: World): void {
  for (const client of world.clients.values()) client.hurry();
}

/** When each lease was given for the first time. */
function firstGiven({ holdings }: Played, which: 'addresses' | 'prefixes'): readonly Holding[] {
  const given = new Map<string, Holding>();
  for (const holding of holdings) {
    if ((holding.lease.prefixLength === 128) === (which === 'addresses') && !given.has(holding.name)) given.set(holding.name, holding);
  }
  return [...given.values()];
}

function declaredAt({ changes, survivor }: Outage): number {
  const change = changes.find(({ box, text }) => box === survivor && text === 'COMMUNICATIONS-INTERRUPTED -> PARTNER-DOWN');
  assert.ok(change !== undefined);
  return change.atMs;
}

/**
 * None before MCLT has passed since PARTNER-DOWN: what the partner promised a moment before is over then. All within four seconds and a
 * renewal more: who has its address asks for the prefix with that.
 */
function assertAfterMclt(given: readonly Holding[], declaredMs: number): void {
  for (const { atMs, name } of given) {
    const waited = atMs - declaredMs;
    assert.ok(waited >= MCLT * 1_000 && waited <= (MCLT + 4 + RENEWAL) * 1_000, `${name} was given ${String(waited)} ms after PARTNER-DOWN`);
  }
}

describe('scene: the survivor of a long outage', () => {
  for (const survivor of ['A', 'B'] as const) {
    const role = survivor === 'A' ? 'primary' : 'secondary';

    it(`the ${role} gives its own prefixes to the last, and its partner's when MCLT has passed since PARTNER-DOWN`, function () {
      this.timeout(20_000);
      const scene = outage('pair, scarce', survivor);
      const given = firstGiven(scene, 'prefixes');
      const newly = given.filter(({ atMs }) => atMs >= OUTAGE * 1_000);
      const early = newly.filter(({ name }) => scene.isOwn(name));
      const late = newly.filter(({ name }) => !scene.isOwn(name));
      assert.equal(given.length, ALL);
      const own = survivor === 'A' ? newly.length - scene.secondarys : scene.secondarys;
      assert.deepEqual([early.length, late.length], [own, newly.length - own]);
      assert.ok(early.length >= 2 && late.length >= 2);
      for (const { atMs, name } of early) assert.ok(atMs < (NEWCOMERS + 5) * 1_000, `${name} was given at ${String(atMs)} ms`);
      assertAfterMclt(late, declaredAt(scene));
    });

    it(`the ${role} never gives its partner's addresses (F-GAP-5)`, function () {
      this.timeout(20_000);
      const scene = outage('pair, scarce', survivor);
      const late = firstGiven(scene, 'addresses').filter(({ atMs }) => atMs >= OUTAGE * 1_000);
      assert.ok(late.length >= 2);
      for (const { lease, name } of late) assert.equal((lease.address[15] ?? 0) & 1, PARITY[survivor], name);
    });

    it(`the ${role} gives its partner's addresses when MCLT has passed, where the configuration wants it (F-GAP-5)`, function () {
      this.timeout(20_000);
      const scene = outage('pair with partner addresses, scarce', survivor);
      const given = firstGiven(scene, 'addresses');
      const late = given.filter(({ lease, atMs }) => atMs >= OUTAGE * 1_000 && ((lease.address[15] ?? 0) & 1) !== PARITY[survivor]);
      assert.equal(given.length, ALL);
      assert.ok(late.length >= 2 && late.length <= HALF, `${String(late.length)} were the partner's`);
      assertAfterMclt(late, declaredAt(scene));
    });
  }
});
