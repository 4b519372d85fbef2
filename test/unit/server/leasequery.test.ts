/** What requestors are told of a lease, by its record alone (RFC 5007 section 4.4.2, RFC 7653 section 6.3). */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { BindingStatus, LeaseKind, LeaseTable, PRESENT_TIMESCALE } from '../../../src/lease/index.ts';
import type { Binding } from '../../../src/lease/index.ts';
import { ChangeJournal } from '../../../src/server/leasequery/change-journal.ts';
import { changedIn } from '../../../src/server/leasequery/changes.ts';
import { queriedClient } from '../../../src/server/leasequery/leases-of-client.ts';
import type { LeasequeryScope } from '../../../src/server/leasequery/scope.ts';
import { SlotQueue } from '../../../src/server/leasequery/slot-queue.ts';
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

type Told = Parameters<typeof queriedClient>[0];

function clientOf(bindings: readonly Binding[], changes: Partial<Told> = {}, requested: readonly number[] = []): ReturnType<typeof queriedClient> {
  const table = new LeaseTable({ k0: 1, k1: 2 }, 0);
  table.moveTimes((label) => ({ by: 0, label }), (timescale) => timescale === PRESENT_TIMESCALE);
  const slots = bindings.map((binding) => table.put(binding));
  return queriedClient({ table, sensitive: new Set(), isClockTrusted: () => true, ...changes }, slots, new Set(requested), NOW);
}

function told(...bindings: readonly Binding[]): readonly string[] {
  return shown(clientOf(bindings));
}

function shown(client: ReturnType<typeof queriedClient>): readonly string[] {
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

describe('what a requestor is told by a clock that nobody has confirmed', () => {
  it('[O-9, R-ST2] is that a lease goes on though its end has passed, as long as it is kept', () => {
    const overdue = lease('2001:db8::1', { stateExpirationTime: before(1) });
    assert.deepEqual(shown(clientOf([overdue])), []);
    assert.deepEqual(shown(clientOf([overdue], { isClockTrusted: () => false })), ['2001:db8::1 900 2000']);
    assert.deepEqual(shown(clientOf([{ ...overdue, status: BindingStatus.EXPIRED }], { isClockTrusted: () => false })), []);
  });
});

describe('how a client was heard last', () => {
  const ended = lease('2001:db8::2', { status: BindingStatus.RELEASED, clientLastTransactionTime: before(5) });

  it('[O-9] is so long ago, of whichever lease on the link, also one that it has no more', () => {
    assert.equal(clientOf([lease('2001:db8::1')])?.cltTime, 100);
    assert.equal(clientOf([lease('2001:db8::1'), ended])?.cltTime, 5);
    assert.equal(clientOf([ended]), undefined, 'it has none');
  });

  it('[O-9, R-ST2] is told by the times that are exact, before those that are upper bounds', () => {
    assert.equal(clientOf([lease('2001:db8::1'), { ...ended, timescale: 7 }])?.cltTime, 100);
    assert.equal(clientOf([lease('2001:db8::1', { timescale: 7 })])?.cltTime, 100, 'what there is');
  });

  const header = (hops: number): readonly number[] => [12, hops, ...new Array<number>(32).fill(hops)];
  const option = (code: number, data: readonly number[]): readonly number[] => [0, code, 0, data.length, ...data];
  /** Two relay agents; what stands behind them is cut off where the client's message began. */
  const inner = [...header(0), ...option(37, [0, 0, 0, 9, 1]), ...option(79, [0, 1, 2, 0, 0, 0, 0, 9]), ...option(18, [7]), 0, 9, 0, 0];
  const chain = Uint8Array.from([...header(1), ...option(37, [0, 0, 0, 9, 2]), ...option(9, inner)]);
  const agent = address('fe80::9');
  const relayed = lease('2001:db8::1', { relay: chain, relayAgent: agent });
  const relayOf = (binding: Binding, sensitive: readonly number[] = []): string | undefined => {
    const relay = clientOf([binding], { sensitive: new Set(sensitive) }, [47])?.relay;
    return relay && Buffer.from(relay.message).toString('hex');
  };
  const hex = (octets: readonly number[]): string => Buffer.from(octets).toString('hex');

  it('[O-9] is told whole, or not at all where the relay agent is not known that it came from', () => {
    assert.equal(relayOf(relayed), hex([...header(1), ...option(37, [0, 0, 0, 9, 2]), ...option(9, inner.slice(0, -4))]));
    assert.equal(relayOf({ ...relayed, relayAgent: undefined }), undefined);
  });

  it('[O-9] is told without the options that are sensitive, at every relay agent', () => {
    assert.equal(relayOf(relayed, [79]), hex([...header(1), ...option(37, [0, 0, 0, 9, 2]), ...option(9, [...header(0), ...option(37, [0, 0, 0, 9, 1]), ...option(18, [7])])]));
    assert.equal(relayOf(relayed, [37, 79, 18]), hex([...header(1), ...option(9, header(0))]));
    assert.equal(relayOf(relayed, [9]), undefined);
  });
});

describe('changes for who was away', () => {
  const covering = (noted: readonly number[], at: number): ChangeJournal => {
    const journal = new ChangeJournal(seconds(86_400));
    journal.begin(before(1_000));
    for (const slot of noted) journal.note(slot, before(at));
    return journal;
  };
  const isChanged = (changes: Partial<Binding>, span: { from?: number; to?: number }, journal?: (slot: number) => ChangeJournal, isClockTrusted = true): boolean => {
    const table = new LeaseTable({ k0: 1, k1: 2 }, 0);
    const slot = table.put(lease('2001:db8::1', changes));
    table.moveTimes((label) => ({ by: 0, label }), (timescale) => timescale === PRESENT_TIMESCALE);
    const scope: LeasequeryScope = { isOver: false, table, linkOf: () => undefined, configuration: undefined, sensitive: new Set(), links: [], serverId: SERVER_ID, isSilent: () => false, isClockTrusted: () => isClockTrusted, isStorageLost: () => false };
    const times = { from: span.from === undefined ? undefined : before(span.from), to: span.to === undefined ? undefined : before(span.to) };
    return changedIn(scope, times, journal?.(slot), NOW)(slot);
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

  it('[O-11] are told where a time is one that has not come yet, or lies behind the end: the clock was set since', () => {
    assert.ok(isChanged({}, { from: -50 }));
    assert.ok(isChanged({}, { from: 20, to: 30 }));
    assert.ok(!isChanged({}, { from: 20, to: 110 }), 'not what changed behind the end');
  });

  it('[O-11, R-ST2] are told where their times are upper bounds, and all where nobody has confirmed what time it is', () => {
    assert.ok(isChanged({ timescale: 7 }, { from: 1_000, to: 200 }));
    assert.ok(!isChanged({ timescale: 7 }, { from: 99 }), 'earlier than that is earlier');
    assert.ok(isChanged({}, { from: 5 }, undefined, false));
  });

  it('[O-11] are known for as long as the configuration says, and not from before it began', () => {
    const journal = new ChangeJournal(seconds(100));
    assert.ok(!journal.covers(NOW, NOW), 'it has not begun');
    journal.begin(before(1_000));
    journal.begin(before(10));
    assert.deepEqual([100, 101, 0, -1].map((ago) => journal.covers(before(ago), NOW)), [true, false, true, false]);
    assert.deepEqual([999, 1_000].map((ago) => journal.covers(before(ago), before(950))), [true, false]);
  });

  it('[O-11] are not known of times that a clock that was set back has shown twice', () => {
    const journal = covering([1], 300);
    journal.setBack(before(200));
    journal.note(2, before(290));
    assert.deepEqual([400, 250, 200, 199].map((ago) => journal.covers(before(ago), NOW)), [false, false, false, true]);
  });

  it('[O-11] are noted again where nobody knows who was told of them', () => {
    const journal = new ChangeJournal(seconds(86_400));
    for (const [slot, ago] of [[1, 30], [5_000, 20], [2, 10]] as const) journal.note(slot, before(ago));
    journal.noteAgain(before(20), NOW);
    assert.deepEqual([1, 5_000, 2, 3].map((slot) => journal.timeOf(slot)), [before(30), NOW, NOW, undefined]);
    assert.ok(!journal.hasChangedSince(1, before(29)) && journal.hasChangedSince(1, before(30)));
  });
});

describe('what waits to be told', () => {
  it('is each slot once, in the order in which it came, and so many at most', () => {
    const queue = new SlotQueue(3);
    for (const slot of [7, 5, 7]) assert.ok(queue.add(slot));
    assert.deepEqual([queue.take(), queue.add(7), queue.add(9), queue.add(1)], [7, true, true, false]);
    queue.delete(7);
    assert.ok(!queue.has(7) && queue.has(9));
    assert.deepEqual([queue.take(), queue.take(), queue.take(), queue.length], [5, 9, undefined, 0]);
  });
});

describe('a set of slots', () => {
  it('has what was put into it, however far it grew', () => {
    const set = new SlotSet();
    const put = [1, 31, 32, 2_047, 2_048, 100_000];
    for (const slot of put) set.add(slot);
    for (const slot of put) assert.ok(set.has(slot) && !set.has(slot + 5), String(slot));
    for (const slot of [32, 4_000_000]) set.delete(slot);
    assert.deepEqual([31, 32, 2_047].map((slot) => set.has(slot)), [true, false, true]);
  });
});
