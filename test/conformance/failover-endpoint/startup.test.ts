/** RFC 8156 section 8.3, row by row: from stable storage to the first state. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EndpointState, endpointStateName } from '../../../src/failover/index.ts';
import type { Role } from '../../../src/failover/index.ts';
import { FailoverMessageType, epochSeconds, seconds } from '../../../src/wire/index.ts';
import type { StateMessage } from '../../../src/wire/index.ts';
import { EPOCH, record } from './settings.ts';
import { createSolo, inState, nameOf, starting } from './solo.ts';
import type { Solo } from './solo.ts';

const {
  STARTUP,
  NORMAL,
  COMMUNICATIONS_INTERRUPTED,
  PARTNER_DOWN,
  POTENTIAL_CONFLICT,
  RECOVER,
  RECOVER_WAIT,
  RECOVER_DONE,
  RESOLUTION_INTERRUPTED,
  CONFLICT_DONE,
} = EndpointState;
const ROLES: readonly Role[] = ['primary', 'secondary'];
const STATES = Object.values(EndpointState).filter((state) => state !== STARTUP);

function toldState(solo: Solo): StateMessage {
  const told = solo.sent().findLast((message): message is StateMessage => message.type === FailoverMessageType.STATE);
  assert.ok(told !== undefined, 'it told its state');
  return told;
}

describe('STARTUP (RFC 8156 section 8.3)', () => {
  it('[F-SM-1] remembers the state before, and when it failed at the latest', () => {
    for (const state of STATES) {
      const solo = starting('primary', state);
      assert.equal(nameOf(solo), 'STARTUP');
      assert.equal(solo.box.stored.get('east-west')?.state, state, 'no record says STARTUP');
    }
  });
  it('[F-SM-2, F-GAP-15] without a record: as after RECOVER, in both roles', () => {
    for (const role of ROLES) {
      const solo = createSolo(role, undefined);
      solo.box.advance(5_000);
      assert.equal(nameOf(solo), 'RECOVER');
      assert.equal(solo.box.stored.get('east-west')?.lastOperation, 0);
    }
  });
  it('[F-SM-3] NORMAL becomes COMMUNICATIONS-INTERRUPTED', () => {
    const solo = starting('primary', NORMAL);
    solo.box.advance(5_000);
    assert.equal(nameOf(solo), 'COMMUNICATIONS-INTERRUPTED');
  });
  it('[F-SM-4] POTENTIAL-CONFLICT becomes RESOLUTION-INTERRUPTED', () => {
    const solo = starting('secondary', POTENTIAL_CONFLICT);
    solo.box.advance(5_000);
    assert.equal(nameOf(solo), 'RESOLUTION-INTERRUPTED');
  });
  it('[F-SM-5] any other state is taken up again, and began when it began', () => {
    for (const state of STATES.filter((each) => each !== NORMAL && each !== POTENTIAL_CONFLICT)) {
      const solo = starting('primary', state);
      solo.box.advance(5_000);
      assert.equal(nameOf(solo), endpointStateName(state));
      assert.equal(solo.view.since, EPOCH - 3_600);
    }
  });
  it('[F-SM-6] lasts as long as it is configured', () => {
    const solo = starting('primary', NORMAL, { configuration: { startupTime: seconds(8) } });
    solo.box.advance(7_999);
    assert.equal(nameOf(solo), 'STARTUP');
    solo.box.advance(1);
    assert.equal(nameOf(solo), 'COMMUNICATIONS-INTERRUPTED');
  });
  it('[F-SM-7] the primary dials', () => {
    const solo = starting('primary', NORMAL);
    solo.box.advance(0);
    assert.deepEqual(solo.box.effects, [{ kind: 'dial', relationship: 'east-west' }]);
  });
  it('[F-SM-8] the secondary is ready to be dialled, and dials nobody', () => {
    const solo = starting('secondary', NORMAL);
    solo.box.advance(1_000);
    assert.deepEqual(solo.box.effects, []);
    solo.connect();
    assert.equal(solo.view.communications, 'connecting');
  });
  it('[F-SM-9, F-CON-34] says the state before, and that it is starting', () => {
    for (const role of ROLES) {
      const solo = starting(role, NORMAL);
      solo.connect();
      const { serverState, serverFlags } = toldState(solo);
      assert.equal(serverState, COMMUNICATIONS_INTERRUPTED);
      assert.equal(serverFlags.startup, true);
    }
  });
  it('[F-SM-10] hears a partner that does not serve alone: the state before, and on from there', () => {
    const cases = [
      [NORMAL, NORMAL, NORMAL],
      [COMMUNICATIONS_INTERRUPTED, RECOVER, COMMUNICATIONS_INTERRUPTED],
      [POTENTIAL_CONFLICT, COMMUNICATIONS_INTERRUPTED, POTENTIAL_CONFLICT],
      [PARTNER_DOWN, RECOVER_DONE, NORMAL],
      [RECOVER_DONE, NORMAL, NORMAL],
      [RECOVER, CONFLICT_DONE, POTENTIAL_CONFLICT],
    ] as const;
    for (const [before, partner, next] of cases) {
      const solo = starting('primary', before);
      solo.connect();
      solo.saysState(partner);
      assert.equal(nameOf(solo), endpointStateName(next), endpointStateName(before));
      const { serverState, serverFlags } = toldState(solo);
      assert.deepEqual([serverState, serverFlags.startup], [next, false]);
    }
  });
  it('[F-SM-10, F-GAP-21] two that start together do not wait for each other', () => {
    const solo = starting('primary', NORMAL);
    solo.connect();
    solo.saysState(COMMUNICATIONS_INTERRUPTED, { startup: true });
    assert.equal(nameOf(solo), 'COMMUNICATIONS-INTERRUPTED');
    const { serverFlags } = toldState(solo);
    assert.deepEqual([serverFlags.startup, serverFlags.ackStartup], [false, true]);
    solo.saysState(COMMUNICATIONS_INTERRUPTED);
    assert.equal(nameOf(solo), 'NORMAL');
  });
  it('[F-SM-11] hears one that served alone since after the failure: RECOVER', () => {
    for (const before of [NORMAL, COMMUNICATIONS_INTERRUPTED, PARTNER_DOWN, CONFLICT_DONE]) {
      const solo = starting('primary', before);
      solo.connect();
      // Its last heartbeat was at -60, so it may have been serving until 0.
      solo.saysState(PARTNER_DOWN, { since: 6 });
      assert.equal(nameOf(solo), 'RECOVER');
    }
  });
  it('[F-SM-12] hears one that served alone before the failure: POTENTIAL-CONFLICT', () => {
    const served = [NORMAL, COMMUNICATIONS_INTERRUPTED, RESOLUTION_INTERRUPTED, RECOVER, RECOVER_WAIT, RECOVER_DONE];
    for (const before of served) {
      const solo = starting('primary', before);
      solo.connect();
      solo.saysState(PARTNER_DOWN, { since: -70 });
      assert.equal(nameOf(solo), 'POTENTIAL-CONFLICT');
    }
  });
  it('[F-SM-13] where the times are the same: POTENTIAL-CONFLICT', () => {
    for (const since of [-5, 0, 5]) {
      const solo = starting('primary', NORMAL);
      solo.connect();
      solo.saysState(PARTNER_DOWN, { since });
      assert.equal(nameOf(solo), 'POTENTIAL-CONFLICT', `${since} s`);
    }
  });
  it('[F-SM-14] hears nobody: the state before', () => {
    for (const role of ROLES) {
      const solo = starting(role, COMMUNICATIONS_INTERRUPTED);
      solo.box.advance(5_000);
      assert.equal(nameOf(solo), 'COMMUNICATIONS-INTERRUPTED');
    }
  });
  it('[F-SM-15, F-EP-7, F-GAP-15] the first start of all, alone, where the configuration lets it: PARTNER-DOWN', () => {
    const configuration = { standAloneStart: true };
    const first = createSolo('primary', undefined, { configuration });
    first.box.advance(5_000);
    assert.equal(nameOf(first), 'PARTNER-DOWN');
    assert.equal(first.view.since, EPOCH + 5);
    const later = starting('primary', RECOVER, { configuration });
    later.box.advance(5_000);
    assert.equal(nameOf(later), 'RECOVER', 'not a box that was started before');
    const lost = createSolo('primary', undefined, { configuration, database: { generations: [], isLost: true } });
    lost.box.advance(5_000);
    assert.equal(nameOf(lost), 'RECOVER', 'nor one that lost its storage');
  });
  it('[F-SM-16, F-GAP-16] in the middle of a recovery, and never served since: RECOVER', () => {
    for (const before of [RECOVER, RECOVER_WAIT, RECOVER_DONE]) {
      // The partner went alone an hour before; this box was last serving before that.
      const stored = record('primary', before, { lastOperation: epochSeconds(EPOCH - 7_200) });
      const solo = createSolo('primary', stored);
      solo.connect();
      solo.saysState(PARTNER_DOWN, { since: -3_600 });
      assert.equal(nameOf(solo), 'RECOVER');
    }
  });
  it('[F-GAP-16] a box that is recovering leaves no heartbeat', () => {
    const stored = record('primary', RECOVER, { lastOperation: epochSeconds(EPOCH - 7_200) });
    const solo = createSolo('primary', stored);
    solo.connect();
    solo.saysState(PARTNER_DOWN, { since: -3_600 });
    for (let minute = 0; minute < 50; minute++) {
      solo.box.advance(1_000);
      solo.says({ type: 35, transactionId: 1, vendor: [] });
    }
    assert.equal(solo.box.stored.get('east-west')?.lastOperation, EPOCH - 7_200);
    assert.deepEqual(solo.box.failover.heartbeats(solo.box.now()), []);
  });
  it('[F-GAP-21] in every state a partner that is starting changes nothing', () => {
    for (const state of [COMMUNICATIONS_INTERRUPTED, RECOVER, RECOVER_WAIT, RECOVER_DONE, RESOLUTION_INTERRUPTED, CONFLICT_DONE]) {
      const solo = inState('primary', state);
      solo.connect();
      solo.saysState(COMMUNICATIONS_INTERRUPTED, { startup: true });
      assert.equal(nameOf(solo), endpointStateName(state));
      assert.equal(solo.view.communications, 'ok', 'it proves communications');
    }
  });
});
