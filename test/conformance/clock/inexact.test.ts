import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EndpointState, endpointStateName } from '../../../src/failover/index.ts';
import type { ClockFacts } from '../../../src/failover/index.ts';
import { composeClient, composePrefix } from '../../../src/failover/updates/compose.ts';
import { judge } from '../../../src/failover/updates/conflict.ts';
import type { ReceivedLease, Verdict } from '../../../src/failover/updates/conflict.ts';
import { isStored, storedBinding } from '../../../src/failover/updates/stored-binding.ts';
import type { CheckedLease } from '../../../src/failover/updates/stored-binding.ts';
import { BindingStatus, LeaseKind, LeaseTable, PRESENT_TIMESCALE } from '../../../src/lease/index.ts';
import type { Binding } from '../../../src/lease/index.ts';
import { ExtensionCode, FailoverStatusCode, epochSeconds, extension as suboption, iaid, seconds } from '../../../src/wire/index.ts';
import type { Duid, LeaseUpdate } from '../../../src/wire/index.ts';
import { RIGHT_CLOCK } from '../../unit/appliance/right-clock.ts';
import { NOW, binding, duid, name } from '../../unit/lease/leases.ts';
import { createSolo } from '../failover-endpoint/solo.ts';
import type { Solo } from '../failover-endpoint/solo.ts';
import { EPOCH, MCLT, WAIT_MARGIN, record } from '../failover-endpoint/settings.ts';

const { ACTIVE, EXPIRED, RELEASED, FREE, FREE_BACKUP, RESET } = BindingStatus;
const { OutdatedBindingInformation: OUTDATED, AddressInUse: IN_USE } = FailoverStatusCode;
/** The times are of a timescale of which nobody knows how far it was off. */
const UNKNOWN_TIMESCALE = 7;
/** 2000-01-01, where the times of the wire begin. */
const WIRE_BEGINS = 946_684_800;

/** A table with this lease of client 1, whose times are upper bounds or exact. */
function tableWith(changes: Partial<Binding>, isExact: boolean) {
  const table = new LeaseTable({ k0: 1, k1: 2 }, 0);
  const known = binding('2001:db8:1::1', { duid: duid(1), timescale: UNKNOWN_TIMESCALE, ...changes });
  const slot = table.put(known);
  table.moveTimes((label) => ({ by: 0, label }), () => isExact);
  return { table, slot };
}

/** The rest of an update of the lease that the tests are about. */
function updateOf(lease: ReceivedLease): CheckedLease {
  return {
    ...lease,
    ...name('2001:db8:1::1'),
    kind: LeaseKind.IA_NA,
    iaid: iaid(1),
    preferredLifetime: seconds(3_600),
    validLifetime: seconds(7_200),
    renewal: undefined,
    partnerLifetime: lease.stateExpirationTime,
    freeStatus: FREE,
    relay: undefined,
    relayAgent: undefined,
    reconfigureData: undefined,
    clientAddress: undefined,
    dns: undefined,
  };
}

describe('a record whose times are not exactly known', () => {
  const received = (status: ReceivedLease['status'], client: number, at: number, end: number): ReceivedLease => ({
    status,
    client: duid(client),
    isExact: true,
    cltTime: epochSeconds(NOW + at),
    startTimeOfState: epochSeconds(NOW + at),
    stateExpirationTime: epochSeconds(end === 0 ? 0 : NOW + end),
    expirationTime: epochSeconds(0),
    partnerRawCltTime: epochSeconds(0),
  });
  /** As a partner tells of a lease whose times it does not know exactly. */
  const inexact = (client: number, end: number): ReceivedLease => ({ ...received(ACTIVE, client, 0, end), isExact: false });
  const verdict = (own: Partial<Binding>, update: ReceivedLease, role: 'primary' | 'secondary' = 'primary', isExact = false): Verdict => {
    const { table, slot } = tableWith(own, isExact);
    return judge(table.records, slot, update, { role, mclt: seconds(MCLT), isRebuilding: () => false }, NOW);
  };
  const leased: Partial<Binding> = {
    status: ACTIVE,
    clientLastTransactionTime: epochSeconds(NOW - 500),
    startTimeOfState: epochSeconds(NOW - 500),
    stateExpirationTime: epochSeconds(NOW + 500),
  };

  it('[R-ST2] (8) stays leased, whenever the partner says that it ended: the later expiry is kept', () => {
    for (const status of [EXPIRED, RELEASED, FREE]) {
      assert.equal(verdict(leased, received(status, 1, -10, 0)), OUTDATED, String(status));
    }
    assert.equal(verdict(leased, received(RELEASED, 1, -10, 0), 'primary', true), 0, 'in exact times the order counts');
  });

  it('[R-ST2] (8) that ended yields to the partner, which may have leased it since', () => {
    const ended = { ...leased, status: RELEASED };
    assert.equal(verdict(ended, received(ACTIVE, 2, -900, 100)), 0);
    assert.equal(verdict(ended, received(ACTIVE, 2, -900, 100), 'primary', true), OUTDATED);
  });

  it('[R-ST2] (8) of two clients the one with the later expiry keeps the lease, at the primary', () => {
    assert.equal(verdict(leased, inexact(2, 499)), IN_USE);
    assert.equal(verdict(leased, inexact(2, 501)), 0);
    assert.equal(verdict(leased, inexact(2, 499), 'secondary'), 0);
  });

  it('[R-ST2] (8) but a partner whose times are exact, and whose client holds the lease, keeps it', () => {
    assert.equal(verdict(leased, received(ACTIVE, 2, -900, 100)), 0);
    assert.equal(verdict(leased, received(ACTIVE, 2, -900, 0)), IN_USE, 'what is over there is no reason');
  });

  it('[R-ST2] (8) of another client is believed by neither role where a client holds the lease, and its times are exact', () => {
    for (const role of ['primary', 'secondary'] as const) {
      assert.equal(verdict(leased, inexact(2, 9_000), role, true), IN_USE, role);
      assert.equal(verdict({ ...leased, stateExpirationTime: epochSeconds(NOW - 1) }, inexact(2, 9_000), role, true), 0, `${role}, whose lease is over`);
    }
  });

  it('[R-ST2] (8) but where the partner knew of this client, and has another one, it gave the lease since', () => {
    const acked = { ...leased, ackedPartnerLifetime: epochSeconds(NOW + 900) };
    assert.equal(verdict(acked, received(ACTIVE, 2, -10, 100)), 0);
    assert.equal(verdict(acked, received(EXPIRED, 1, -10, 0)), OUTDATED, 'that it ended alone it may only think');
  });

  const told = (changes: Partial<Binding>): LeaseUpdate => {
    const { table, slot } = tableWith({ ...leased, ...changes }, false);
    if (table.records.kind(slot) === LeaseKind.IA_PD) {
      const update = composePrefix(table.records, slot, table.records.status(slot), undefined, NOW);
      return update.kind === 'prefix' ? update.lease : assert.fail();
    }
    const update = composeClient(table.records, duid(1), [slot], [ExtensionCode.INEXACT_TIMES], NOW);
    return (update.kind === 'client' ? update.ias[0]?.leases[0] : undefined) ?? assert.fail();
  };

  it('[R-ST2] (8) that ended is told as old news: the partner keeps a lease that a client holds there', () => {
    for (const status of [RELEASED, RESET]) {
      const { bindingStatus, cltTime, startTimeOfState } = told({ status });
      const update = { ...received(status, 1, 0, 0), cltTime: cltTime ?? NOW, startTimeOfState: startTimeOfState ?? NOW };
      assert.equal(bindingStatus, status);
      assert.equal(verdict({ ...leased, clientLastTransactionTime: epochSeconds(NOW - 100_000) }, update, 'primary', true), OUTDATED);
      assert.ok(startTimeOfState !== undefined && startTimeOfState > WIRE_BEGINS, 'what the wire can say');
    }
  });

  it('[R-ST2] of a prefix by itself is told in the same way', () => {
    const prefix = { ...leased, ...name('2001:db8:7::/56'), kind: LeaseKind.IA_PD, duid: duid(1).subarray(0, 0) as Duid, status: FREE_BACKUP };
    const { startTimeOfState } = told({ ...prefix, startTimeOfState: epochSeconds(NOW + 1_000) });
    assert.ok(startTimeOfState !== undefined && startTimeOfState < NOW - 100_000);
  });

  const extension = (own: Partial<Binding>, role: 'primary' | 'secondary', isExact: boolean): Binding => {
    const { table, slot } = tableWith({ ...leased, ackedPartnerLifetime: epochSeconds(NOW + 800), ...own }, isExact);
    return storedBinding(table, slot, updateOf(received(ACTIVE, 1, -10, 100)), false, { role, mclt: seconds(MCLT), isRebuilding: () => false }, NOW);
  };

  it('[R-ST2] (4, 7, 8) is rewritten whole by an update of the same lease: the later expiry stays and is told, nothing is acknowledged any more, and nothing that was lies ahead', () => {
    const ahead = { clientLastTransactionTime: epochSeconds(NOW + 90), startTimeOfState: epochSeconds(NOW + 80), partnerRawCltTime: epochSeconds(NOW + 70) };
    for (const role of ['primary', 'secondary'] as const) {
      const kept = extension(ahead, role, false);
      assert.equal(kept.timescale, PRESENT_TIMESCALE);
      assert.deepEqual([kept.stateExpirationTime, kept.updateNeeded, kept.ackedPartnerLifetime], [NOW + 500, true, 0]);
      assert.deepEqual([kept.clientLastTransactionTime, kept.startTimeOfState, kept.partnerRawCltTime], [NOW, NOW - 10, NOW - 10]);
    }
    assert.equal(extension({}, 'primary', true).ackedPartnerLifetime, NOW + 800);
  });

  it('[R-ST2] (4) is rewritten by an update that says the same', () => {
    const own: Partial<Binding> = { ...leased, stateExpirationTime: epochSeconds(NOW + 100), clientLastTransactionTime: epochSeconds(0), startTimeOfState: epochSeconds(NOW - 10), expirationTime: epochSeconds(NOW + 100), partnerRawCltTime: epochSeconds(NOW - 10) };
    const kept = extension({ ...own, ackedPartnerLifetime: epochSeconds(0) }, 'secondary', true);
    for (const isExact of [true, false]) {
      const { table, slot } = tableWith(kept, isExact);
      assert.equal(isStored(table.records, slot, kept), isExact);
    }
  });

  it('[R-ST2] is not told to be of the future: an upper bound of what was is now at the latest', () => {
    const ahead = { ...leased, clientLastTransactionTime: epochSeconds(NOW + 90), startTimeOfState: epochSeconds(NOW + 80), partnerRawCltTime: epochSeconds(NOW + 70) };
    const { table, slot } = tableWith(ahead, false);
    const update = composeClient(table.records, duid(1), [slot], [ExtensionCode.INEXACT_TIMES], NOW);
    assert.ok(update.kind === 'client');
    const lease = update.ias[0]?.leases[0] ?? assert.fail();
    assert.deepEqual([lease.cltTime, lease.startTimeOfState, lease.partnerRawCltTime, lease.stateExpirationTime], [NOW, NOW, NOW, NOW + 500]);
    assert.deepEqual(update.vendor, [suboption(ExtensionCode.INEXACT_TIMES, true)], 'to a partner that understands it');
  });
});

describe('a box whose last times are not exactly known', () => {
  const inexact: ClockFacts = { ...RIGHT_CLOCK, isExact: (timescale) => timescale !== UNKNOWN_TIMESCALE };
  const starting = (state: EndpointState, clock: ClockFacts): Solo => {
    const solo = createSolo('primary', record('primary', state, { lastOperation: epochSeconds(EPOCH - 600), timescales: { lastOperation: UNKNOWN_TIMESCALE } }), { clock });
    solo.connect();
    return solo;
  };
  const nameOf = ({ view }: Solo): string => endpointStateName(view.state);

  it('[R-ST2] (10) and that meets its partner in PARTNER-DOWN goes to POTENTIAL-CONFLICT, however late that declared it down', () => {
    for (const [clock, state] of [[inexact, 'POTENTIAL-CONFLICT'], [RIGHT_CLOCK, 'RECOVER']] as const) {
      const solo = starting(EndpointState.NORMAL, clock);
      solo.saysState(EndpointState.PARTNER_DOWN, { since: 600 });
      assert.equal(nameOf(solo), state);
    }
  });

  it('[R-ST2] (9) waits MCLT from its start in RECOVER-WAIT: how long it was off counts for nothing', () => {
    const left = (clock: ClockFacts): number => {
      const solo = starting(EndpointState.RECOVER, clock);
      solo.saysState(EndpointState.COMMUNICATIONS_INTERRUPTED);
      solo.saysUpdatesDone();
      assert.equal(nameOf(solo), 'RECOVER-WAIT');
      let waited = 0;
      for (; nameOf(solo) === 'RECOVER-WAIT' && waited <= MCLT + 10; waited++) {
        solo.box.advance(1_000);
        if (waited % 20 === 0) solo.saysState(EndpointState.COMMUNICATIONS_INTERRUPTED);
      }
      return waited;
    };
    const [unknown, known] = [left(inexact), left(RIGHT_CLOCK)];
    assert.ok(Math.abs(unknown - MCLT - WAIT_MARGIN) <= 1, String(unknown));
    assert.ok(known < unknown, String(known));
  });

  it('[R-ST2] (5) takes and makes no connection before stable storage knows what its clock was set to', () => {
    let isDurable = false;
    const solo = createSolo('secondary', record('secondary', EndpointState.NORMAL), { clock: { ...RIGHT_CLOCK, isDurable: () => isDurable } });
    solo.connect();
    assert.deepEqual(solo.sentNames(), []);
    assert.equal(solo.closed.length, 1);
    isDurable = true;
    solo.connect();
    assert.deepEqual(solo.sentNames(), ['CONNECTREPLY', 'STATE']);
  });
});
