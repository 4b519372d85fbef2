/** What the primary does about the balance of delegable prefixes (RFC 8156 section 4.2.2): how many at a time, and when again. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createBalance } from '../../../src/failover/pool-balance/index.ts';
import { BindingStatus, type LeaseName, LeaseTable, NEVER } from '../../../src/lease/index.ts';
import { settings } from '../../conformance/failover-endpoint/settings.ts';
import { KEY, NOW, binding, duid, name, pool } from '../lease/leases.ts';

const NOBODY = duid(0).subarray(0, 0) as ReturnType<typeof duid>;

/** Number `i` of the 256 prefixes of the pool. */
function prefix(i: number): string {
  return `2001:db8:2:${(i * 256).toString(16)}::/56`;
}

interface Wanted {
  readonly what: 'give' | 'take back';
  readonly pool: number;
  readonly count: number;
}

interface Balancing {
  readonly table: LeaseTable;
  /** What the pools are asked for. */
  readonly wanted: Wanted[];
  /** What they have when they are. */
  found: readonly LeaseName[];
  readonly busy: Set<number>;
  readonly step: (room?: number) => { readonly given: readonly string[]; readonly takenBack: readonly number[] };
  readonly demand: () => void;
  /** Of these prefixes the secondary has the records. */
  readonly backup: (from: number, to: number) => void;
  readonly lease: (from: number, to: number) => void;
}

function balancing(changes: Parameters<typeof settings>[1] = {}): Balancing {
  const table = new LeaseTable(KEY, 0);
  table.setPools([pool('2001:db8:1::/64', 'random', 'primary'), pool('2001:db8:2::/48 of /56', 'sequential', 'primary'), pool('2001:db8:3::/48 of /56')], []);
  const wanted: Wanted[] = [];
  const busy = new Set<number>();
  const take = (what: Wanted['what']) => (number: number, count: number): readonly LeaseName[] => {
    wanted.push({ what, pool: number, count });
    return made.found;
  };
  const balance = createBalance({
    table,
    configuration: settings('primary', { pools: [0, 1, 2], rebalanceThreshold: 0.25, ...changes }),
    takeForPartner: take('give'),
    takeFromPartner: take('take back'),
    isBusy: (slot) => busy.has(slot),
  });
  const put = (from: number, to: number, status: BindingStatus, client: number): void => {
    for (let i = from; i < to; i += 1) {
      const isHeld = status === BindingStatus.ACTIVE;
      table.put(binding(prefix(i), isHeld ? { duid: duid(client) } : { status, duid: NOBODY, stateExpirationTime: NEVER }));
    }
  };
  const made: Balancing = {
    table,
    wanted,
    busy,
    found: [],
    step(room = 1_000) {
      const { given, takenBack } = balance.step(room, NOW);
      return { given: given.map(({ address, prefixLength, status }) => `${address.join('.')}/${String(prefixLength)} ${String(status)}`), takenBack };
    },
    demand: () => balance.demand(),
    backup: (from, to) => put(from, to, BindingStatus.FREE_BACKUP, 0),
    lease: (from, to) => put(from, to, BindingStatus.ACTIVE, 1),
  };
  return made;
}

const asBackup = (text: string): string => `${name(text).address.join('.')}/56 ${String(BindingStatus.FREE_BACKUP)}`;

describe('the balance of prefixes', () => {
  it('[F-AL-6, F-AL-20] is that of the delegable prefixes that both boxes share, some at a time', () => {
    const { wanted, step } = balancing();
    step();
    step(10);
    step(0);
    assert.deepEqual(wanted, [{ what: 'give', pool: 1, count: 64 }], 'there was nothing to give: it is not looked for again');
    const few = balancing();
    few.step(10);
    assert.deepEqual(few.wanted, [{ what: 'give', pool: 1, count: 10 }]);
    const none = balancing();
    none.step(0);
    assert.deepEqual(none.wanted, []);
    const near = balancing();
    near.backup(0, 120);
    near.step();
    assert.deepEqual(near.wanted, [], 'within the threshold');
    const last = balancing({ rebalanceThreshold: 0 });
    last.backup(0, 120);
    last.step();
    assert.deepEqual(last.wanted, [{ what: 'give', pool: 1, count: 8 }]);
  });

  it('[F-AL-24] gives what is found, but for what is under way; and no more before that is durable', () => {
    const made = balancing();
    made.found = [prefix(1), prefix(2), prefix(3)].map(name);
    const slots = [2, 3].map((i) => made.table.put(binding(prefix(i), { status: BindingStatus.FREE, stateExpirationTime: NEVER })));
    made.busy.add(slots[0] as number);
    assert.deepEqual(made.step(), { given: [prefix(1), prefix(3)].map(asBackup), takenBack: [] });
    made.table.lock(slots[1] as number, 7);
    assert.deepEqual(made.step(), { given: [], takenBack: [] });
    assert.equal(made.wanted.length, 1);
    made.table.unlock(slots[1] as number, 7);
    assert.equal(made.step().given.length, 2);
  });

  it('[F-AL-25] takes back what is found, but for what is under way', () => {
    const made = balancing();
    made.backup(0, 200);
    made.found = [prefix(1), prefix(2)].map(name);
    const [one, two] = made.found.map(({ address, prefixLength }) => made.table.find(address, 0, prefixLength));
    assert.ok(one !== undefined && two !== undefined);
    made.busy.add(one);
    assert.deepEqual(made.step(), { given: [], takenBack: [two] });
    assert.deepEqual(made.wanted, [{ what: 'take back', pool: 1, count: 64 }]);
  });

  it('[F-AL-26, F-MSG-24] that could not be had is looked for again when the secondary asks, or a side has another quarter more or less', () => {
    for (const what of ['give', 'take back'] as const) {
      const made = balancing();
      if (what === 'give') made.backup(0, 64);
      else made.backup(0, 192);
      const looks = (): number => made.wanted.splice(0).length;
      made.step();
      assert.deepEqual(made.wanted.map((each) => each.what), [what]);
      made.step();
      assert.equal(looks(), 1);
      made.demand();
      made.step();
      assert.equal(looks(), 1, 'the secondary asks');
      // Of the secondary's, then of the primary's.
      const [secondary, primary] = what === 'give' ? [16, 48] : [48, 16];
      made.lease(0, secondary);
      made.step();
      assert.equal(looks(), 0);
      made.lease(secondary, secondary + 1);
      made.step();
      assert.equal(looks(), 1);
      made.lease(256 - primary, 256);
      made.step();
      assert.equal(looks(), 0);
      made.lease(256 - primary - 1, 256 - primary);
      made.step();
      assert.equal(looks(), 1);
    }
  });
});
