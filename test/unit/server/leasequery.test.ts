/** What requestors are told of a lease, by its record alone (RFC 5007 section 4.4.2, RFC 7653 section 6.3). */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { BindingStatus, LeaseKind, LeaseTable, PRESENT_TIMESCALE } from '../../../src/lease/index.ts';
import type { Binding } from '../../../src/lease/index.ts';
import { ChangeJournal } from '../../../src/server/leasequery/change-journal.ts';
import { changedIn } from '../../../src/server/leasequery/changes.ts';
import { queriedClient } from '../../../src/server/leasequery/leases-of-client.ts';
import type { LeasequeryScope } from '../../../src/server/leasequery/scope.ts';
import { SlotSet } from '../../../src/server/leasequery/slot-set.ts';
import { epochSeconds, formatAddress, iaid, seconds } from '../../../src/wire/index.ts';
import { CLIENT } from '../../conformance/server/client.ts';
import { SERVER_ID, address } from '../../conformance/server/box.ts';

const NOW = epochSeconds(1_800_000_000);
const before = (ago: number): ReturnType<typeof epochSeconds> => epochSeconds(NOW - ago);

function lease(name: string, changes: Partial<Binding> = {}): Binding {
  return {
    address: address(name),
    prefixLength: 128,
    kind: LeaseKind.IA_NA,
    status: BindingStatus.ACTIVE,
    duid: CLIENT,
    iaid: iaid(1),
    preferredLifetime: seconds(1_000),
    validLifetime: seconds(2_000),
    clientLastTransactionTime: before(100),
    startTimeOfState: before(500),
    stateExpirationTime: epochSeconds(NOW + 1_900),
    partnerLifetime: epochSeconds(0),
    ackedPartnerLifetime: epochSeconds(0),
    expirationTime: epochSeconds(0),
    partnerRawCltTime: epochSeconds(0),
    updateNeeded: false,
    timescale: PRESENT_TIMESCALE,
    revision: 1,
    ...changes,
  };
}

function told(...bindings: readonly Binding[]): readonly string[] {
  const table = new LeaseTable({ k0: 1, k1: 2 }, 0);
  const slots = bindings.map((binding) => table.put(binding));
  const client = queriedClient(table, slots, new Set(), NOW);
  return (client?.leases ?? []).map((one) => `${formatAddress(one.address)}${one.prefixLength === undefined ? '' : `/${one.prefixLength}`} ${one.preferredLifetime} ${one.validLifetime}`);
}

describe('what a requestor is told of a lease', () => {
  it('[O-9] is what is left of it, addresses before prefixes, in one order for both boxes of a pair', () => {
    const prefix = lease('2001:db8:100::', { prefixLength: 56, kind: LeaseKind.IA_PD });
    assert.deepEqual(told(prefix, lease('2001:db8::9'), lease('2001:db8::3')), ['2001:db8::3 900 1900', '2001:db8::9 900 1900', '2001:db8:100::/56 900 1900']);
  });

  it('[O-9] is never preferred for longer than it is valid', () => {
    assert.deepEqual(told(lease('2001:db8::1', { preferredLifetime: seconds(5_000) })), ['2001:db8::1 1900 1900']);
    assert.deepEqual(told(lease('2001:db8::1', { preferredLifetime: seconds(0xffffffff) })), ['2001:db8::1 1900 1900']);
  });

  it('[R-XR6] goes on for as long as the partner may have promised it, where that talked to the client last', () => {
    const ended = lease('2001:db8::1', { stateExpirationTime: before(1), expirationTime: epochSeconds(NOW + 300), partnerRawCltTime: before(50) });
    assert.deepEqual(told(ended), ['2001:db8::1 300 300']);
    assert.deepEqual(told({ ...ended, partnerRawCltTime: before(200) }), [], 'not where this box did');
  });
});

describe('changes for who was away', () => {
  const covering = (noted: readonly number[], at: number): ChangeJournal => {
    const journal = new ChangeJournal(100);
    journal.begin(before(1_000));
    journal.note(noted, before(at));
    return journal;
  };
  const isChanged = (changes: Partial<Binding>, span: { from?: number; to?: number }, journal?: (slot: number) => ChangeJournal): boolean => {
    const table = new LeaseTable({ k0: 1, k1: 2 }, 0);
    const slot = table.put(lease('2001:db8::1', changes));
    const scope: LeasequeryScope = { isOver: false, table, linkOf: () => undefined, configuration: undefined, links: [], serverId: SERVER_ID, isSilent: () => false, isStorageLost: () => false };
    const times = { from: span.from === undefined ? undefined : before(span.from), to: span.to === undefined ? undefined : before(span.to) };
    return changedIn(scope, times, journal?.(slot))(slot);
  };

  it('[O-11] are told by the times of the lease where nothing was noted', () => {
    assert.deepEqual([isChanged({}, { from: 100 }), isChanged({}, { from: 99 }), isChanged({}, { to: 100 }), isChanged({}, { to: 101 })], [true, false, true, false]);
    assert.ok(isChanged({ startTimeOfState: before(10) }, { from: 10 }));
  });

  it('[O-11] are told where in doubt: what the partner said came later than it happened', () => {
    const byPartner = { partnerRawCltTime: before(80), clientLastTransactionTime: before(80) };
    assert.ok(isChanged(byPartner, { from: 5 }));
    assert.ok(!isChanged(byPartner, { from: 5 }, () => covering([], 1)), 'a journal that goes back so far knows better');
    assert.ok(isChanged(byPartner, { from: 5 }, (slot) => covering([slot], 3)));
    assert.ok(!isChanged({ partnerRawCltTime: before(300) }, { from: 5 }));
  });

  it('[O-11] are not known from before a clock was set back', () => {
    const journal = covering([1], 10);
    journal.note([2], before(2));
    assert.deepEqual(journal.changedSince(before(20)), [1, 2]);
    journal.note([3], before(500));
    assert.equal(journal.changedSince(before(600)), undefined);
    journal.note([4], before(400));
    assert.deepEqual(journal.changedSince(before(450)), [4]);
  });
});

describe('a set of slots', () => {
  it('has what was put into it, however far it grew', () => {
    const set = new SlotSet();
    const put = [1, 31, 32, 2_047, 2_048, 100_000];
    for (const slot of put) set.add(slot);
    for (const slot of put) assert.ok(set.has(slot) && !set.has(slot + 5), String(slot));
  });
});
