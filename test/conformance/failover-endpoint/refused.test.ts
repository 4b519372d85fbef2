/** RFC 8156 sections 6.1 to 6.3: connections that do not come about, or end before communications are OK, and what is said of that. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EndpointState } from '../../../src/failover/index.ts';
import type { Role } from '../../../src/failover/index.ts';
import { ExtensionCode, FailoverMessageType, FailoverStatusCode, epochSeconds, extension, seconds } from '../../../src/wire/index.ts';
import { ADDRESS, other, record } from './settings.ts';
import { createSolo, inState, nameOf, say, starting } from './solo.ts';
import type { Solo } from './solo.ts';

const { NORMAL, COMMUNICATIONS_INTERRUPTED } = EndpointState;
const ROLES: readonly Role[] = ['primary', 'secondary'];

/** Milliseconds until the primary dials; undefined: not within a minute. */
function dialsAfter(solo: Solo): number | undefined {
  const begin = solo.box.now().monotonic;
  solo.box.effects.length = 0;
  for (let tenth = 0; tenth < 600; tenth++) {
    if (solo.box.effects.some(({ kind }) => kind === 'dial')) return solo.box.now().monotonic - begin;
    solo.box.advance(100);
  }
  return undefined;
}

describe('A connection of the primary (RFC 8156 sections 6.1.1, 6.1.3)', () => {
  it('[F-CON-1] is the only one: it does not dial while it has one, and closes a second one', () => {
    const solo = starting('primary', NORMAL);
    solo.connect();
    const first = solo.connection;
    solo.reach();
    solo.sent();
    assert.deepEqual(solo.closed, [first + 1]);
    solo.connection = first;
    solo.saysState(NORMAL);
    assert.equal(nameOf(solo), 'NORMAL');
    assert.equal(dialsAfter(solo), undefined);
  });

  it('is closed where the operator keeps the box from its partner', () => {
    const solo = inState('primary', COMMUNICATIONS_INTERRUPTED);
    assert.equal(say(solo, 'pause'), undefined);
    solo.reach();
    assert.deepEqual([solo.sent(), solo.closed], [[], [solo.connection]]);
    assert.equal(solo.view.communications, 'none');
  });

  it('[F-SEC-6] to one with another certificate, or without any, is closed, and tried again later', () => {
    for (const [partnerCertificate, certificate] of [['the right one', 'another one'], ['the right one', undefined], [undefined, undefined], [undefined, 'any']] as const) {
      const solo = starting('primary', NORMAL, { configuration: { partnerCertificate } });
      solo.box.step({ kind: 'connected', connection: 1, relationship: 'east-west', partnerAddress: ADDRESS.secondary, certificate });
      assert.deepEqual([solo.sent(), solo.closed], [[], [1]], `${String(certificate)} for ${String(partnerCertificate)}`);
      assert.equal(dialsAfter(solo), 2_000);
    }
  });

  it('[F-CON-16] that the secondary refuses is closed, and tried again later; the operator is told why', () => {
    const solo = starting('primary', NORMAL);
    solo.connect({ status: { code: FailoverStatusCode.ConfigurationConflict, text: 'another relationship' } });
    assert.deepEqual(solo.sentNames(), ['CONNECT'], 'there is nothing to say to that');
    assert.deepEqual([solo.closed, solo.view.communications], [[solo.connection], 'none']);
    assert.match(solo.box.alarms.get('refused')?.text ?? '', /another relationship/);
    assert.match(solo.box.log.join('\n'), /the partner refuses the connection: another relationship/);
    assert.equal(solo.box.alarms.has('clock-skew'), false);
    assert.equal(dialsAfter(solo), 2_000);
    solo.connect();
    assert.equal(solo.box.alarms.has('refused'), false, 'until it consents');
  });

  it('[F-CON-16, F-TM-3] that the secondary refuses for its clock is an alarm about clocks', () => {
    const solo = starting('primary', NORMAL);
    solo.connect({ status: { code: FailoverStatusCode.ExcessiveTimeSkew, text: '60 s ahead' } });
    assert.match(solo.box.alarms.get('clock-skew')?.text ?? '', /60 s ahead/);
    assert.equal(solo.box.alarms.has('refused'), false, 'and about nothing else');
  });

  it('is agreed on where the CONNECTREPLY says Success', () => {
    const solo = starting('primary', NORMAL);
    solo.connect({ status: { code: FailoverStatusCode.Success, text: '' } });
    assert.deepEqual(solo.sentNames(), ['CONNECT', 'STATE']);
  });

  it('[F-CON-11] has the MCLT of the primary’s configuration from then on', () => {
    const { mclt } = record('primary', NORMAL);
    for (const before of [mclt, seconds(777)]) {
      const solo = createSolo('primary', record('primary', NORMAL, { mclt: before }));
      assert.equal(solo.view.mclt, before, 'until the secondary has agreed');
      solo.connect();
      assert.deepEqual([solo.view.mclt, solo.box.stored.get('east-west')?.mclt], [mclt, mclt]);
    }
  });
});

describe('A connection that the secondary refuses (RFC 8156 section 6.1.2)', () => {
  it('[F-CON-13] is closed behind the answer, which has nothing else; the operator is told why', () => {
    const solo = starting('secondary', NORMAL);
    solo.connect({ version: { major: 9, minor: 0 }, transactionId: 77 });
    const [reply, ...others] = solo.sent();
    assert.ok(reply?.type === FailoverMessageType.CONNECTREPLY && reply.status !== undefined);
    assert.deepEqual(reply, { type: FailoverMessageType.CONNECTREPLY, transactionId: 77, status: { ...reply.status, code: FailoverStatusCode.NotSupported }, vendor: [] });
    assert.deepEqual([others, solo.closed], [[], [solo.connection]]);
    assert.match(solo.box.alarms.get('refused')?.text ?? '', /9\.0/);
    assert.equal(solo.box.alarms.has('clock-skew'), false);
    assert.match(solo.box.warnings.join('\n'), /a connection of the partner was refused: .*9\.0/);
    solo.connect();
    assert.equal(solo.box.alarms.has('refused'), false, 'until one is right');
  });

  it('since the operator keeps the two apart is nothing that the operator has to look after', () => {
    const solo = inState('secondary', COMMUNICATIONS_INTERRUPTED);
    assert.equal(say(solo, 'pause'), undefined);
    solo.connect();
    const [reply] = solo.sent();
    assert.ok(reply?.type === FailoverMessageType.CONNECTREPLY);
    assert.equal(reply.status?.code, FailoverStatusCode.ServerShuttingDown);
    assert.deepEqual([solo.box.alarms.has('refused'), solo.box.alarms.has('held')], [false, true]);
  });
});

describe('What the operator is told of a connection that is refused', () => {
  const cases = [
    { changes: { version: { major: 9, minor: 3 } }, by: ROLES, text: 'protocol version 9.3; 1.0 is spoken here' },
    { changes: { version: undefined }, by: ROLES, text: 'no protocol version; 1.0 is spoken here' },
    { changes: { fixedPdLength: undefined }, by: ROLES, text: 'prefixes of several lengths from one delegable prefix are not supported' },
    { changes: { mclt: seconds(29) }, by: ['secondary'], text: 'MCLT must be 30 s or more' },
    { changes: { mclt: undefined }, by: ['secondary'], text: 'MCLT must be 30 s or more' },
    { changes: { mclt: seconds(60) }, by: ['primary'], text: 'the reply has MCLT 60 s, the configuration 3600 s' },
    { changes: { mclt: undefined }, by: ['primary'], text: 'the reply has no MCLT, the configuration 3600 s' },
  ] as const;
  for (const { changes, by, text } of cases) {
    for (const role of by) {
      it(`is what was wrong, by the ${role}: ${text}`, () => {
        const solo = starting(role, NORMAL);
        solo.connect(changes);
        const partner = role === 'primary' ? 'west' : 'east';
        assert.equal(solo.box.alarms.get('refused')?.text, `${partner} is reached, and no connection comes about: ${text}`);
        const last = solo.sent().at(-1);
        assert.ok(last !== undefined && 'status' in last);
        assert.equal(last.status?.text, text, 'and so is the partner');
      });
    }
  }

  it('[F-TM-1] clocks that are 5 s apart are near enough to connect', () => {
    for (const skew of [5, -5]) {
      const solo = starting('secondary', NORMAL);
      solo.connect({ sentTime: epochSeconds(solo.box.now().epoch - skew) });
      assert.equal(solo.view.communications, 'connecting');
    }
  });

  it('[F-CON-11] an MCLT of 30 s is enough', () => {
    const solo = starting('secondary', NORMAL);
    solo.connect({ mclt: seconds(30) });
    assert.equal(solo.view.mclt, 30);
  });

  it('is why the partner disconnects, but where that is shutting down', () => {
    const { ExcessiveTimeSkew, ServerShuttingDown, UnspecFail } = FailoverStatusCode;
    for (const [status, refused, skewed, why] of [
      [undefined, true, false, 'the partner disconnected'],
      [{ code: UnspecFail, text: '' }, true, false, 'the partner disconnected'],
      [{ code: UnspecFail, text: 'too slow' }, true, false, 'the partner disconnected: too slow'],
      [{ code: ServerShuttingDown, text: 'maintenance' }, false, false, 'the partner disconnected: maintenance'],
      [{ code: ExcessiveTimeSkew, text: '9 s ahead' }, false, true, 'the partner disconnected: 9 s ahead'],
    ] as const) {
      const solo = inState('primary', NORMAL);
      solo.says({ type: FailoverMessageType.DISCONNECT, transactionId: 1, status });
      assert.match(solo.box.warnings.join('\n'), new RegExp(`the connection to west ended: ${why}$`, 'm'));
      assert.deepEqual([solo.box.alarms.has('refused'), solo.box.alarms.has('clock-skew')], [refused, skewed], why);
      assert.equal(dialsAfter(solo), 2_000);
    }
  });
});

describe('A connection that this box ends since the partner is wrong', () => {
  const { UnspecFail, ExcessiveTimeSkew } = FailoverStatusCode;
  const cases: readonly { readonly what: string; readonly does: (solo: Solo) => void; readonly code: number; readonly text: string }[] = [
    { what: 'by a message that has no place', does: (solo) => solo.says({ type: FailoverMessageType.CONNECT, transactionId: 1, vendor: [] }), code: UnspecFail, text: 'CONNECT was not expected now' },
    { what: 'by a state that there is not', does: (solo) => solo.saysState(99 as EndpointState), code: UnspecFail, text: 'there is no state 99 to be in' },
    { what: 'by saying that it is in STARTUP', does: (solo) => solo.saysState(EndpointState.STARTUP), code: UnspecFail, text: 'there is no state 1 to be in' },
    {
      what: 'by its clock',
      does: (solo) => solo.says({ type: FailoverMessageType.CONTACT, transactionId: 1, sentTime: epochSeconds(solo.box.now().epoch + 6), vendor: [] }),
      code: ExcessiveTimeSkew,
      text: "the partner's clock is 6 s ahead",
    },
    { what: 'by what can’t be read', does: (solo) => solo.box.step({ kind: 'malformed', connection: solo.connection, error: 'a length of 3' }), code: UnspecFail, text: 'a length of 3' },
  ];
  for (const { what, does, code, text } of cases) {
    it(`${what} is closed behind a DISCONNECT that says so, and tried again later`, () => {
      const solo = inState('primary', NORMAL);
      does(solo);
      const last = solo.sent().at(-1);
      assert.ok(last?.type === FailoverMessageType.DISCONNECT);
      assert.deepEqual([last.status, solo.closed], [{ code, text }, [solo.connection]]);
      assert.ok(solo.box.alarms.has(code === ExcessiveTimeSkew ? 'clock-skew' : 'refused'));
      assert.equal(dialsAfter(solo), 2_000);
    });
  }

  it('[F-KA-4] is closed without a word where nothing is heard', () => {
    const solo = inState('primary', NORMAL, { configuration: { keepalive: seconds(10), contactInterval: 0 } });
    solo.box.advance(10_000);
    assert.ok(!solo.sentNames().includes('DISCONNECT'));
    assert.deepEqual([solo.closed, solo.view.communications], [[solo.connection], 'none']);
  });

  it('[F-UP-6] is closed where what was asked for does not come', () => {
    const solo = inState('secondary', EndpointState.RECOVER, { configuration: { keepalive: seconds(600) } });
    solo.connect();
    solo.saysState(EndpointState.PARTNER_DOWN);
    solo.sent();
    solo.box.advance(60_000);
    assert.match(solo.box.log.join('\n'), /the updates that were asked for do not come/);
    assert.deepEqual([solo.sentNames().at(-1), solo.closed], ['DISCONNECT', [solo.connection]]);
  });

  it('[F-TM-2] is the partner’s to explain where it disconnects, whatever its clock', () => {
    const solo = inState('primary', NORMAL);
    const sentTime = epochSeconds(solo.box.now().epoch + 60);
    solo.says({ type: FailoverMessageType.DISCONNECT, transactionId: 1, sentTime, status: { code: UnspecFail, text: 'too slow' } });
    assert.deepEqual(solo.sent(), []);
    assert.match(solo.box.alarms.get('refused')?.text ?? '', /too slow/);
  });
});

describe('A connection that ends before communications are OK', () => {
  it('ends when CONNECT, CONNECTREPLY and both STATE have not passed in ten seconds', () => {
    for (const role of ROLES) {
      for (const isAgreed of [false, true]) {
        if (!isAgreed && role === 'secondary') continue;
        const solo = inState(role, COMMUNICATIONS_INTERRUPTED);
        if (isAgreed) solo.connect();
        else solo.reach();
        solo.box.advance(9_999);
        assert.equal(solo.view.communications, 'connecting');
        solo.sent();
        solo.box.advance(1);
        assert.deepEqual([solo.sentNames(), solo.view.communications], [['DISCONNECT'], 'none']);
        assert.match(solo.box.log.join('\n'), /not agreed on in time/);
        if (role === 'primary') assert.equal(dialsAfter(solo), 2_000);
      }
    }
  });

  it('is no warning, as no communications are lost; where they were OK it is one', () => {
    for (const role of ROLES) {
      const solo = inState(role, COMMUNICATIONS_INTERRUPTED);
      solo.connect();
      solo.breaks();
      const text = new RegExp(`the connection to ${role === 'primary' ? 'west' : 'east'} ended: reset by peer`);
      assert.match(solo.box.log.join('\n'), text);
      assert.doesNotMatch(solo.box.warnings.join('\n'), text);
      assert.equal(solo.box.flow.isOpen, false);
      solo.connect();
      solo.saysState(COMMUNICATIONS_INTERRUPTED);
      solo.breaks();
      assert.match(solo.box.warnings.join('\n'), text);
    }
  });

  it('ends by a DISCONNECT as any other does, and no answer is given', () => {
    for (const role of ROLES) {
      const solo = starting(role, NORMAL);
      if (role === 'primary') solo.reach();
      else solo.connect();
      solo.sent();
      solo.says({ type: FailoverMessageType.DISCONNECT, transactionId: 1, status: { code: FailoverStatusCode.UnspecFail, text: 'no time' } });
      assert.deepEqual([solo.sent(), solo.closed], [[], [solo.connection]]);
      assert.match(solo.box.alarms.get('refused')?.text ?? '', /the partner disconnected: no time/);
    }
  });

  it('does not end by a CONTACT behind the agreement', () => {
    for (const role of ROLES) {
      const solo = inState(role, COMMUNICATIONS_INTERRUPTED);
      solo.connect();
      solo.says({ type: FailoverMessageType.CONTACT, transactionId: 9, vendor: [] });
      assert.equal(solo.view.communications, 'connecting');
      solo.saysState(NORMAL);
      assert.equal(nameOf(solo), 'NORMAL');
    }
  });
});

describe('What the partner said by extensions', () => {
  const SPEAKS = [extension(ExtensionCode.EXTENSIONS, [ExtensionCode.PROGRAM_VERSION, ExtensionCode.CONTACT_INTERVAL])];

  for (const role of ROLES) {
    it(`counts until it says something else, or another program may be in its place (${role})`, () => {
      const solo = starting(role, COMMUNICATIONS_INTERRUPTED, { programVersion: '0.2.0' });
      solo.connect({ vendor: SPEAKS });
      solo.saysState(NORMAL, { vendor: [extension(ExtensionCode.PROGRAM_VERSION, '0.1.0'), extension(ExtensionCode.CONTACT_INTERVAL, 250)] });
      solo.says({ type: FailoverMessageType.CONTACT, transactionId: 7, vendor: [extension(ExtensionCode.CONFIG_DIGEST, 'aa')] });
      assert.equal(solo.view.partnerVersion, '0.1.0', 'what does not speak of it does not change it');
      solo.breaks();
      solo.connect({ vendor: SPEAKS });
      assert.equal(solo.view.partnerVersion, '0.1.0', `the ${other(role)} is about to say it`);
      solo.breaks();
      solo.connect();
      assert.equal(solo.view.partnerVersion, undefined);
    });
  }
});
