import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { BindingStatus, LeaseTable, NEVER } from '../../../src/lease/index.ts';
import { type EpochSeconds, epochSeconds, seconds } from '../../../src/wire/index.ts';
import { KEY, NOW, binding } from './leases.ts';

function at(after: number): EpochSeconds {
  return epochSeconds(NOW + after);
}

/** Everything that is due, in as many calls as it takes. */
function due(table: LeaseTable, now: EpochSeconds, limit = 1_000): number[] {
  const slots: number[] = [];
  for (let calls = 0; table.takeExpired(now, limit, slots); calls += 1) assert.ok(calls < 10_000, 'it comes to an end');
  return slots;
}

describe('expiry of leases', () => {
  it('tells of a lease when its time has come, once', () => {
    const table = new LeaseTable(KEY, 0);
    const late = table.put(binding('2001:db8::1', { stateExpirationTime: at(20) }));
    const early = table.put(binding('2001:db8::2', { stateExpirationTime: at(10) }));
    assert.equal(table.nextExpiry, at(10));
    assert.deepEqual(due(table, at(9)), []);
    assert.deepEqual(due(table, at(10)), [early]);
    assert.deepEqual(due(table, at(10)), []);
    assert.deepEqual(due(table, at(30)), [late]);
    assert.equal(table.nextExpiry, NEVER);
  });

  it('tells of declined addresses too, of nothing that is free, and of nothing that never ends', () => {
    const table = new LeaseTable(KEY, 0);
    const abandoned = table.put(binding('2001:db8::1', { status: BindingStatus.ABANDONED, stateExpirationTime: at(5) }));
    for (const [i, status] of [BindingStatus.FREE, BindingStatus.FREE_BACKUP].entries()) {
      table.put(binding(`2001:db8::1:${i}`, { status, stateExpirationTime: at(5) }));
    }
    table.put(binding('2001:db8::2', { stateExpirationTime: NEVER }));
    assert.deepEqual(due(table, epochSeconds(NEVER - 1)), [abandoned]);
  });

  it('follows a lease that is extended, shortened, or ends otherwise', () => {
    const table = new LeaseTable(KEY, 0);
    const slot = table.put(binding('2001:db8::1', { stateExpirationTime: at(10) }));
    table.extend(slot, seconds(50), seconds(100), NOW, 2);
    assert.deepEqual(due(table, at(99)), []);
    table.extend(slot, seconds(5), seconds(5), at(20), 3);
    assert.equal(table.nextExpiry, at(25));
    assert.deepEqual(due(table, at(25)), [slot]);
    assert.deepEqual(due(table, at(200)), []);
    table.put(binding('2001:db8::1', { stateExpirationTime: at(300) }));
    table.put(binding('2001:db8::1', { status: BindingStatus.FREE, stateExpirationTime: at(300) }));
    assert.deepEqual(due(table, at(300)), []);
    table.put(binding('2001:db8::1', { stateExpirationTime: at(400) }));
    table.extend(slot, seconds(0xffffffff), seconds(0xffffffff), at(300), 4);
    assert.deepEqual(due(table, at(500)), []);
  });

  it('tells of a locked lease after it is unlocked', () => {
    const table = new LeaseTable(KEY, 0);
    const slot = table.put(binding('2001:db8::1', { stateExpirationTime: at(10) }));
    table.lock(slot, 1);
    assert.deepEqual(due(table, at(10)), []);
    table.unlock(slot, 1);
    assert.deepEqual(due(table, at(11)), [slot]);
    table.put(binding('2001:db8::1', { stateExpirationTime: at(10) }));
    assert.deepEqual(due(table, at(12)), [slot]);
  });

  it('forgets a lease that is removed, also when another one gets its slot', () => {
    const table = new LeaseTable(KEY, 0);
    const slot = table.put(binding('2001:db8::1', { stateExpirationTime: at(10) }));
    table.remove(slot);
    assert.deepEqual(due(table, at(10)), []);
    table.remove(table.put(binding('2001:db8::1', { stateExpirationTime: at(10) })));
    assert.equal(table.put(binding('2001:db8::2', { stateExpirationTime: at(20) })), slot);
    assert.deepEqual(due(table, at(19)), []);
    assert.deepEqual(due(table, at(20)), [slot]);
  });

  it('does no more at a time than it is allowed to', () => {
    const table = new LeaseTable(KEY, 0);
    for (let i = 1; i <= 100; i += 1) table.put(binding(`2001:db8::${i}`, { stateExpirationTime: at(i % 10) }));
    const slots: number[] = [];
    assert.equal(table.takeExpired(at(10), 30, slots), true);
    assert.equal(slots.length, 30);
    assert.equal(table.takeExpired(at(10), 70, slots), false);
    assert.equal(new Set(slots).size, 100);
  });

  it('has a place for a lease whose time is 0', () => {
    const table = new LeaseTable(KEY, 0);
    const slot = table.put(binding('2001:db8::1', { stateExpirationTime: epochSeconds(0) }));
    assert.deepEqual(due(table, NOW), [slot]);
    assert.deepEqual(due(table, NOW), []);
  });

  it('takes no note of a renewal', () => {
    const table = new LeaseTable(KEY, 0);
    const slot = table.put(binding('2001:db8::1', { stateExpirationTime: at(10) }));
    for (let i = 1; i <= 1_000; i += 1) table.extend(slot, seconds(5), seconds(10), at(i), 1);
    assert.equal(table.nextExpiry, at(10));
    const slots: number[] = [];
    assert.equal(table.takeExpired(at(1_010), 1, slots), false);
    assert.deepEqual(slots, [slot]);
  });

  it('stays as small as the leases are, however often their times come nearer', () => {
    const table = new LeaseTable(KEY, 0);
    const slot = table.put(binding('2001:db8::1', { stateExpirationTime: epochSeconds(NEVER - 1) }));
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 300_000; i += 1) table.extend(slot, seconds(1), seconds(400_000 - i), NOW, 1);
    assert.ok(process.memoryUsage().arrayBuffers - before < 100_000);
    assert.deepEqual(due(table, at(100_000)), []);
    assert.deepEqual(due(table, at(100_001)), [slot]);
  }).timeout(60_000);

  it('agrees with a list that is searched, whatever happens', () => {
    const step = fc.record({
      lease: fc.integer({ min: 1, max: 40 }),
      action: fc.constantFrom('put', 'extend', 'free', 'lock', 'unlock', 'remove', 'take'),
      time: fc.integer({ min: 1, max: 50 }),
      limit: fc.integer({ min: 1, max: 10 }),
    });
    const property = fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const table = new LeaseTable(KEY, 0);
      const model = new Map<number, { ends: number; locked: boolean; told: boolean }>();
      let now = 0;
      for (const { lease, action, time, limit } of steps) {
        const text = `2001:db8::${lease}`;
        const slot = table.find(binding(text).address, 0, 128);
        const known = model.get(slot);
        if (action === 'put') {
          const put = table.put(binding(text, { stateExpirationTime: at(now + time) }));
          model.set(put, { ends: now + time, locked: known?.locked ?? false, told: false });
        } else if (action === 'take') {
          now += time % 10;
          const told: number[] = [];
          const more = table.takeExpired(at(now), limit, told);
          for (const one of told) {
            const entry = model.get(one);
            assert.ok(entry !== undefined && !entry.locked && !entry.told && entry.ends <= now);
            entry.told = true;
          }
          const left = [...model.values()].some((entry) => !entry.locked && !entry.told && entry.ends <= now);
          if (left) assert.equal(more, true);
        } else if (known === undefined) {
          continue;
        } else if (action === 'extend' && table.records.status(slot) === BindingStatus.ACTIVE) {
          table.extend(slot, seconds(0), seconds(time), at(now), 1);
          model.set(slot, { ...known, ends: now + time, told: false });
        } else if (action === 'free') {
          table.put(binding(text, { status: BindingStatus.FREE }));
          model.set(slot, { ...known, ends: Infinity });
        } else if (action === 'lock') {
          table.lock(slot, 1);
          known.locked = true;
        } else if (action === 'unlock' && known.locked) {
          table.unlock(slot, 1);
          known.locked = false;
          known.told = false;
        } else if (action === 'remove') {
          table.remove(slot);
          model.delete(slot);
        }
      }
    });
    fc.assert(property, { seed: 8156, numRuns: 200 });
  }).timeout(60_000);
});
