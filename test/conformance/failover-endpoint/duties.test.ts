/** What an endpoint does because time has passed, and what it keeps for later (RFC 8156 sections 5.3.7, 6.6, 8.5.2). */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EndpointState } from '../../../src/failover/index.ts';
import { NEVER } from '../../../src/lease/index.ts';
import { ExtensionCode, FailoverMessageType, epochSeconds, extension, extensionOf, seconds } from '../../../src/wire/index.ts';
import { LOST, OPENED_THRICE, SPEAKS } from './databases.ts';
import { EPOCH } from './settings.ts';
import { createSolo, inState, meeting, nameOf, say, starting } from './solo.ts';
import type { Solo } from './solo.ts';

const { NORMAL, COMMUNICATIONS_INTERRUPTED, PARTNER_DOWN, RECOVER } = EndpointState;

/** The commits that the partner is told of, by the CONTACT messages since the last call. */
function commitsTold(solo: Solo): readonly number[] {
  return solo.sent().flatMap((message) => {
    if (message.type !== FailoverMessageType.CONTACT) return [];
    const said = extensionOf(message.vendor, ExtensionCode.DATABASE);
    return said === undefined ? [] : [said.own.counter];
  });
}

describe('What is due', () => {
  it('is looked at when the update flow wants to go on, a second later at the soonest, and only while communications are OK', () => {
    const solo = inState('secondary', NORMAL, { configuration: { contactInterval: 0 } });
    // Behind the CONTACT that is due by then.
    solo.box.advance(16_000);
    const { flow } = solo.box;
    const pumped: number[] = [];
    const pump = flow.pump.bind(flow);
    flow.pump = (now) => {
      pumped.push(solo.box.now().monotonic - begin);
      pump(now);
    };
    const begin = solo.box.now().monotonic;
    const wish = epochSeconds(solo.box.now().epoch + 7);
    flow.wakeAt = () => (solo.box.now().epoch < wish ? wish : NEVER);
    solo.box.step({ kind: 'writable', connection: solo.connection });
    pumped.length = 0;
    solo.box.advance(7_500);
    assert.deepEqual(pumped, [7_000]);
    flow.wakeAt = () => epochSeconds(EPOCH);
    solo.box.step({ kind: 'writable', connection: solo.connection });
    pumped.length = 0;
    solo.box.advance(2_500);
    assert.deepEqual(pumped, [8_500, 9_500], 'what could not be done now is not tried without end');
    solo.breaks();
    pumped.length = 0;
    solo.box.advance(5_000);
    assert.deepEqual(pumped, []);
  });

  it('[R-ST1] is to tell how far the database is, once a second while that changes', () => {
    const solo = inState('secondary', COMMUNICATIONS_INTERRUPTED, { database: OPENED_THRICE });
    solo.box.commitCounter = 60;
    solo.connect({ vendor: SPEAKS });
    solo.saysState(NORMAL);
    solo.box.advance(1_000);
    const begun = solo.box.commitCounter;
    assert.deepEqual(commitsTold(solo), [begun]);
    solo.box.advance(5_000);
    assert.deepEqual(commitsTold(solo), [], 'nothing was committed');
    solo.box.commitCounter = begun + 5;
    solo.box.step({ kind: 'timer' });
    assert.deepEqual(commitsTold(solo), [begun + 5], 'the last time is long ago');
    solo.box.commitCounter = begun + 6;
    solo.box.step({ kind: 'writable', connection: solo.connection });
    solo.box.advance(999);
    assert.deepEqual(commitsTold(solo), []);
    solo.box.commitCounter = begun + 7;
    solo.box.advance(1);
    assert.deepEqual(commitsTold(solo), [begun + 7]);
  });

  it('is not to tell that to a partner that does not speak of it, nor before communications are OK', () => {
    const plain = inState('secondary', NORMAL, { database: OPENED_THRICE });
    plain.box.commitCounter += 9;
    plain.box.advance(5_000);
    assert.deepEqual(commitsTold(plain), []);
    const early = starting('secondary', NORMAL, { database: OPENED_THRICE });
    early.connect({ vendor: [extension(ExtensionCode.EXTENSIONS, [ExtensionCode.DATABASE])] });
    early.box.commitCounter += 9;
    early.box.advance(5_000);
    assert.deepEqual(commitsTold(early), []);
  });
});

describe('Signs of life', () => {
  it('[F-KA-1] are not sent before the two have agreed, however short the keepalive time is', () => {
    const configuration = { keepalive: seconds(8) };
    const connecting = starting('primary', NORMAL, { configuration });
    connecting.reach();
    connecting.box.advance(7_000);
    assert.deepEqual(connecting.sentNames(), ['CONNECT']);
    const agreed = starting('secondary', NORMAL, { configuration });
    agreed.box.storesAtOnce = false;
    agreed.connect({ mclt: seconds(777), keepaliveTime: seconds(8) });
    agreed.box.advance(7_000);
    assert.deepEqual(agreed.sent(), [], 'its CONNECTREPLY waits for stable storage');
    agreed.box.storesAtOnce = true;
    while (agreed.box.writes.length > 0) agreed.box.store('durable');
    agreed.says({ type: FailoverMessageType.CONTACT, transactionId: 1, vendor: [] });
    assert.deepEqual(agreed.sentNames(), ['CONNECTREPLY', 'STATE']);
    agreed.box.advance(2_000);
    assert.deepEqual(agreed.sentNames(), ['CONTACT']);
  });

  it('[F-SM-62] an update that was answered is not missed', () => {
    const solo = inState('primary', NORMAL, { configuration: { keepalive: seconds(600) } });
    solo.box.flow.unacked = 1;
    solo.box.step({ kind: 'timer' });
    solo.box.advance(20_000);
    solo.box.flow.unacked = 0;
    solo.box.step({ kind: 'timer' });
    solo.box.advance(100_000);
    assert.equal(nameOf(solo), 'NORMAL');
    solo.box.flow.unacked = 1;
    solo.box.step({ kind: 'timer' });
    solo.box.advance(30_000);
    assert.equal(nameOf(solo), 'COMMUNICATIONS-INTERRUPTED');
    assert.match(solo.box.log.join('\n'), /the connection to west ended: updates are not answered/);
  });

  it('[F-CON-2] for a minute have the primary dial soon when they end, as if it had not tried before', () => {
    for (const [okFor, wait] of [[60_000, 250], [50_000, 5_000]] as const) {
      const solo = starting('primary', COMMUNICATIONS_INTERRUPTED, { configuration: { keepalive: seconds(600) } });
      for (let failure = 0; failure < 8; failure++) solo.box.step({ kind: 'dialFailed', relationship: 'east-west', reason: 'no answer' });
      solo.connect();
      solo.saysState(NORMAL);
      assert.match(solo.box.log.join('\n'), /communications with west are OK/);
      solo.box.advance(okFor);
      solo.breaks();
      solo.box.effects.length = 0;
      solo.box.advance(wait - 1);
      assert.ok(!solo.box.effects.some(({ kind }) => kind === 'dial'));
      solo.box.advance(1);
      assert.ok(solo.box.effects.some(({ kind }) => kind === 'dial'));
    }
  });

  it('[F-TM-1] without a time say nothing of the partner’s clock', () => {
    const solo = inState('secondary', NORMAL);
    for (const skew of [3, 3, 3, 3]) solo.says({ type: FailoverMessageType.CONTACT, transactionId: 1, sentTime: epochSeconds(solo.box.now().epoch - skew), vendor: [] });
    assert.equal(solo.view.skew, 3);
    solo.says({ type: FailoverMessageType.CONTACT, transactionId: 1, sentTime: undefined, vendor: [] });
    assert.equal(solo.view.skew, 3);
  });
});

describe('What the partner asks for and the box can’t serve yet', () => {
  it('[F-UP-8] is kept sixteen times, and served when it can', () => {
    const solo = createSolo('primary', undefined, { database: LOST });
    solo.connect();
    solo.saysState(RECOVER, { communicated: false });
    solo.sent();
    for (let transactionId = 101; transactionId <= 130; transactionId++) solo.says({ type: FailoverMessageType.UPDREQ, transactionId });
    assert.deepEqual(solo.sent(), []);
    assert.equal(say(solo, 'force-partner-down'), undefined);
    const done = solo.sent().filter(({ type }) => type === FailoverMessageType.UPDDONE);
    assert.deepEqual(done.map(({ transactionId }) => transactionId), Array.from({ length: 16 }, (_, i) => 101 + i));
  });

  it('[F-UP-1, F-UP-2] is what is new, or everything', () => {
    const solo = meeting('secondary', PARTNER_DOWN, RECOVER);
    solo.box.flow.answers = false;
    solo.says({ type: FailoverMessageType.UPDREQ, transactionId: 5 });
    solo.says({ type: FailoverMessageType.UPDREQALL, transactionId: 6 });
    assert.deepEqual(solo.box.flow.requests, [{ kind: 'unacked', transactionId: 5 }, { kind: 'all', transactionId: 6 }]);
  });

  it('is forgotten with the connection', () => {
    const solo = createSolo('primary', undefined, { database: LOST });
    solo.connect();
    solo.saysState(RECOVER, { communicated: false });
    solo.says({ type: FailoverMessageType.UPDREQ, transactionId: 101 });
    solo.breaks();
    solo.connect();
    solo.saysState(RECOVER, { communicated: false });
    assert.equal(say(solo, 'force-partner-down'), undefined);
    assert.ok(!solo.sentNames().includes('UPDDONE'));
  });
});

describe('What the box asked its partner for', () => {
  it('[F-UP-7] is asked once while it is outstanding, and again only where it was for less', () => {
    const solo = meeting('primary', RECOVER, PARTNER_DOWN);
    solo.sent();
    assert.match(say(solo, 'resync') ?? '', /already/);
    assert.equal(say(solo, 'resync-all'), undefined);
    assert.deepEqual(solo.sentNames(), ['UPDREQALL']);
    assert.match(say(solo, 'resync') ?? '', /already/);
    assert.match(say(solo, 'resync-all') ?? '', /already/);
    assert.deepEqual(solo.sent(), []);
    assert.equal(solo.view.asking, 'all');
    solo.saysUpdatesDone();
    assert.equal(nameOf(solo), 'RECOVER-WAIT');
    assert.match(solo.box.log.join('\n'), /the partner has sent all that it knows/);
  });

  it('[F-SM-43] and only what was new has come: the log says so', () => {
    const solo = meeting('primary', RECOVER, PARTNER_DOWN);
    solo.saysUpdatesDone();
    assert.match(solo.box.log.join('\n'), /the partner has sent all that was new/);
    assert.equal(solo.box.flow.wasToldEverything, 0);
  });
});
