/** RFC 8156 section 8, part by part: which clients are answered in which state. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EndpointState, responsiveness } from '../../../src/failover/index.ts';
import type { Role } from '../../../src/failover/index.ts';
import { MessageType } from '../../../src/wire/index.ts';
import { inState, meeting, say, starting } from './solo.ts';

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

/** Messages that carry a server identifier, which is this server's. */
const ADDRESSED = ['REQUEST', 'RENEW', 'RELEASE', 'DECLINE', 'INFORMATION_REQUEST'] as const;
const OPEN = ['SOLICIT', 'CONFIRM', 'REBIND', 'INFORMATION_REQUEST'] as const;

/** What is answered: names of messages that carry this server's identifier, and of those that carry none. */
function answered(state: EndpointState, role: Role): readonly [readonly string[], readonly string[]] {
  const { answers } = responsiveness(state, role);
  return [
    ADDRESSED.filter((name) => answers(MessageType[name], true)),
    OPEN.filter((name) => answers(MessageType[name], false)),
  ];
}

const ALL = [ADDRESSED, OPEN] as const;
const NOTHING = [[], []] as const;

describe('Responsiveness (RFC 8156 section 8)', () => {
  it('[F-RS-20, F-RS-2, F-RS-3, F-RS-4, F-RS-9, F-RS-10] responsive: everything', () => {
    assert.deepEqual(answered(NORMAL, 'primary'), ALL);
    assert.deepEqual(answered(CONFLICT_DONE, 'primary'), ALL);
    for (const state of [COMMUNICATIONS_INTERRUPTED, PARTNER_DOWN, RESOLUTION_INTERRUPTED]) {
      for (const role of ROLES) {
        assert.deepEqual(answered(state, role), ALL);
        assert.equal(responsiveness(state, role).newLeases, true);
      }
    }
  });
  it('[F-RS-21, F-RS-2] the secondary in NORMAL: what is meant for it', () => {
    assert.deepEqual(answered(NORMAL, 'secondary'), [ADDRESSED, []]);
    assert.equal(responsiveness(NORMAL, 'secondary').newLeases, true);
  });
  it('[F-RS-22, F-RS-8] RECOVER-DONE: leases on record, for those who name this server', () => {
    for (const role of ROLES) {
      assert.deepEqual(answered(RECOVER_DONE, role), [['RENEW', 'RELEASE', 'DECLINE', 'INFORMATION_REQUEST'], []]);
      assert.equal(responsiveness(RECOVER_DONE, role).newLeases, false);
    }
  });
  it('[F-RS-23, F-RS-1, F-RS-5, F-RS-6, F-RS-7] unresponsive: nothing', () => {
    for (const state of [STARTUP, RECOVER, RECOVER_WAIT, POTENTIAL_CONFLICT]) {
      for (const role of ROLES) {
        assert.deepEqual(answered(state, role), NOTHING);
        assert.equal(responsiveness(state, role).newLeases, false);
      }
    }
    for (const role of ROLES) {
      const silent = Object.values(EndpointState).filter((state) => responsiveness(state, role).silent);
      assert.deepEqual(new Set(silent), new Set([STARTUP, RECOVER, RECOVER_WAIT, POTENTIAL_CONFLICT]));
    }
  });
  it('[F-RS-4] only PARTNER-DOWN is free of the MCLT', () => {
    for (const role of ROLES) {
      const unlimited = Object.values(EndpointState).filter((state) => !responsiveness(state, role).limited);
      assert.deepEqual(unlimited, [PARTNER_DOWN]);
    }
  });
  it('[R-XR5] where both may answer nobody commits on Solicit, nor makes a lease on Renew or Rebind', () => {
    for (const role of ROLES) {
      const alone = Object.values(EndpointState).filter((state) => responsiveness(state, role).alone);
      assert.deepEqual(alone, [NORMAL, PARTNER_DOWN]);
    }
  });
});

describe('While a change of state is not durable the stricter state counts', () => {
  it('[F-CON-32] a box that becomes more silent is so at once', () => {
    const solo = inState('primary', NORMAL);
    solo.box.storesAtOnce = false;
    solo.saysState(POTENTIAL_CONFLICT);
    assert.equal(solo.view.responsiveness.silent, true);
    solo.box.store('durable');
    assert.equal(solo.view.responsiveness.silent, true);
  });
  it('[F-CON-32] a box that may do more does so when it is durable', () => {
    const solo = inState('secondary', COMMUNICATIONS_INTERRUPTED);
    solo.box.storesAtOnce = false;
    assert.equal(say(solo, 'partner-down'), undefined);
    assert.deepEqual([solo.view.responsiveness.limited, solo.view.responsiveness.alone], [true, false]);
    assert.deepEqual(solo.box.effects, [], 'and what is the partner\'s stays the partner\'s');
    assert.equal(solo.box.transitions.at(-1), 'COMMUNICATIONS-INTERRUPTED -> PARTNER-DOWN', 'it is told for the history');
    solo.box.store('durable');
    assert.deepEqual([solo.view.responsiveness.limited, solo.view.responsiveness.alone], [false, true]);
    const since = solo.view.since;
    assert.deepEqual(solo.box.effects, [
      { kind: 'partnerShare', relationship: 'east-west', usableFrom: since + 3_602 },
      { kind: 'endTimes', relationship: 'east-west', entry: since },
    ]);
    solo.box.effects.length = 0;
    solo.box.storesAtOnce = true;
    solo.box.advance(120_000);
    assert.deepEqual(solo.box.effects, [], 'once');
  });
  it('[F-CON-32] updates stop flowing at once, and flow when it is durable', () => {
    const solo = inState('primary', NORMAL);
    solo.box.storesAtOnce = false;
    solo.saysState(RECOVER);
    assert.equal(solo.box.flow.mode, 'serve-only');
    solo.saysState(RECOVER_DONE);
    solo.box.store('durable');
    solo.box.store('durable');
    assert.equal(solo.box.flow.mode, 'normal');
  });
  it('[F-RS-4] the partner\'s share goes back at once', () => {
    const solo = inState('primary', PARTNER_DOWN);
    solo.connect();
    solo.sent();
    solo.box.storesAtOnce = false;
    solo.saysState(COMMUNICATIONS_INTERRUPTED);
    assert.deepEqual(
      solo.box.effects.filter(({ kind }) => kind === 'partnerShare' || kind === 'endTimes'),
      [
        { kind: 'partnerShare', relationship: 'east-west', usableFrom: undefined },
        { kind: 'endTimes', relationship: 'east-west', entry: undefined },
      ],
    );
  });
  it('[F-CON-32] both allow only what each allows', () => {
    const solo = meeting('secondary', COMMUNICATIONS_INTERRUPTED, RECOVER);
    solo.box.storesAtOnce = false;
    solo.saysState(NORMAL);
    const { answers, alone } = solo.view.responsiveness;
    assert.equal(answers(MessageType.REQUEST, true), true);
    assert.equal(answers(MessageType.SOLICIT, false), false, 'NORMAL leaves it to the primary');
    assert.equal(alone, false, 'COMMUNICATIONS-INTERRUPTED shares the clients');
  });
  it('[F-RS-1] a box that has started answers when its state is durable', () => {
    const solo = starting('primary', COMMUNICATIONS_INTERRUPTED);
    solo.box.storesAtOnce = false;
    solo.box.advance(5_000);
    assert.equal(solo.view.responsiveness.silent, true);
    solo.box.store('durable');
    assert.equal(solo.view.responsiveness.silent, false);
  });
});

describe('What the operator may keep apart', () => {
  it('pause: both serve, the connection stays away until resume', () => {
    for (const role of ROLES) {
      const solo = inState(role, NORMAL);
      assert.equal(say(solo, 'pause'), undefined);
      assert.deepEqual(solo.sentNames(), ['DISCONNECT']);
      assert.equal(solo.view.responsiveness.silent, false);
      assert.ok(solo.box.alarms.has('held'));
      solo.box.advance(60_000);
      assert.deepEqual(solo.box.effects, []);
      solo.connect();
      assert.equal(solo.view.communications, 'none');
      assert.match(say(solo, 'handover') ?? '', /resume first/);
      assert.equal(say(solo, 'resume'), undefined);
      solo.connect();
      solo.saysState(COMMUNICATIONS_INTERRUPTED);
      assert.equal(solo.view.state, NORMAL);
      assert.equal(solo.box.alarms.has('held'), false);
    }
  });
  it('pause: a primary that was about to dial does not', () => {
    const solo = inState('primary', COMMUNICATIONS_INTERRUPTED);
    solo.box.step({ kind: 'dialFailed', relationship: 'east-west', reason: 'refused' });
    assert.equal(say(solo, 'pause'), undefined);
    solo.box.advance(60_000);
    assert.deepEqual(solo.box.effects, []);
    assert.equal(say(solo, 'resume'), undefined);
    solo.box.advance(0);
    assert.deepEqual(solo.box.effects, [{ kind: 'dial', relationship: 'east-west' }]);
  });
  it('handover: the partner serves, and this box answers nobody but who asks for what it advertised a moment before', () => {
    const solo = inState('primary', NORMAL);
    assert.equal(say(solo, 'handover'), undefined);
    assert.deepEqual(solo.sentNames(), ['DISCONNECT']);
    const { answers, silent, newLeases, alone, limited } = solo.view.responsiveness;
    assert.deepEqual([silent, newLeases, alone, limited], [true, true, false, true]);
    const { SOLICIT, REQUEST, RENEW, REBIND } = MessageType;
    assert.deepEqual([answers(REQUEST, true), answers(REQUEST, false), answers(SOLICIT, false), answers(RENEW, true), answers(REBIND, false)], [true, false, false, false, false]);
    assert.equal(say(solo, 'resume'), undefined);
    assert.equal(solo.view.responsiveness.silent, false);
  });
  it('an alarm says what to do now, and it is over when the matter is', () => {
    const solo = inState('primary', RECOVER);
    assert.match(solo.box.alarms.get('not-serving')?.advice ?? '', /force-partner-down east-west/);
    solo.connect();
    solo.saysState(PARTNER_DOWN);
    assert.match(solo.box.alarms.get('not-serving')?.advice ?? '', /^Wait/);
    solo.saysUpdatesDone();
    solo.box.advance(3_600_000);
    solo.connect();
    solo.saysState(NORMAL);
    assert.deepEqual([...solo.box.alarms.keys()], []);
  });
  it('handover is refused where nobody else would serve', () => {
    assert.match(say(inState('primary', COMMUNICATIONS_INTERRUPTED), 'handover') ?? '', /nobody else/);
    assert.match(say(inState('primary', NORMAL), 'resume') ?? '', /not held/);
  });
  it('resync is refused while the partner recovers: what it has by this box\'s word it may have promised for longer', () => {
    for (const [partner, given] of [[RECOVER, 'resync'], [RECOVER_WAIT, 'resync-all'], [RECOVER_DONE, 'resync-all']] as const) {
      const solo = inState('primary', NORMAL);
      solo.saysState(partner);
      solo.sent();
      assert.match(say(solo, given) ?? '', /recovering/);
      assert.deepEqual(solo.sentNames(), []);
    }
  });
  it('resync asks for what is new, resync-all for everything; the state stays', () => {
    const solo = inState('primary', NORMAL);
    assert.equal(say(solo, 'resync'), undefined);
    assert.deepEqual(solo.sentNames(), ['UPDREQ']);
    assert.match(say(solo, 'resync') ?? '', /already/);
    assert.equal(say(solo, 'resync-all'), undefined);
    assert.deepEqual(solo.sentNames(), ['UPDREQALL']);
    assert.equal(solo.view.asking, 'all');
    solo.saysUpdatesDone();
    assert.equal(solo.view.asking, undefined);
    assert.equal(solo.view.state, NORMAL);
    solo.breaks();
    assert.match(say(solo, 'resync') ?? '', /no connection/);
  });
  it('resync-all stands, though what was asked for before is told first', () => {
    const solo = inState('primary', NORMAL);
    say(solo, 'resync');
    solo.box.storesAtOnce = false;
    solo.saysState(NORMAL, { since: 9 });
    assert.equal(say(solo, 'resync-all'), undefined);
    assert.deepEqual(solo.sentNames(), ['UPDREQ'], 'nothing is said before its record is durable');
    solo.saysUpdatesDone();
    while (solo.box.writes.length > 0) solo.box.store('durable');
    assert.deepEqual(solo.sentNames(), ['UPDREQALL']);
  });
});
