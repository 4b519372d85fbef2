/** What waits to be told to a requestor of active leasequery, without a box (RFC 7653 section 9.3). */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { BindingStatus, LeaseKind, LeaseTable, PRESENT_TIMESCALE } from '../../../src/lease/index.ts';
import { ChangeJournal } from '../../../src/server/leasequery/change-journal.ts';
import { LOOKED, PendingChanges, WAITING_MAX } from '../../../src/server/leasequery/pending-changes.ts';
import { LOOK } from '../../../src/server/leasequery/stream.ts';
import { epochSeconds, iaid, seconds } from '../../../src/wire/index.ts';
import type { Address } from '../../../src/wire/index.ts';
import { CLIENT } from '../../conformance/server/client.ts';

const NOW = 1_800_000_000;
const at = (after: number): ReturnType<typeof epochSeconds> => epochSeconds(NOW + after);
const LEASES = WAITING_MAX + 100;

describe('changes that a requestor has to be told of', () => {
  let table: LeaseTable;
  let journal: ChangeJournal;
  let slots: readonly number[];

  beforeEach(() => {
    table = new LeaseTable({ k0: 1, k1: 2 }, LEASES);
    journal = new ChangeJournal(seconds(86_400));
    const zero = epochSeconds(0);
    const times = { partnerLifetime: zero, ackedPartnerLifetime: zero, expirationTime: zero, partnerRawCltTime: zero, clientLastTransactionTime: zero, startTimeOfState: zero, stateExpirationTime: zero };
    const lease = { prefixLength: 128, kind: LeaseKind.IA_NA, status: BindingStatus.ACTIVE, duid: CLIENT, iaid: iaid(1), preferredLifetime: seconds(1), validLifetime: seconds(1), updateNeeded: false, timescale: PRESENT_TIMESCALE, revision: 1, ...times };
    slots = Array.from({ length: LEASES }, (_, i) => table.put({ ...lease, address: Uint8Array.of(0x20, 1, ...new Array<number>(12).fill(0), i >> 8, i & 255) as Address }));
  });

  function pendingOf(since?: ReturnType<typeof epochSeconds>): PendingChanges {
    return new PendingChanges(table, journal, since);
  }

  function change(pending: PendingChanges, changed: readonly number[], now: ReturnType<typeof epochSeconds>): void {
    for (const slot of changed) journal.note(slot, now);
    pending.note(changed, now);
  }

  function all(pending: PendingChanges): readonly number[] {
    const found = new Set<number>();
    for (let slot = pending.take(); slot !== undefined; slot = pending.take()) if (slot !== LOOKED) found.add(slot);
    return [...found].sort((a, b) => a - b);
  }

  it('[O-11] are noted again when its connection ends', () => {
    const pending = pendingOf();
    change(pending, slots.slice(0, 3), at(0));
    pending.take();
    pending.close(at(50));
    assert.deepEqual(slots.slice(0, 3).map((slot) => journal.timeOf(slot)), [at(0), at(50), at(50)]);
  });

  it('[O-11] are found again where too many of them wait for commits', () => {
    for (const slot of slots) journal.note(slot, at(0));
    const pending = pendingOf(at(0));
    for (let held = 0, slot = pending.take(); held <= WAITING_MAX; slot = pending.take()) {
      assert.ok(slot !== undefined && pending.length <= WAITING_MAX + LOOK);
      if (slot === LOOKED) continue;
      pending.hold(slot, at(0));
      held += 1;
    }
    assert.ok(all(pending).length < LEASES);
    assert.equal(pending.take(), undefined, 'nobody looks for them before a commit has ended');
    assert.ok(!pending.isCaughtUp());
    pending.note([], at(1));
    const found = all(pending);
    assert.equal(found.length, LEASES);
    for (const slot of found) pending.told(slot, at(1));
    assert.ok(pending.isCaughtUp());
  });

  it('[O-11] are found though the clock was set back while they waited', () => {
    const pending = pendingOf();
    change(pending, slots, at(0));
    for (const slot of slots.slice(-200)) change(pending, [slot], at(-990));
    assert.equal(all(pending).length, LEASES);
  });

  it('[O-11] are caught up with once, when the last of them was told', () => {
    for (const slot of slots.slice(0, 300)) journal.note(slot, at(0));
    journal.note(slots[0] ?? 0, at(-10));
    const pending = pendingOf(at(-5));
    assert.ok(!pending.isCaughtUp());
    assert.deepEqual(all(pending), slots.slice(1, 300));
    assert.deepEqual([pending.isCaughtUp(), pending.isCaughtUp()], [true, false]);
    assert.ok(!pendingOf().isCaughtUp(), 'nobody asked for it');
  });
});
