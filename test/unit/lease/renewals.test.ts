import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { LeaseTable } from '../../../src/lease/index.ts';
import { INFINITY_SECONDS, seconds } from '../../../src/wire/index.ts';
import { KEY, binding } from './leases.ts';

const LEASES = 300;
const told = (t1: number, t2: number) => ({ t1: seconds(t1), t2: seconds(t2) });
const lease = (n: number) => binding(`2001:db8::1:${n.toString(16)}`, { preferredLifetime: seconds(1_000) });

describe('T1 and T2 of a lease', () => {
  it('[F-BU-7] are those that its client was told, each its own', () => {
    const table = new LeaseTable(KEY, 0);
    const slots = Array.from({ length: LEASES }, (_, n) => table.put(lease(n)));
    slots.forEach((slot, n) => { if (n % 2 === 0) table.told.noteRenewal(slot, told(n, 2 * n)); });
    slots.forEach((slot, n) => {
      assert.deepEqual(table.records.renewal(slot), n % 2 === 0 ? told(n, 2 * n) : told(500, 800));
      assert.equal(table.records.kind(slot), 3);
    });
  });

  it('are what they would be by themselves where nothing else is known, also behind other ones', () => {
    const table = new LeaseTable(KEY, 0);
    const slot = table.put(lease(1));
    for (const [noted, expected] of [[told(1, 2), told(1, 2)], [told(500, 800), told(500, 800)], [told(0, 0), told(0, 0)], [told(500, 801), told(500, 801)]] as const) {
      table.told.noteRenewal(slot, noted);
      assert.deepEqual(table.records.renewal(slot), expected);
      assert.equal('renewal' in table.read(slot), expected.t2 !== 800);
    }
    table.put({ ...lease(1), preferredLifetime: INFINITY_SECONDS, validLifetime: INFINITY_SECONDS });
    assert.deepEqual(table.records.renewal(slot), told(0xffffffff, 0xffffffff));
    assert.equal('renewal' in table.read(slot), false);
  });

  it('stay with the record when it is read and written, and are no part of the next one in its slot', () => {
    const table = new LeaseTable(KEY, 0);
    const slot = table.put({ ...lease(1), updateNeeded: true });
    table.told.noteRenewal(slot, told(7, 8));
    assert.deepEqual([table.read(slot).renewal, table.read(slot).updateNeeded], [told(7, 8), true]);
    table.put(table.read(slot));
    assert.deepEqual(table.records.renewal(slot), told(7, 8));
    table.remove(slot);
    assert.equal(table.put(lease(2)), slot);
    assert.deepEqual(table.records.renewal(slot), told(500, 800));
  });
});
