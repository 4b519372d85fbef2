import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EndpointState, endpointStateName } from '../../../src/failover/index.ts';
import type { ClockFacts } from '../../../src/failover/index.ts';
import { composeClient } from '../../../src/failover/updates/compose.ts';
import { judge } from '../../../src/failover/updates/conflict.ts';
import type { ReceivedLease, Verdict } from '../../../src/failover/updates/conflict.ts';
import { BindingStatus, LeaseTable } from '../../../src/lease/index.ts';
import type { Binding } from '../../../src/lease/index.ts';
import { FailoverStatusCode, epochSeconds, seconds } from '../../../src/wire/index.ts';
import { RIGHT_CLOCK } from '../../unit/appliance/right-clock.ts';
import { NOW, binding, duid } from '../../unit/lease/leases.ts';
import { createSolo } from '../failover-endpoint/solo.ts';
import type { Solo } from '../failover-endpoint/solo.ts';
import { EPOCH, MCLT, WAIT_MARGIN, record } from '../failover-endpoint/settings.ts';

const { ACTIVE, EXPIRED, RELEASED, FREE } = BindingStatus;
const { OutdatedBindingInformation: OUTDATED, AddressInUse: IN_USE } = FailoverStatusCode;
/** The times are of a timescale of which nobody knows how far it was off. */
const UNKNOWN_TIMESCALE = 7;

/** A table with this lease of client 1, whose times are upper bounds or exact. */
function tableWith(changes: Partial<Binding>, isExact: boolean) {
  const table = new LeaseTable({ k0: 1, k1: 2 }, 0);
  const known = binding('2001:db8:1::1', { duid: duid(1), timescale: UNKNOWN_TIMESCALE, ...changes });
  const slot = table.put(known);
  table.moveTimes((label) => ({ by: 0, label }), () => isExact);
  return { table, slot };
}

describe('a record whose times are not exactly known', () => {
  const received = (status: ReceivedLease['status'], client: number, at: number, end: number): ReceivedLease => ({
    status,
    client: duid(client),
    cltTime: epochSeconds(NOW + at),
    startTimeOfState: epochSeconds(NOW + at),
    stateExpirationTime: epochSeconds(end === 0 ? 0 : NOW + end),
    expirationTime: epochSeconds(0),
    partnerRawCltTime: epochSeconds(0),
  });
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
    assert.equal(verdict(leased, received(ACTIVE, 2, -10, 499)), IN_USE);
    assert.equal(verdict(leased, received(ACTIVE, 2, -10, 501)), 0);
    assert.equal(verdict(leased, received(ACTIVE, 2, -10, 499), 'secondary'), 0);
  });

  it('[R-ST2] is not told to be of the future: an upper bound of what was is now at the latest', () => {
    const ahead = { ...leased, clientLastTransactionTime: epochSeconds(NOW + 90), startTimeOfState: epochSeconds(NOW + 80), partnerRawCltTime: epochSeconds(NOW + 70) };
    const { table, slot } = tableWith(ahead, false);
    const update = composeClient(table.records, duid(1), [slot], false, NOW);
    assert.ok(update.kind === 'client');
    const lease = update.ias[0]?.leases[0] ?? assert.fail();
    assert.deepEqual([lease.cltTime, lease.startTimeOfState, lease.partnerRawCltTime, lease.stateExpirationTime], [NOW, NOW, NOW, NOW + 500]);
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
