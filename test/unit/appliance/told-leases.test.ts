import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createTimekeeping } from '../../../src/appliance/timekeeping.ts';
import { rightClock } from './right-clock.ts';
import { createCommits } from '../../../src/appliance/commits.ts';
import type { Effect } from '../../../src/appliance/index.ts';
import { BindingStatus, LeaseTable, released } from '../../../src/lease/index.ts';
import { epochSeconds, monotonicMs, seconds } from '../../../src/wire/index.ts';
import { NOW, binding } from '../lease/leases.ts';

/** A lease of which its client was told, while nothing was written, that it has 40 seconds left. */
function told() {
  const table = new LeaseTable({ k0: 1, k1: 2 }, 0);
  const before = binding('2001:db8:1::1', { updateNeeded: false });
  const slot = table.put(before);
  const commits = createCommits(table, 1, createTimekeeping(rightClock(1_800_000_000), table).stored);
  table.told.note(slot, seconds(30), seconds(40), epochSeconds(NOW + 7));
  const effects: Effect[] = [];
  const written = () => effects.flatMap((effect) => (effect.kind === 'commit' ? effect.bindings : []));
  return { table, slot, before, commits, effects, written };
}

describe('a lease of which its client was told without a write', () => {
  it('is written by itself when no commit comes, with when the client was heard and what it was told, for the partner to know', () => {
    const { commits, effects, written, before, slot } = told();
    assert.equal(commits.hasRiders(), true);
    assert.equal(commits.flush(effects, () => []), false, 'it is in no hurry');
    assert.equal(commits.flushRiders(effects), true);
    const [record] = written();
    assert.deepEqual([record?.clientLastTransactionTime, record?.preferredLifetime, record?.validLifetime, record?.updateNeeded], [NOW + 7, 30, 40, true]);
    assert.equal(record?.stateExpirationTime, before.stateExpirationTime);
    assert.deepEqual(commits.committed(1).told.client, [slot]);
    assert.equal(commits.hasRiders(), false);
  });

  it('[R-ST2] (5) says when that was by the clock that is right, where the clock is set before it is written', () => {
    const { table, commits, effects, written } = told();
    table.moveTimes((label) => ({ by: 60, label }), () => true);
    assert.equal(commits.flushRiders(effects), true);
    assert.equal(written()[0]?.clientLastTransactionTime, NOW + 67);
  });

  it('is written by any other commit', () => {
    const { table, commits, effects, written } = told();
    const other = table.put(binding('2001:db8:1::2'));
    commits.add([other], undefined, 'client', monotonicMs(0));
    assert.equal(commits.flush(effects, () => []), true);
    assert.equal(written().length, 2);
  });

  it('is written by a later commit where one failed: stable storage does not know it yet', () => {
    const { table, slot, before, commits, effects } = told();
    commits.flushRiders(effects);
    commits.failed(1, [before]);
    assert.equal(table.records.clientLastTransactionTime(slot), before.clientLastTransactionTime);
    assert.equal(table.told.has(slot), true);
    commits.flushRiders(effects);
    commits.committed(2);
    assert.equal(table.records.clientLastTransactionTime(slot), NOW + 7);
    assert.equal(table.told.has(slot), false);
  });

  it('is as what happens to it since, once that is durable', () => {
    const { table, slot, commits, effects, written } = told();
    table.put(released(table.read(slot), epochSeconds(NOW + 9), commits.nextRevision()));
    commits.add([slot], undefined, 'client', monotonicMs(0));
    commits.flush(effects, () => []);
    assert.deepEqual(written().map(({ status, clientLastTransactionTime }) => [status, clientLastTransactionTime]), [[BindingStatus.RELEASED, NOW + 9]]);
    assert.equal(table.told.has(slot), true, 'not before: the write may fail');
    commits.committed(1);
    assert.equal(table.told.has(slot), false);
  });

  it('is forgotten where it is not leased any more, or not on record', () => {
    const { table, slot, commits, effects, written, before } = told();
    table.put({ ...before, status: BindingStatus.EXPIRED });
    commits.flushRiders(effects);
    assert.deepEqual([written().length, table.told.size], [0, 0]);
    table.told.note(slot, seconds(30), seconds(40), NOW);
    table.remove(slot);
    assert.equal(table.told.size, 0);
  });
});
