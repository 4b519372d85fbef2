/** RFC 8156 section 8, row by row: what makes an endpoint go from state to state. STARTUP: startup.test.ts. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EndpointState, endpointStateName } from '../../../src/failover/index.ts';
import type { Role } from '../../../src/failover/index.ts';
import { FailoverMessageType, epochSeconds, seconds } from '../../../src/wire/index.ts';
import type { EpochSeconds } from '../../../src/wire/index.ts';
import { EPOCH, WAIT_MARGIN } from './settings.ts';
import { createSolo, inState, meeting, nameOf, say } from './solo.ts';

const {
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

/** `state` meets `partner`, in each of the roles, and is `next` then. */
function leads(state: EndpointState, partner: EndpointState, next: EndpointState, roles: readonly Role[] = ROLES): void {
  for (const role of roles) {
    const solo = meeting(role, state, partner);
    assert.equal(nameOf(solo), endpointStateName(next), `${role}, partner in ${endpointStateName(partner)}`);
    assert.equal(solo.box.stored.get('east-west')?.state, next, 'stable storage has it');
  }
}

describe('PARTNER-DOWN (RFC 8156 section 8.4)', () => {
  it('[F-SM-20] ignores a partner that is starting, whatever it was', () => {
    for (const partner of [NORMAL, COMMUNICATIONS_INTERRUPTED, PARTNER_DOWN, RECOVER, RECOVER_DONE]) {
      const solo = inState('primary', PARTNER_DOWN);
      solo.connect();
      solo.saysState(partner, { startup: true });
      assert.equal(nameOf(solo), 'PARTNER-DOWN');
      assert.equal(solo.view.communications, 'ok');
    }
  });
  it('[F-SM-21] meets NORMAL: POTENTIAL-CONFLICT', () => leads(PARTNER_DOWN, NORMAL, POTENTIAL_CONFLICT));
  it('[F-SM-22] meets COMMUNICATIONS-INTERRUPTED: POTENTIAL-CONFLICT', () =>
    leads(PARTNER_DOWN, COMMUNICATIONS_INTERRUPTED, POTENTIAL_CONFLICT));
  it('[F-SM-23] meets PARTNER-DOWN: POTENTIAL-CONFLICT', () => leads(PARTNER_DOWN, PARTNER_DOWN, POTENTIAL_CONFLICT));
  it('[F-SM-24] meets POTENTIAL-CONFLICT: the same', () => leads(PARTNER_DOWN, POTENTIAL_CONFLICT, POTENTIAL_CONFLICT));
  it('[F-SM-25] meets RESOLUTION-INTERRUPTED: POTENTIAL-CONFLICT', () =>
    leads(PARTNER_DOWN, RESOLUTION_INTERRUPTED, POTENTIAL_CONFLICT));
  it('[F-SM-26] meets CONFLICT-DONE: POTENTIAL-CONFLICT', () => leads(PARTNER_DOWN, CONFLICT_DONE, POTENTIAL_CONFLICT));
  it('[F-SM-27] meets RECOVER: stays, and sends what that asks for', () => {
    leads(PARTNER_DOWN, RECOVER, PARTNER_DOWN);
    for (const type of [28, 29] as const) {
      const solo = meeting('primary', PARTNER_DOWN, RECOVER);
      solo.sent();
      solo.says({ type, transactionId: 77 });
      assert.deepEqual(solo.sent(), [{ type: 30, transactionId: 77 }]);
    }
  });
  it('[F-SM-28] meets RECOVER-WAIT: stays', () => leads(PARTNER_DOWN, RECOVER_WAIT, PARTNER_DOWN));
  it('[F-SM-29] meets RECOVER-DONE: NORMAL', () => leads(PARTNER_DOWN, RECOVER_DONE, NORMAL));
  it('[F-SM-30] loses communications: stays', () => {
    const solo = meeting('primary', PARTNER_DOWN, RECOVER);
    solo.breaks();
    assert.equal(nameOf(solo), 'PARTNER-DOWN');
  });
});

describe('RECOVER (RFC 8156 section 8.5)', () => {
  it('[F-SM-40] meets a partner that settles a conflict: POTENTIAL-CONFLICT', () => {
    for (const partner of [POTENTIAL_CONFLICT, RESOLUTION_INTERRUPTED, CONFLICT_DONE]) leads(RECOVER, partner, POTENTIAL_CONFLICT);
  });
  it('[F-SM-41] meets any other: asks for what it missed', () => {
    for (const partner of [NORMAL, COMMUNICATIONS_INTERRUPTED, PARTNER_DOWN, RECOVER, RECOVER_WAIT, RECOVER_DONE]) {
      for (const role of ROLES) {
        const solo = meeting(role, RECOVER, partner);
        assert.equal(nameOf(solo), 'RECOVER');
        assert.deepEqual(solo.sentNames().slice(-1), ['UPDREQ'], endpointStateName(partner));
      }
    }
  });
  it('[F-SM-42, F-UP-4] without a record of a partner that has one of it: asks for everything', () => {
    for (const role of ROLES) {
      const solo = inState(role, RECOVER, { stored: [] });
      solo.connect();
      solo.saysState(PARTNER_DOWN, { communicated: true });
      assert.deepEqual(solo.sentNames().slice(-1), ['UPDREQALL']);
    }
  });
  it('[F-SM-43] has got UPDDONE: RECOVER-WAIT', () => {
    const solo = meeting('primary', RECOVER, PARTNER_DOWN);
    solo.saysUpdatesDone();
    assert.equal(nameOf(solo), 'RECOVER-WAIT');
  });
  it('[F-SM-44, F-UP-5] loses communications: stays, and asks again', () => {
    const solo = meeting('primary', RECOVER, PARTNER_DOWN);
    solo.breaks();
    assert.equal(nameOf(solo), 'RECOVER');
    solo.sent();
    solo.connect();
    solo.saysState(PARTNER_DOWN);
    assert.deepEqual(solo.sentNames(), ['CONNECT', 'STATE', 'UPDREQ']);
  });
  it('[F-SM-45, F-UP-6] hears no BNDUPD and no UPDDONE for a minute: drops the connection', () => {
    const solo = meeting('secondary', RECOVER, PARTNER_DOWN);
    solo.sent();
    const contact = () => solo.says({ type: 35, transactionId: 1, vendor: [] });
    for (let second = 0; second < 59; second++) {
      solo.box.advance(1_000);
      contact();
    }
    assert.equal(solo.view.communications, 'ok');
    solo.box.advance(1_000);
    assert.equal(solo.view.communications, 'none');
    assert.deepEqual(solo.sentNames().slice(-1), ['DISCONNECT']);
    assert.equal(nameOf(solo), 'RECOVER');
  });
});

describe('While what was asked for comes', () => {
  it('[F-SM-45, F-UP-6] any BNDUPD gives it time again', () => {
    const solo = meeting('primary', RECOVER, PARTNER_DOWN);
    for (const wait of [50_000, 50_000, 50_000]) {
      solo.says({ type: 24, transactionId: 1, binding: { kind: 'client', ias: [], vendor: [] } });
      solo.box.advance(wait);
    }
    assert.equal(solo.view.communications, 'ok');
    assert.equal(solo.view.asking, 'unacked');
  });
});

describe('updates that come together', () => {
  const update = (transactionId: number, sentTime: EpochSeconds) =>
    ({ type: FailoverMessageType.BNDUPD, transactionId, sentTime, binding: { kind: 'client', ias: [], vendor: [] } }) as const;

  it('[F-SM-45, F-UP-6] give time again as one does', () => {
    const solo = meeting('primary', RECOVER, PARTNER_DOWN);
    for (const wait of [50_000, 50_000, 50_000]) {
      const { epoch } = solo.box.now();
      solo.box.step({ kind: 'updates', connection: solo.connection, messages: [update(1, epoch), update(2, epoch)], receivedAt: epoch });
      solo.box.advance(wait);
    }
    assert.equal(solo.view.communications, 'ok');
    assert.equal(solo.view.asking, 'unacked');
  });

  it('are not heard any more behind one with which the connection ends', () => {
    const solo = meeting('primary', NORMAL, NORMAL);
    const { epoch } = solo.box.now();
    const messages = [update(1, epoch), update(2, epochSeconds(epoch + 60)), update(3, epoch)];
    solo.box.step({ kind: 'updates', connection: solo.connection, messages, receivedAt: epoch });
    assert.equal(solo.view.communications, 'none');
    assert.deepEqual(solo.box.flow.heard, [FailoverMessageType.BNDUPD]);
  });
});

describe('the log', () => {
  it('has the way into NORMAL as information, and every other one as a warning', () => {
    const solo = meeting('primary', COMMUNICATIONS_INTERRUPTED, NORMAL);
    solo.breaks();
    const changes = solo.box.log.filter((text) => text.includes(' -> '));
    assert.deepEqual(changes.map((text) => [text.split(': ')[1], solo.box.warnings.includes(text)]), [
      ['STARTUP -> COMMUNICATIONS-INTERRUPTED', true],
      ['COMMUNICATIONS-INTERRUPTED -> NORMAL', false],
      ['NORMAL -> COMMUNICATIONS-INTERRUPTED', true],
    ]);
  });
});

describe('RECOVER-WAIT (RFC 8156 section 8.6)', () => {
  it('[F-SM-46] outlasts a lease that was given in the last moment: for MCLT, in a Reply that was on its way', () => {
    const started = createSolo('primary', undefined, { time: 999 });
    started.connect();
    started.saysState(PARTNER_DOWN, { communicated: true });
    started.saysUpdatesDone();
    assert.equal(nameOf(started), 'RECOVER-WAIT');
    const givenMs = 998;
    const onItsWayMs = 900;
    started.box.advance(givenMs + onItsWayMs + 3_600_000 - 999);
    assert.equal(nameOf(started), 'RECOVER-WAIT');
    started.box.advance(2_000);
    assert.equal(nameOf(started), 'RECOVER-DONE');
  });
  it('[F-SM-46, F-SM-47] lasts until MCLT after the time of failure, with or without communications', () => {
    const waiting = inState('primary', RECOVER_WAIT);
    // It failed a minute before the start at the latest, which is when the last heartbeat was; 5 s are gone.
    const left = 3_600 - 5 + WAIT_MARGIN;
    waiting.box.advance((left - 1) * 1_000);
    assert.equal(nameOf(waiting), 'RECOVER-WAIT');
    waiting.box.advance(1_000);
    assert.equal(nameOf(waiting), 'RECOVER-DONE');
  });
  it('[F-SM-48, F-GAP-19] two boxes that never ran failover do not wait', () => {
    const solo = inState('primary', RECOVER, { stored: [] });
    solo.connect();
    solo.saysState(RECOVER, { communicated: false });
    solo.saysUpdatesDone();
    assert.equal(nameOf(solo), 'COMMUNICATIONS-INTERRUPTED', 'RECOVER-DONE, and from there on as the partner is in RECOVER');
    assert.equal(solo.view.waitUntil, undefined);
  });
  it('[F-SM-48] a partner that knows of earlier times makes it wait', () => {
    const solo = inState('primary', RECOVER, { stored: [] });
    solo.connect();
    solo.saysState(PARTNER_DOWN, { communicated: true });
    solo.saysUpdatesDone();
    assert.equal(nameOf(solo), 'RECOVER-WAIT');
    assert.equal(solo.view.waitUntil, EPOCH + 3_600 + WAIT_MARGIN, 'MCLT from its start: when it failed is not known');
  });
  it('[F-SM-48] a box that knows of earlier times waits, however new its partner is', () => {
    const solo = inState('primary', RECOVER);
    solo.connect();
    solo.saysState(PARTNER_DOWN, { communicated: false });
    solo.saysUpdatesDone();
    assert.equal(nameOf(solo), 'RECOVER-WAIT');
  });
  it('[F-SM-49] neither the partner nor its loss changes anything', () => {
    for (const partner of [NORMAL, COMMUNICATIONS_INTERRUPTED, PARTNER_DOWN, RECOVER_DONE, POTENTIAL_CONFLICT]) {
      leads(RECOVER_WAIT, partner, RECOVER_WAIT);
    }
    const solo = meeting('secondary', RECOVER_WAIT, PARTNER_DOWN);
    solo.breaks();
    assert.equal(nameOf(solo), 'RECOVER-WAIT');
  });
});

describe('RECOVER-DONE (RFC 8156 section 8.7)', () => {
  it('[F-SM-50] meets NORMAL or RECOVER-DONE: NORMAL', () => {
    leads(RECOVER_DONE, NORMAL, NORMAL);
    leads(RECOVER_DONE, RECOVER_DONE, NORMAL);
  });
  it('[F-SM-51] meets RECOVER or RECOVER-WAIT: COMMUNICATIONS-INTERRUPTED', () => {
    leads(RECOVER_DONE, RECOVER, COMMUNICATIONS_INTERRUPTED);
    leads(RECOVER_DONE, RECOVER_WAIT, COMMUNICATIONS_INTERRUPTED);
  });
  it('[F-SM-52] meets POTENTIAL-CONFLICT: the same', () => leads(RECOVER_DONE, POTENTIAL_CONFLICT, POTENTIAL_CONFLICT));
  it('[F-SM-53] meets COMMUNICATIONS-INTERRUPTED or PARTNER-DOWN: that goes first', () => {
    leads(RECOVER_DONE, COMMUNICATIONS_INTERRUPTED, RECOVER_DONE);
    leads(RECOVER_DONE, PARTNER_DOWN, RECOVER_DONE);
  });
  it('[F-SM-54] meets CONFLICT-DONE or RESOLUTION-INTERRUPTED: POTENTIAL-CONFLICT', () => {
    leads(RECOVER_DONE, CONFLICT_DONE, POTENTIAL_CONFLICT);
    leads(RECOVER_DONE, RESOLUTION_INTERRUPTED, POTENTIAL_CONFLICT);
  });
  it('[F-SM-55] loses communications: stays', () => {
    const solo = meeting('primary', RECOVER_DONE, PARTNER_DOWN);
    solo.breaks();
    assert.equal(nameOf(solo), 'RECOVER-DONE');
  });
});

describe('NORMAL (RFC 8156 section 8.8)', () => {
  it('[F-SM-60] lets updates flow, from the moment when it is durable', () => {
    const solo = inState('secondary', COMMUNICATIONS_INTERRUPTED);
    solo.connect();
    solo.box.storesAtOnce = false;
    solo.saysState(NORMAL);
    assert.equal(nameOf(solo), 'NORMAL');
    assert.notEqual(solo.box.flow.mode, 'normal');
    solo.box.store('durable');
    assert.equal(solo.box.flow.mode, 'normal');
  });
  it('[F-SM-61] is told that the partner is down: PARTNER-DOWN', () => {
    const solo = inState('primary', NORMAL);
    assert.equal(say(solo, 'partner-down'), undefined);
    assert.equal(nameOf(solo), 'PARTNER-DOWN');
  });
  it('[F-SM-62] gets BNDREPLY messages, but none for one update that its partner could not store: COMMUNICATIONS-INTERRUPTED', () => {
    const solo = inState('primary', NORMAL);
    solo.box.flow.unacked = 3;
    solo.says({ type: 35, transactionId: 1, vendor: [] });
    solo.box.advance(20_000);
    solo.says({ type: 25, transactionId: 2, binding: { kind: 'client', clientId: undefined, baseTime: undefined, ias: [], vendor: [] } });
    solo.box.advance(10_000);
    assert.equal(nameOf(solo), 'COMMUNICATIONS-INTERRUPTED');
    assert.match(solo.view.why, /unanswered/);
  });
  it('[F-SM-62, F-GAP-27] gets no BNDREPLY for half a minute: COMMUNICATIONS-INTERRUPTED, without the connection', () => {
    const solo = inState('primary', NORMAL);
    solo.box.flow.unacked = 3;
    solo.says({ type: 35, transactionId: 1, vendor: [] });
    solo.box.advance(29_000);
    assert.equal(nameOf(solo), 'NORMAL');
    solo.box.advance(1_000);
    assert.equal(nameOf(solo), 'COMMUNICATIONS-INTERRUPTED');
    assert.match(solo.view.why, /unanswered/);
    assert.equal(solo.view.communications, 'none');
    assert.deepEqual(solo.sentNames().slice(-1), ['DISCONNECT']);
  });
  it('[F-SM-62] gets a BNDREPLY to the oldest update each time: that gives it time again', () => {
    const solo = inState('primary', NORMAL);
    solo.box.flow.unacked = 3;
    for (const wait of [20_000, 20_000, 20_000]) {
      solo.box.flow.oldest++;
      solo.says({ type: 25, transactionId: 1, binding: { kind: 'client', ias: [], vendor: [] } });
      solo.box.advance(wait);
    }
    assert.equal(nameOf(solo), 'NORMAL');
    assert.deepEqual(solo.box.flow.heard, [25, 25, 25]);
  });
  it('[F-SM-63] loses communications: COMMUNICATIONS-INTERRUPTED, with an alarm', () => {
    const solo = inState('primary', NORMAL, { configuration: { autoPartnerDown: seconds(600) } });
    assert.equal(solo.box.alarms.has('no-backup'), false);
    solo.breaks();
    assert.equal(nameOf(solo), 'COMMUNICATIONS-INTERRUPTED');
    assert.match(solo.box.alarms.get('no-backup')?.text ?? '', /you have no backup/);
    assert.equal(solo.view.partnerDownAt, solo.box.now().epoch + 600);
  });
  it('[F-SM-64] hears that the partner left NORMAL: looks again from COMMUNICATIONS-INTERRUPTED', () => {
    leads(NORMAL, COMMUNICATIONS_INTERRUPTED, NORMAL);
    leads(NORMAL, RECOVER, COMMUNICATIONS_INTERRUPTED);
    leads(NORMAL, POTENTIAL_CONFLICT, POTENTIAL_CONFLICT);
    leads(NORMAL, PARTNER_DOWN, POTENTIAL_CONFLICT);
    const solo = inState('primary', NORMAL);
    solo.saysState(COMMUNICATIONS_INTERRUPTED);
    assert.deepEqual(solo.sent().map((message) => 'serverState' in message && message.serverState), [NORMAL], 'it tells');
  });
  it('[F-SM-65] gets DISCONNECT: COMMUNICATIONS-INTERRUPTED', () => {
    const solo = inState('secondary', NORMAL);
    solo.says({ type: 33, transactionId: 1, status: { code: 20, text: 'maintenance' } });
    assert.equal(nameOf(solo), 'COMMUNICATIONS-INTERRUPTED');
    assert.equal(solo.view.communications, 'none');
    assert.match(solo.box.log.join('\n'), /maintenance/);
  });
  it('[F-SM-66] hears NORMAL again: stays, and says nothing', () => {
    const solo = inState('primary', NORMAL);
    solo.saysState(NORMAL);
    assert.equal(nameOf(solo), 'NORMAL');
    assert.deepEqual(solo.sent(), []);
  });
});

describe('COMMUNICATIONS-INTERRUPTED (RFC 8156 section 8.9)', () => {
  const auto = { configuration: { autoPartnerDown: seconds(600) } };
  it('[F-SM-70] lasts as long as auto-partner-down allows: PARTNER-DOWN', () => {
    const solo = inState('primary', COMMUNICATIONS_INTERRUPTED, auto);
    solo.box.advance(599_000);
    assert.equal(nameOf(solo), 'COMMUNICATIONS-INTERRUPTED');
    solo.box.advance(1_000);
    assert.equal(nameOf(solo), 'PARTNER-DOWN');
    assert.equal(solo.box.stored.get('east-west')?.startTimeOfState, solo.box.now().epoch);
  });
  it('[F-SM-71] is told that the partner is down: PARTNER-DOWN', () => {
    const solo = inState('secondary', COMMUNICATIONS_INTERRUPTED);
    assert.equal(say(solo, 'partner-down'), undefined);
    assert.equal(nameOf(solo), 'PARTNER-DOWN');
  });
  it('[F-SM-72] meets NORMAL or itself: NORMAL', () => {
    leads(COMMUNICATIONS_INTERRUPTED, NORMAL, NORMAL);
    leads(COMMUNICATIONS_INTERRUPTED, COMMUNICATIONS_INTERRUPTED, NORMAL);
  });
  it('[F-SM-73] meets RECOVER: stays, and sends what that asks for', () => {
    leads(COMMUNICATIONS_INTERRUPTED, RECOVER, COMMUNICATIONS_INTERRUPTED);
    const solo = meeting('secondary', COMMUNICATIONS_INTERRUPTED, RECOVER);
    solo.sent();
    solo.says({ type: 29, transactionId: 5 });
    assert.deepEqual(solo.sent(), [{ type: 30, transactionId: 5 }]);
  });
  it('[F-SM-74] meets RECOVER-WAIT: stays', () => leads(COMMUNICATIONS_INTERRUPTED, RECOVER_WAIT, COMMUNICATIONS_INTERRUPTED));
  it('[F-SM-75] meets RECOVER-DONE: NORMAL', () => leads(COMMUNICATIONS_INTERRUPTED, RECOVER_DONE, NORMAL));
  it('[F-SM-76] meets PARTNER-DOWN: POTENTIAL-CONFLICT', () => leads(COMMUNICATIONS_INTERRUPTED, PARTNER_DOWN, POTENTIAL_CONFLICT));
  it('[F-SM-77] meets POTENTIAL-CONFLICT: the same', () =>
    leads(COMMUNICATIONS_INTERRUPTED, POTENTIAL_CONFLICT, POTENTIAL_CONFLICT));
  it('[F-SM-78] meets CONFLICT-DONE: POTENTIAL-CONFLICT', () => leads(COMMUNICATIONS_INTERRUPTED, CONFLICT_DONE, POTENTIAL_CONFLICT));
  it('[F-SM-79] meets RESOLUTION-INTERRUPTED: POTENTIAL-CONFLICT', () =>
    leads(COMMUNICATIONS_INTERRUPTED, RESOLUTION_INTERRUPTED, POTENTIAL_CONFLICT));
  it('[F-SM-80] keeps trying to reach the partner', () => {
    const solo = inState('primary', COMMUNICATIONS_INTERRUPTED);
    solo.box.step({ kind: 'dialFailed', relationship: 'east-west', reason: 'refused' });
    let dials = 0;
    for (let second = 0; second < 60; second++) {
      solo.box.advance(1_000);
      for (const { kind } of solo.box.effects.splice(0)) {
        if (kind !== 'dial') continue;
        dials++;
        solo.box.step({ kind: 'dialFailed', relationship: 'east-west', reason: 'refused' });
      }
    }
    assert.ok(dials >= 10, `${dials} attempts in a minute`);
  });
  it('[F-SM-81] with communications OK: the partner does not count as down by itself', () => {
    const solo = meeting('primary', COMMUNICATIONS_INTERRUPTED, RECOVER, auto);
    assert.equal(solo.view.partnerDownAt, undefined);
    for (let second = 0; second < 700; second += 10) {
      solo.box.advance(10_000);
      solo.says({ type: 35, transactionId: 1, vendor: [] });
    }
    assert.equal(nameOf(solo), 'COMMUNICATIONS-INTERRUPTED');
  });
});
