import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ChainIndex } from '../../../src/lease/chain-index.ts';
import { RecordSlabs } from '../../../src/lease/record-slabs.ts';
import { NO_SLOT, Word } from '../../../src/lease/record.ts';

const RECORDS = 20_000;

/** An index of records whose hash is kept in one of their words. */
class Indexed {
  readonly slabs = new RecordSlabs();
  hashesAskedFor = 0;
  readonly index = new ChainIndex(this.slabs, Word.CLIENT_NEXT, (slot) => {
    this.hashesAskedFor += 1;
    return this.hashOf(slot);
  });

  hashOf(slot: number): number {
    return this.slabs.get(slot, Word.IAID);
  }

  insert(hash: number): number {
    const slot = this.slabs.acquire();
    this.slabs.set(slot, Word.IAID, hash);
    this.index.insert(hash, slot);
    return slot;
  }

  remove(slot: number): void {
    this.index.remove(this.hashOf(slot), slot);
    this.slabs.release(slot);
  }

  /** The records that a look-up goes through. */
  chain(hash: number): number[] {
    const found: number[] = [];
    for (let slot = this.index.first(hash); slot !== NO_SLOT; slot = this.index.next(slot)) found.push(slot);
    return found;
  }

  /** Records that a look-up of each of these goes through, in the mean. */
  stepsOf(slots: readonly number[]): number {
    return slots.reduce((sum, slot) => sum + this.chain(this.hashOf(slot)).length, 0) / slots.length;
  }
}

/** Well mixed, and the same in every run. */
function hashes(count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 0);
}

describe('the hash index of the lease table', () => {
  it('goes through hardly more than the record that is looked for, however many there are', () => {
    const indexed = new Indexed();
    const slots: number[] = [];
    for (const hash of hashes(RECORDS)) {
      slots.push(indexed.insert(hash));
      if ([100, 5_000, RECORDS].includes(slots.length)) assert.ok(indexed.stepsOf(slots) < 2.5, `${slots.length} records`);
    }
    assert.ok(slots.every((slot) => indexed.chain(indexed.hashOf(slot)).includes(slot)));
  });

  it('splits one bucket for a record that it takes, and none while there is one for each', () => {
    const indexed = new Indexed();
    const split: number[] = [];
    for (const hash of hashes(1_000)) {
      indexed.insert(hash);
      split.push(indexed.hashesAskedFor);
      indexed.hashesAskedFor = 0;
    }
    assert.equal(split[0], 0, 'the first record has the first bucket');
    assert.ok(Math.max(...split) < 10, 'never more than a chain');
    assert.ok(split.reduce((sum, each) => sum + each, 0) > 500, 'it does split');
  });

  it('has buckets for as many records as it was sized for', () => {
    const indexed = new Indexed();
    indexed.index.presize(1_000);
    for (const hash of hashes(1_000)) indexed.insert(hash);
    assert.equal(indexed.hashesAskedFor, 0);
    assert.throws(() => indexed.index.presize(5_000), /sized ahead while it is empty/);
  });

  it('takes no more buckets for records that come and go', () => {
    const indexed = new Indexed();
    const [first = NO_SLOT] = [1, 2, 3, 4].map((hash) => indexed.insert(hash));
    indexed.hashesAskedFor = 0;
    let slot = first;
    for (const hash of hashes(5_000)) {
      indexed.remove(slot);
      slot = indexed.insert(hash);
    }
    assert.equal(indexed.hashesAskedFor, 0);
  });

  it('finds the rest of a chain when one of its records has left, whichever', () => {
    for (const leaver of [0, 1, 2]) {
      const indexed = new Indexed();
      const slots = [7, 7, 7].map((hash) => indexed.insert(hash));
      const [gone = NO_SLOT] = slots.splice(leaver, 1);
      indexed.remove(gone);
      assert.deepEqual(indexed.chain(7).sort(), slots.sort());
    }
  });

  it('refuses to let go of a record that it does not have', () => {
    const indexed = new Indexed();
    indexed.insert(7);
    const stranger = indexed.slabs.acquire();
    assert.throws(() => indexed.index.remove(7, stranger), /a record that leaves an index is in it/);
  });
});
