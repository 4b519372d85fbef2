/** RFC 8156 sections 6.1 to 6.4, row by row: how the two boxes come to talk. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EndpointState } from '../../../src/failover/index.ts';
import type { Role } from '../../../src/failover/index.ts';
import { FailoverMessageType, FailoverStatusCode, epochSeconds, seconds } from '../../../src/wire/index.ts';
import type { ConnectMessage } from '../../../src/wire/index.ts';
import { address } from './settings.ts';
import { inState, meeting, nameOf, starting } from './solo.ts';
import type { Solo } from './solo.ts';

const { NORMAL, COMMUNICATIONS_INTERRUPTED } = EndpointState;
const ROLES: readonly Role[] = ['primary', 'secondary'];

function statusOf(solo: Solo): number | undefined {
  const last = solo.sent().at(-1);
  return last !== undefined && 'status' in last ? last.status?.code : undefined;
}

/** The dials of the next seconds, when each fails as `outcome` does it. */
function dialsIn(solo: Solo, forSeconds: number, outcome: () => void): readonly number[] {
  const times: number[] = [];
  for (let tenth = 0; tenth < forSeconds * 10; tenth++) {
    for (const { kind } of solo.box.effects.splice(0)) {
      if (kind !== 'dial') continue;
      times.push(solo.box.now().monotonic);
      outcome();
    }
    solo.box.advance(100);
  }
  return times;
}

describe('Connections (RFC 8156 section 6.1)', () => {
  it('[F-CON-1] the primary connects again after a loss, and the whole handshake is repeated', () => {
    const solo = inState('primary', NORMAL);
    solo.breaks();
    solo.box.advance(300);
    assert.ok(solo.box.effects.some(({ kind }) => kind === 'dial'));
    solo.connect();
    assert.deepEqual(solo.sentNames(), ['CONNECT', 'STATE']);
    const secondary = inState('secondary', NORMAL);
    secondary.breaks();
    secondary.box.advance(60_000);
    assert.equal(secondary.box.effects.some(({ kind }) => kind === 'dial'), false, 'the secondary does not dial');
    secondary.connect();
    assert.deepEqual(secondary.sentNames(), ['CONNECTREPLY', 'STATE']);
  });
  it('[F-CON-2, F-CON-3] it tries every few seconds, after a refusal less often, and never gives up', () => {
    const away = starting('primary', NORMAL);
    away.box.advance(0);
    const often = dialsIn(away, 120, () =>
      away.box.step({ kind: 'dialFailed', relationship: 'east-west', reason: 'ECONNREFUSED' }),
    );
    const refused = starting('primary', NORMAL);
    refused.box.advance(0);
    const seldom = dialsIn(refused, 120, () => refused.connect({ status: { code: 17, text: 'no' } }));
    assert.ok(often.length >= 24, `${often.length} attempts in two minutes`);
    assert.ok(seldom.length < often.length / 2, `${seldom.length} attempts when refused`);
    const hour = dialsIn(refused, 3_600, () => refused.connect({ status: { code: 17, text: 'no' } }));
    assert.ok(hour.length >= 55, `${hour.length} attempts in an hour`);
  });
  it('[F-CON-3] a DISCONNECT makes it try less often, too', () => {
    const solo = inState('primary', NORMAL);
    solo.says({ type: 33, transactionId: 1, status: { code: 20, text: 'maintenance' } });
    solo.box.effects.length = 0;
    solo.box.advance(1_900);
    assert.deepEqual(solo.box.effects, []);
    solo.box.advance(200);
    assert.ok(solo.box.effects.some(({ kind }) => kind === 'dial'));
  });
  it('[F-CON-4, F-CON-5] who is no primary of this box is not listened to', () => {
    const solo = starting('secondary', NORMAL);
    solo.box.step({
      kind: 'connected',
      connection: 5,
      relationship: undefined,
      partnerAddress: address('2001:db8:ffff::9'),
      certificate: 'certificate of the primary',
    });
    assert.deepEqual(solo.box.effects, [{ kind: 'close', connection: 5 }]);
  });
  it('[F-CON-7, F-MSG-8] CONNECT goes out on a connection that this box opened, and is taken on none of those', () => {
    const secondary = starting('secondary', NORMAL);
    secondary.reach();
    assert.deepEqual(secondary.sent(), []);
    const primary = starting('primary', NORMAL);
    primary.reach();
    primary.sent();
    primary.says({ type: FailoverMessageType.CONNECT, transactionId: 1, vendor: [] });
    assert.deepEqual(primary.sentNames(), ['DISCONNECT']);
    assert.equal(primary.view.communications, 'none');
  });
  it('[F-CON-8] communications are OK with the STATE of the partner, not before', () => {
    for (const role of ROLES) {
      const solo = inState(role, COMMUNICATIONS_INTERRUPTED);
      solo.connect();
      assert.deepEqual(solo.sentNames().slice(-1), ['STATE']);
      assert.equal(solo.view.communications, 'connecting');
      assert.equal(nameOf(solo), 'COMMUNICATIONS-INTERRUPTED');
      solo.saysState(COMMUNICATIONS_INTERRUPTED);
      assert.equal(solo.view.communications, 'ok');
      assert.equal(nameOf(solo), 'NORMAL');
    }
  });
});

describe('CONNECT (RFC 8156 sections 6.1.1, 6.1.2)', () => {
  it('[F-CON-10] has all that it must', () => {
    const solo = starting('primary', NORMAL, { configuration: { mclt: seconds(1_234), keepalive: seconds(50) } });
    solo.reach();
    const [{ vendor, transactionId, ...connect }] = solo.sent() as [ConnectMessage];
    assert.equal(vendor.length, 1, 'and the extensions that this box speaks');
    assert.ok(transactionId > 0);
    assert.deepEqual(connect, {
      type: FailoverMessageType.CONNECT,
      version: { major: 1, minor: 0 },
      mclt: 1_234,
      keepaliveTime: 50,
      maxUnackedBndupd: 1_000,
      fixedPdLength: true,
      relationshipName: 'east-west',
    });
  });
  it('[F-CON-11, F-TM-3] is checked in the order of the RFC', () => {
    const late = { sentTime: epochSeconds(1) };
    const version = { version: { major: 2, minor: 0 } };
    const flags = { fixedPdLength: false };
    const cases: readonly (readonly [Partial<ConnectMessage>, number])[] = [
      [{ ...late, ...version, ...flags }, FailoverStatusCode.ExcessiveTimeSkew],
      [{ ...version, ...flags }, FailoverStatusCode.NotSupported],
      [flags, FailoverStatusCode.ConfigurationConflict],
    ];
    for (const [changes, status] of cases) {
      const solo = starting('secondary', NORMAL);
      solo.connect(changes);
      assert.equal(statusOf(solo), status);
      assert.equal(solo.view.communications, 'none');
    }
  });
  it('[F-CON-11] of another minor version is fine, by both, and the log says which', () => {
    for (const role of ['primary', 'secondary'] as const) {
      const solo = starting(role, NORMAL);
      solo.connect({ version: { major: 1, minor: 7 } });
      assert.equal(solo.sentNames().at(-1), 'STATE');
      assert.match(solo.box.log.join('\n'), /(east|west) speaks protocol version 1\.7, this box 1\.0: they use what both know/);
      const same = starting(role, NORMAL);
      same.connect();
      assert.doesNotMatch(same.box.log.join('\n'), /protocol version/);
    }
  });
  it('[F-CON-11] brings the MCLT, which is durable before it is confirmed, and kept', () => {
    const solo = starting('secondary', NORMAL);
    solo.box.storesAtOnce = false;
    solo.connect({ mclt: seconds(777) });
    assert.deepEqual(solo.sent(), []);
    solo.box.store('durable');
    const [reply] = solo.sent() as [ConnectMessage];
    assert.equal(reply.mclt, 777);
    assert.equal(solo.box.stored.get('east-west')?.mclt, 777);
    solo.breaks();
    assert.equal(solo.view.mclt, 777);
  });
  it('[F-CON-11] with an MCLT that no lease could live with is refused', () => {
    for (const mclt of [seconds(29), seconds(0), undefined]) {
      const solo = starting('secondary', NORMAL);
      solo.connect({ mclt });
      assert.equal(statusOf(solo), FailoverStatusCode.ConfigurationConflict);
    }
  });
  it('[F-CON-12, F-GAP-7] prefixes of several lengths are refused, by both', () => {
    for (const fixedPdLength of [false, undefined]) {
      const secondary = starting('secondary', NORMAL);
      secondary.connect({ fixedPdLength });
      assert.equal(statusOf(secondary), FailoverStatusCode.ConfigurationConflict);
      const primary = starting('primary', NORMAL);
      primary.connect({ fixedPdLength });
      assert.deepEqual(primary.sentNames(), ['CONNECT', 'DISCONNECT']);
    }
  });
  it('[F-CON-13] is always answered, with the reason when it is refused', () => {
    const solo = starting('secondary', NORMAL);
    solo.connect({ version: { major: 9, minor: 0 } });
    const [reply] = solo.sent() as [ConnectMessage];
    assert.equal(reply.type, FailoverMessageType.CONNECTREPLY);
    assert.match(reply.status?.text ?? '', /9\.0/);
  });
  it('[F-CON-14, F-GAP-3] CONNECTREPLY has all that it must, and the name only where CONNECT had it', () => {
    for (const relationshipName of ['east-west', undefined]) {
      const solo = starting('secondary', NORMAL);
      solo.connect({ relationshipName, transactionId: 4_711, mclt: seconds(999) });
      assert.deepEqual(solo.sent()[0], {
        type: FailoverMessageType.CONNECTREPLY,
        transactionId: 4_711,
        version: { major: 1, minor: 0 },
        mclt: 999,
        keepaliveTime: 60,
        maxUnackedBndupd: 1_000,
        fixedPdLength: true,
        relationshipName,
        vendor: [],
      });
    }
  });
  it('[F-CON-15, F-CON-17] each tells its state behind the agreement', () => {
    for (const role of ROLES) {
      const solo = starting(role, NORMAL);
      solo.connect();
      assert.deepEqual(solo.sentNames(), [role === 'primary' ? 'CONNECT' : 'CONNECTREPLY', 'STATE']);
    }
  });
  it('[F-CON-16] CONNECTREPLY of another version or MCLT: DISCONNECT', () => {
    for (const changes of [{ version: { major: 2, minor: 0 } }, { version: undefined }, { mclt: seconds(3_601) }, { mclt: undefined }]) {
      const solo = starting('primary', NORMAL);
      solo.connect(changes);
      assert.deepEqual(solo.sentNames(), ['CONNECT', 'DISCONNECT']);
      assert.equal(solo.view.communications, 'none');
      assert.ok(solo.box.alarms.has('refused'));
    }
  });
  it('[F-GAP-3] CONNECTREPLY without a name is fine', () => {
    const solo = starting('primary', NORMAL);
    solo.connect({ relationshipName: undefined });
    assert.deepEqual(solo.sentNames(), ['CONNECT', 'STATE']);
  });
  it('[F-CON-21] the partner says how many updates it takes', () => {
    const solo = meeting('primary', COMMUNICATIONS_INTERRUPTED, NORMAL);
    assert.equal(solo.box.flow.window, 100);
  });
});
