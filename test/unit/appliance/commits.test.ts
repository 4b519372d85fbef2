import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createCommits } from '../../../src/appliance/commits.ts';
import { createTimekeeping } from '../../../src/appliance/timekeeping.ts';
import { LeaseTable } from '../../../src/lease/index.ts';
import { monotonicMs } from '../../../src/wire/index.ts';
import { binding } from '../lease/leases.ts';
import { rightClock } from './right-clock.ts';

describe('the bound on changes that wait for a commit', () => {
  /** Slots of leases, enough to meet it. */
  function leases() {
    const table = new LeaseTable({ k0: 1, k1: 2 }, 0);
    const slots = Array.from({ length: 3_000 }, (_, n) => table.put(binding(`2001:db8:1::${(n + 1).toString(16)}`)));
    return { commits: createCommits(table, 1, createTimekeeping(rightClock(1_800_000_000), table).stored), slots };
  }

  it('is met by what clients change', () => {
    const { commits, slots } = leases();
    for (const slot of slots.slice(0, 1_023)) commits.add([slot], undefined, 'client', monotonicMs(0));
    assert.equal(commits.isFull(), false);
    commits.add([slots[1_023] as number], undefined, 'client', monotonicMs(0));
    assert.equal(commits.isFull(), true);
  });

  it('is not met by what a partner tells: the clients of a box that comes back wait for no resync', () => {
    const { commits, slots } = leases();
    commits.addPartnerChange(slots.slice(0, 2_000), undefined, { token: 1, then: [] });
    assert.equal(commits.isFull(), false);
    commits.add(slots.slice(2_000), undefined, 'client', monotonicMs(0));
    assert.equal(commits.isFull(), false, 'a thousand of its own');
  });
});

describe('an answer that waits for a commit while the clock is set', () => {
  it('[R-ST2] is made anew: by whole seconds, its lease may end too early for it', () => {
    for (const [by, since] of [[62, -Infinity], [0, 5]] as const) {
      const table = new LeaseTable({ k0: 1, k1: 2 }, 0);
      const commits = createCommits(table, 1, createTimekeeping(rightClock(1_800_000_000), table).stored);
      const held = { effect: { kind: 'resume' as const }, promises: undefined };
      commits.add([table.put(binding('2001:db8:1::1'))], held, 'client', monotonicMs(5));
      commits.flush([], () => []);
      commits.add([table.put(binding('2001:db8:1::2'))], held, 'client', monotonicMs(5));
      commits.moveTimes((record) => record, by);
      assert.equal(commits.committed(1).since, since, 'in flight');
      commits.flush([], () => []);
      assert.equal(commits.committed(2).since, since, 'and behind it');
    }
  });
});
