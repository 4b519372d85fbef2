/** RFC 8156 sections 8.10 to 8.12, row by row, and what the operator may force. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EndpointState, endpointStateName } from '../../../src/failover/index.ts';
import type { EndpointState as State, Role } from '../../../src/failover/index.ts';
import { TRANSITIONS } from '../../../src/failover/state-table.ts';
import { seconds } from '../../../src/wire/index.ts';
import { inState, meeting, nameOf, say, starting } from './solo.ts';

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

describe('POTENTIAL-CONFLICT (RFC 8156 section 8.10)', () => {
  it('[F-SM-90] the primary asks at once', () => {
    for (const partner of [PARTNER_DOWN, POTENTIAL_CONFLICT, RESOLUTION_INTERRUPTED]) {
      const solo = meeting('primary', COMMUNICATIONS_INTERRUPTED, partner);
      assert.equal(nameOf(solo), 'POTENTIAL-CONFLICT');
      assert.deepEqual(solo.sentNames().slice(-2), ['STATE', 'UPDREQ'], 'in this order');
    }
  });
  it('[F-SM-91] the secondary waits, and answers', () => {
    const solo = meeting('secondary', COMMUNICATIONS_INTERRUPTED, POTENTIAL_CONFLICT);
    assert.deepEqual(solo.sentNames().slice(-1), ['STATE']);
    solo.says({ type: 28, transactionId: 9 });
    assert.deepEqual(solo.sent(), [{ type: 30, transactionId: 9 }]);
  });
  it('[F-SM-92] the primary has got UPDDONE: CONFLICT-DONE', () => {
    const solo = inState('primary', POTENTIAL_CONFLICT);
    solo.saysUpdatesDone();
    assert.equal(nameOf(solo), 'CONFLICT-DONE');
  });
  it('[F-SM-93] the secondary asks when the primary has all', () => {
    const solo = inState('secondary', POTENTIAL_CONFLICT);
    solo.saysState(CONFLICT_DONE);
    assert.equal(nameOf(solo), 'POTENTIAL-CONFLICT');
    assert.deepEqual(solo.sentNames(), ['UPDREQ']);
  });
  it('[F-SM-93] also when the primary had all before', () => {
    const solo = meeting('secondary', COMMUNICATIONS_INTERRUPTED, CONFLICT_DONE);
    assert.deepEqual(solo.sentNames().slice(-2), ['STATE', 'UPDREQ']);
  });
  it('[F-SM-94] the secondary has got UPDDONE: NORMAL', () => {
    const solo = inState('secondary', POTENTIAL_CONFLICT);
    solo.saysState(CONFLICT_DONE);
    solo.saysUpdatesDone();
    assert.equal(nameOf(solo), 'NORMAL');
    assert.equal(solo.box.flow.mode, 'normal', 'its flow asks for prefixes then');
  });
  it('[F-SM-93, F-SM-94] what the secondary had asked for before the conflict settles nothing: it waits for the primary, and asks then', () => {
    const solo = inState('secondary', NORMAL);
    say(solo, 'resync');
    solo.saysState(PARTNER_DOWN);
    solo.saysUpdatesDone();
    assert.equal(nameOf(solo), 'POTENTIAL-CONFLICT');
    solo.sent();
    solo.saysState(POTENTIAL_CONFLICT);
    assert.deepEqual(solo.sentNames(), []);
    solo.saysState(CONFLICT_DONE);
    assert.deepEqual(solo.sentNames(), ['UPDREQ']);
    solo.saysUpdatesDone();
    assert.equal(nameOf(solo), 'NORMAL');
  });
  it('[F-SM-95] loses communications: RESOLUTION-INTERRUPTED', () => {
    for (const role of ROLES) {
      const solo = inState(role, POTENTIAL_CONFLICT);
      solo.breaks();
      assert.equal(nameOf(solo), 'RESOLUTION-INTERRUPTED');
    }
  });
  it('[F-SM-96] a partner that has not followed yet changes nothing, and is answered', () => {
    for (const partner of [NORMAL, COMMUNICATIONS_INTERRUPTED, PARTNER_DOWN, RECOVER_WAIT]) {
      const solo = inState('secondary', POTENTIAL_CONFLICT);
      solo.saysState(partner);
      assert.equal(nameOf(solo), 'POTENTIAL-CONFLICT');
      solo.says({ type: 28, transactionId: 9 });
      assert.deepEqual(solo.sentNames().slice(-1), ['UPDDONE']);
    }
  });
});

describe('RESOLUTION-INTERRUPTED (RFC 8156 section 8.11)', () => {
  it('[F-SM-100] raises an alarm', () => {
    const solo = inState('primary', RESOLUTION_INTERRUPTED);
    assert.equal(solo.box.alarms.get('no-backup')?.severity, 'error');
  });
  it('[F-SM-101] is told that the partner is down: PARTNER-DOWN', () => {
    const solo = inState('secondary', RESOLUTION_INTERRUPTED);
    assert.equal(say(solo, 'partner-down'), undefined);
    assert.equal(nameOf(solo), 'PARTNER-DOWN');
  });
  it('[F-SM-102] has communications again: POTENTIAL-CONFLICT, whatever the partner is', () => {
    for (const partner of Object.values(EndpointState).filter((state) => state !== STARTUP)) {
      for (const role of ROLES) {
        assert.equal(nameOf(meeting(role, RESOLUTION_INTERRUPTED, partner)), 'POTENTIAL-CONFLICT');
      }
    }
  });
});

describe('CONFLICT-DONE (RFC 8156 section 8.12)', () => {
  it('[F-SM-110] the secondary is in NORMAL: NORMAL', () => {
    assert.equal(nameOf(meeting('primary', CONFLICT_DONE, NORMAL)), 'NORMAL');
  });
  it('[F-SM-111] loses communications: stays', () => {
    const solo = meeting('primary', CONFLICT_DONE, POTENTIAL_CONFLICT);
    solo.breaks();
    assert.equal(nameOf(solo), 'CONFLICT-DONE');
  });
  it('[F-SM-112] has communications again, and the secondary is elsewhere: stays', () => {
    for (const partner of [POTENTIAL_CONFLICT, RESOLUTION_INTERRUPTED, COMMUNICATIONS_INTERRUPTED, RECOVER, RECOVER_WAIT]) {
      assert.equal(nameOf(meeting('primary', CONFLICT_DONE, partner)), 'CONFLICT-DONE', endpointStateName(partner));
    }
  });
  it('[F-SM-113, F-GAP-17] the secondary served alone meanwhile: POTENTIAL-CONFLICT', () => {
    assert.equal(nameOf(meeting('primary', CONFLICT_DONE, PARTNER_DOWN)), 'POTENTIAL-CONFLICT');
  });
});

describe('What the operator and the clock may declare (RFC 8156 section 8.4)', () => {
  it('[F-SM-120, F-GAP-18] force-partner-down leads out of recovery when the partner is gone', () => {
    for (const state of [RECOVER, RECOVER_WAIT, RECOVER_DONE, CONFLICT_DONE]) {
      const solo = inState('primary', state);
      const refusal = say(solo, 'partner-down');
      assert.match(refusal ?? '', /force-partner-down/, 'the plain command says what there is');
      assert.equal(nameOf(solo), endpointStateName(state));
      assert.equal(say(solo, 'force-partner-down'), undefined);
      assert.equal(nameOf(solo), 'PARTNER-DOWN');
      assert.match(solo.box.log.join('\n'), /the operator said: force-partner-down/, 'it is on record');
    }
  });
  it('[F-SM-120, F-GAP-18] and out of POTENTIAL-CONFLICT', () => {
    const solo = inState('primary', POTENTIAL_CONFLICT);
    assert.match(say(solo, 'partner-down') ?? '', /POTENTIAL-CONFLICT/);
    assert.equal(say(solo, 'force-partner-down'), undefined);
    assert.equal(nameOf(solo), 'PARTNER-DOWN');
    assert.equal(solo.sentNames().at(-1), 'DISCONNECT', 'a partner that is there all the same would wait for it for ever');
    solo.connect();
    solo.saysState(RESOLUTION_INTERRUPTED);
    assert.equal(nameOf(solo), 'POTENTIAL-CONFLICT', 'the conflict is settled after all');
  });
  it('[F-SM-120, F-GAP-18] not while the partner is there to recover from', () => {
    for (const state of [RECOVER, RECOVER_WAIT, RECOVER_DONE]) {
      const solo = meeting('primary', state, PARTNER_DOWN);
      assert.match(say(solo, 'force-partner-down') ?? '', /west is connected/);
      assert.equal(nameOf(solo), endpointStateName(state));
    }
  });
  it('[F-SM-121] auto-partner-down counts in COMMUNICATIONS-INTERRUPTED alone', () => {
    const rows = TRANSITIONS.filter(({ on }) => on.includes('auto-partner-down'));
    assert.deepEqual(rows.flatMap(({ from }) => from), [COMMUNICATIONS_INTERRUPTED]);
    const configuration = { autoPartnerDown: seconds(60) };
    for (const state of [RECOVER, RECOVER_WAIT, RECOVER_DONE, RESOLUTION_INTERRUPTED, CONFLICT_DONE] satisfies State[]) {
      const solo = inState('primary', state, { configuration });
      assert.equal(solo.view.partnerDownAt, undefined);
      solo.box.advance(120_000);
      assert.equal(nameOf(solo), endpointStateName(state));
    }
  });
  it('[F-SM-121] and not while the operator keeps the partner away', () => {
    const solo = inState('primary', NORMAL, { configuration: { autoPartnerDown: seconds(60) } });
    assert.equal(say(solo, 'pause'), undefined);
    solo.box.advance(120_000);
    assert.equal(nameOf(solo), 'COMMUNICATIONS-INTERRUPTED');
  });
  it('[F-SM-122] a box that is starting, or serves alone already, declares nothing', () => {
    assert.match(say(starting('primary', NORMAL), 'force-partner-down') ?? '', /only starting/);
    assert.match(say(inState('primary', PARTNER_DOWN), 'partner-down') ?? '', /already/);
  });
  it('[F-SM-122] a partner that hears PARTNER-DOWN while it served stops serving', () => {
    const solo = meeting('secondary', NORMAL, PARTNER_DOWN);
    assert.equal(solo.view.responsiveness.silent, true);
  });
});
