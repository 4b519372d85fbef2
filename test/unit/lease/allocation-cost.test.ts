import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Allocator, BindingStatus, LeaseKind, LeaseTable, NO_SLOT, type PoolShare } from '../../../src/lease/index.ts';
import { type Address, iaid } from '../../../src/wire/index.ts';
import { KEY, NOW, SECRET, binding, duid, pool } from './leases.ts';

const CLIENTS = 200;

/** A table with one pool, and clients that come and go: one for each lease that was ever given. */
class Churn {
  readonly table = new LeaseTable(KEY, 0);
  readonly allocator: Allocator;
  #clients = 0;

  constructor(text: string, allocation: 'random' | 'sequential' = 'random', share: PoolShare = 'whole') {
    this.table.setPools([pool(text, allocation, share)], []);
    this.allocator = new Allocator(this.table, SECRET, { leasesMax: 100_000_000, leasesPerClientMax: 32 });
  }

  /** Gives leases to new clients until `count` are given; their slots. */
  fill(count: number): number[] {
    return Array.from({ length: count }, () => this.#give());
  }

  free(slot: number): void {
    this.table.put({ ...this.table.read(slot), status: BindingStatus.FREE });
  }

  /** What the most expensive of many look-ups for new clients took, and all of them in the mean. */
  cost(): { readonly most: number; readonly mean: number } {
    let most = 0;
    const start = this.allocator.stepsTaken;
    for (let i = 0; i < CLIENTS; i += 1) {
      const before = this.allocator.stepsTaken;
      this.allocator.startMessage(NOW, () => false);
      const found = this.allocator.find([0], duid(0x40000000 + i), iaid(1), undefined);
      assert.equal(found.outcome, 'found');
      most = Math.max(most, this.allocator.stepsTaken - before);
    }
    return { most, mean: (this.allocator.stepsTaken - start) / CLIENTS };
  }

  #give(): number {
    this.#clients += 1;
    this.allocator.startMessage(NOW, () => false);
    const found = this.allocator.find([0], duid(this.#clients), iaid(1), undefined);
    assert.equal(found.outcome, 'found');
    const lease = { address: found.address.slice() as Address, prefixLength: found.prefixLength };
    return this.table.put(binding('::', { ...lease, duid: duid(this.#clients), startTimeOfState: NOW }));
  }
}

describe('the cost of an allocation', () => {
  for (const [text, size, allocation] of [
    ['2001:db8::1:0/120', 256, 'random'],
    ['2001:db8::1:0/120', 256, 'sequential'],
    ['2001:db8::/48 of /60', 4_096, 'random'],
    ['2001:db8::/48 of /60', 4_096, 'sequential'],
    ['2001:db8::1:0/112', 65_536, 'random'],
  ] as const) {
    it(`is one step from the first lease to the last of ${size} (${text}, ${allocation})`, () => {
      const churn = new Churn(text, allocation);
      let filled = 0;
      for (const use of [0, 0.5, 0.9, 0.99, 0.999]) {
        churn.fill(Math.floor(size * use) - filled);
        filled = Math.floor(size * use);
        assert.deepEqual(churn.cost(), { most: 1, mean: 1 }, `${use * 100} % in use`);
      }
      churn.fill(size - filled);
      assert.equal(churn.table.size, size);
    }).timeout(60_000);
  }

  for (const text of ['2001:db8::1:0:0/104', '2001:db8::/64', '2001:db8::/48', '2001:d00::/24 of /64', '2001:db8:: - 2001:db8::ffff:ffff:ffff:8']) {
    it(`does not depend on the size of the pool (${text})`, () => {
      const churn = new Churn(text);
      assert.ok(churn.cost().mean < 1.1);
      churn.fill(5_000);
      const { most, mean } = churn.cost();
      assert.ok(mean < 1.1 && most <= 4, `${mean} steps in the mean, ${most} at most`);
    }).timeout(60_000);
  }

  for (const [share, text, own] of [
    ['primary', '2001:db8::1:0/118', 512],
    ['secondary', '2001:db8::1:0/118', 512],
    ['primary', '2001:db8::/48 of /60', 4_096],
  ] as const) {
    it(`is one step in what is a ${share}'s own of ${text}, and in its partner's part when that is down`, () => {
      const churn = new Churn(text, 'random', share);
      for (const use of [0, 0.5, 0.99]) {
        churn.fill(Math.floor(own * use) - churn.table.size);
        assert.deepEqual(churn.cost(), { most: 1, mean: 1 }, `${use * 100} % in use`);
      }
      churn.fill(own - churn.table.size);
      churn.table.setPartnerShare([0], Object.values(LeaseKind), NOW);
      if (text.includes(' of ')) {
        const last = churn.table.size;
        churn.table.put({ ...churn.table.read(last), status: BindingStatus.FREE_BACKUP });
      }
      assert.deepEqual(churn.cost(), { most: 1, mean: 1 }, 'of the other part');
    }).timeout(60_000);
  }

  it("is one step for a secondary's prefixes, which all have records", () => {
    const churn = new Churn('2001:db8::/48 of /60', 'random', 'secondary');
    for (let i = 0; i < 4_096; i += 1) {
      churn.table.put(binding(`2001:db8:0:${(i << 4).toString(16)}::/60`, { status: BindingStatus.FREE_BACKUP, duid: duid(i) }));
    }
    for (const use of [0, 2_000, 4_095]) {
      churn.fill(use - churn.table.count(BindingStatus.ACTIVE));
      assert.deepEqual(churn.cost(), { most: 1, mean: 1 });
    }
  }).timeout(60_000);

  it('takes at most two draws in the mean for a pool that is no power of two', () => {
    const churn = new Churn('2001:db8:: - 2001:db8::8000:0:0:1');
    assert.ok(churn.cost().mean < 2.5);
  });

  it('stays the same while every lease changes its client over and over', () => {
    const churn = new Churn('2001:db8::1:0/116');
    const slots = churn.fill(4_096);
    for (let round = 0; round < 5; round += 1) {
      for (const slot of slots) churn.free(slot);
      assert.deepEqual(churn.cost(), { most: 1, mean: 1 });
      for (const slot of slots.slice(1)) assert.notEqual(churn.fill(1)[0], NO_SLOT, `${slot}`);
      assert.deepEqual(churn.cost(), { most: 1, mean: 1 });
      churn.fill(1);
    }
    assert.equal(churn.table.size, 4_096);
  }).timeout(60_000);
});
