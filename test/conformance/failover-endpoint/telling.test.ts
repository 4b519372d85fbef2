/** RFC 8156 sections 5.4, 6.3 and 6.4: what the boxes tell each other of their states, and that it is durable before. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EndpointState, endpointStateName } from '../../../src/failover/index.ts';
import { createTransactionIds } from '../../../src/failover/transaction-ids.ts';
import { FailoverMessageType, FailoverStatusCode, epochSeconds } from '../../../src/wire/index.ts';
import type { DisconnectMessage, StateMessage } from '../../../src/wire/index.ts';
import { EPOCH } from './settings.ts';
import { inState, meeting, nameOf, say, starting } from './solo.ts';
import type { Solo } from './solo.ts';

const { NORMAL, COMMUNICATIONS_INTERRUPTED, PARTNER_DOWN, RECOVER, RECOVER_DONE, POTENTIAL_CONFLICT, CONFLICT_DONE } =
  EndpointState;

function told(solo: Solo): readonly StateMessage[] {
  return solo.sent().filter((message): message is StateMessage => message.type === FailoverMessageType.STATE);
}

describe('STATE (RFC 8156 sections 6.3, 6.4)', () => {
  it('[F-CON-30] is sent at every change of state', () => {
    const solo = meeting('primary', RECOVER_DONE, PARTNER_DOWN);
    assert.deepEqual(told(solo).map(({ serverState }) => serverState), [RECOVER_DONE]);
    solo.saysState(NORMAL);
    assert.deepEqual(told(solo).map(({ serverState }) => serverState), [NORMAL]);
    assert.equal(say(solo, 'partner-down'), undefined);
    assert.deepEqual(told(solo).map(({ serverState }) => serverState), [PARTNER_DOWN]);
    solo.saysState(POTENTIAL_CONFLICT);
    assert.deepEqual(told(solo).map(({ serverState }) => serverState), [POTENTIAL_CONFLICT]);
  });
  it('[F-CON-30, F-CON-33] that is told twice changes nothing the second time', () => {
    const solo = inState('secondary', POTENTIAL_CONFLICT);
    solo.saysState(CONFLICT_DONE);
    solo.saysUpdatesDone();
    assert.equal(nameOf(solo), 'NORMAL');
    solo.saysState(CONFLICT_DONE);
    assert.equal(nameOf(solo), 'NORMAL');
  });
  it('[F-CON-31, F-GAP-4] says state, flags, since when, and in PARTNER-DOWN alone since when that is', () => {
    const solo = starting('primary', PARTNER_DOWN);
    solo.box.advance(5_000);
    solo.connect();
    const [state] = told(solo);
    assert.ok(state !== undefined);
    const { transactionId, vendor, ...said } = state;
    assert.ok(transactionId > 0 && vendor.length === 0);
    assert.deepEqual(said, {
      type: FailoverMessageType.STATE,
      serverState: PARTNER_DOWN,
      serverFlags: { startup: false, communicated: true, ackStartup: false },
      startTimeOfState: EPOCH - 3_600,
      partnerDownTime: EPOCH - 3_600,
    });
    const [normal] = told(meeting('secondary', COMMUNICATIONS_INTERRUPTED, NORMAL)).slice(-1);
    assert.equal(normal?.partnerDownTime, undefined);
    assert.equal(normal?.startTimeOfState, EPOCH + 5);
  });
  it('[F-CON-32] is durable before it is told', () => {
    const solo = inState('primary', COMMUNICATIONS_INTERRUPTED);
    solo.connect();
    solo.sent();
    solo.box.storesAtOnce = false;
    solo.saysState(NORMAL);
    assert.equal(nameOf(solo), 'NORMAL');
    assert.deepEqual(solo.sent(), []);
    solo.box.store('durable');
    assert.deepEqual(told(solo).map(({ serverState }) => serverState), [NORMAL]);
  });
  it('[F-CON-32] a write that fails is tried again, and nothing is told meanwhile', () => {
    const solo = inState('primary', COMMUNICATIONS_INTERRUPTED);
    solo.connect();
    solo.sent();
    solo.box.storesAtOnce = false;
    solo.saysState(NORMAL);
    solo.box.store('failed');
    solo.box.advance(500);
    assert.deepEqual(told(solo), []);
    assert.equal(solo.box.writes.length, 0);
    solo.box.advance(500);
    solo.box.store('durable');
    assert.deepEqual(told(solo).map(({ serverState }) => serverState), [NORMAL]);
  });
  it('[F-CON-8, F-CON-32] nothing of leases is said over a connection before STATE, whatever the state was before', () => {
    const solo = inState('primary', NORMAL);
    solo.box.storesAtOnce = false;
    solo.breaks();
    solo.box.store('failed');
    solo.connect();
    solo.sent();
    solo.saysState(COMMUNICATIONS_INTERRUPTED);
    assert.equal(nameOf(solo), 'NORMAL');
    solo.says({ type: FailoverMessageType.UPDREQ, transactionId: 5 });
    assert.deepEqual(solo.sent(), []);
    assert.equal(solo.box.flow.pumped, 0);
    solo.box.advance(1_000);
    solo.box.store('durable');
    assert.deepEqual(solo.sentNames(), ['STATE', 'UPDDONE']);
    assert.equal(solo.box.flow.mode, 'normal');
  });
  it('[F-CON-32] what changes while a write is under way is told once, as it is at the end', () => {
    const solo = inState('primary', NORMAL);
    solo.box.storesAtOnce = false;
    solo.saysState(PARTNER_DOWN);
    solo.box.effects.length = 0;
    assert.equal(say(solo, 'force-partner-down'), undefined);
    assert.equal(solo.box.writes.length, 1);
    solo.box.store('durable');
    assert.deepEqual(told(solo), []);
    solo.box.store('durable');
    assert.deepEqual(told(solo).map(({ serverState }) => serverState), [PARTNER_DOWN]);
  });
  it('[F-CON-33] of the partner is remembered, its partner-down-time as long as it is in PARTNER-DOWN', () => {
    const solo = meeting('primary', RECOVER, PARTNER_DOWN);
    const stored = () => solo.box.stored.get('east-west');
    assert.deepEqual(
      [stored()?.partnerState, stored()?.partnerStartTimeOfState, stored()?.partnerDownTime],
      [PARTNER_DOWN, EPOCH, EPOCH],
    );
    solo.saysState(COMMUNICATIONS_INTERRUPTED, { since: 9 });
    assert.deepEqual(
      [stored()?.partnerState, stored()?.partnerStartTimeOfState, stored()?.partnerDownTime],
      [COMMUNICATIONS_INTERRUPTED, EPOCH + 9, 0],
    );
    const serverFlags = { startup: false, communicated: true, ackStartup: false };
    const times = { startTimeOfState: epochSeconds(EPOCH + 9), partnerDownTime: epochSeconds(EPOCH + 8) };
    solo.says({ type: FailoverMessageType.STATE, transactionId: 77, serverState: COMMUNICATIONS_INTERRUPTED, serverFlags, ...times, vendor: [] });
    assert.equal(stored()?.partnerDownTime, 0, 'nor where it says one in another state');
  });
  it('[F-GAP-20] ACK_STARTUP follows the flag of the partner, and is ignored where it comes', () => {
    const solo = inState('primary', COMMUNICATIONS_INTERRUPTED);
    solo.connect();
    solo.saysState(COMMUNICATIONS_INTERRUPTED, { startup: true });
    solo.saysState(COMMUNICATIONS_INTERRUPTED);
    assert.deepEqual(told(solo).map(({ serverFlags }) => serverFlags.ackStartup), [false, false]);
    assert.equal(nameOf(solo), 'NORMAL');
  });
  it('[F-GAP-19] COMMUNICATED is as it was before the connection', () => {
    const solo = inState('primary', RECOVER, { stored: [] });
    solo.connect();
    solo.saysState(RECOVER, { communicated: false });
    solo.saysUpdatesDone();
    solo.saysState(RECOVER_DONE, { communicated: false });
    assert.equal(nameOf(solo), 'NORMAL');
    assert.deepEqual([...new Set(told(solo).map(({ serverFlags }) => serverFlags.communicated))], [false]);
    assert.equal(solo.box.stored.get('east-west')?.hasCommunicated, true);
    solo.breaks();
    solo.connect();
    assert.deepEqual(told(solo).map(({ serverFlags }) => serverFlags.communicated), [true]);
  });
  it('[F-OPT-19] of a state that there is not ends the connection', () => {
    for (const state of [0, 1, 11, 255]) {
      const solo = inState('primary', COMMUNICATIONS_INTERRUPTED);
      solo.connect();
      solo.sent();
      solo.saysState(state as EndpointState);
      assert.deepEqual(solo.sentNames(), ['DISCONNECT']);
      assert.equal(nameOf(solo), 'COMMUNICATIONS-INTERRUPTED');
    }
  });
});

describe('DISCONNECT (RFC 8156 section 5.3.10)', () => {
  it('[F-CON-23] tells of a planned end, and why', () => {
    const solo = inState('primary', NORMAL);
    solo.box.step({ kind: 'stopping' });
    const [message] = solo.sent() as [DisconnectMessage];
    assert.equal(message.type, FailoverMessageType.DISCONNECT);
    assert.equal(message.status?.code, FailoverStatusCode.ServerShuttingDown);
    assert.notEqual(message.status.text, '');
    solo.box.advance(60_000);
    assert.deepEqual(solo.box.effects, [], 'it dials nobody any more');
  });
  it('[F-FR-8] tells the partner what it said wrong', () => {
    const solo = inState('primary', NORMAL);
    solo.box.step({ kind: 'malformed', connection: solo.connection, error: 'an option runs past the end' });
    const [message] = solo.sent() as [DisconnectMessage];
    assert.deepEqual(message.status, { code: FailoverStatusCode.UnspecFail, text: 'an option runs past the end' });
    assert.equal(nameOf(solo), 'COMMUNICATIONS-INTERRUPTED');
  });
});

describe('Transaction ids (RFC 8156 section 5.4)', () => {
  it('[F-MSG-20] answers have that of what they answer', () => {
    const solo = meeting('secondary', PARTNER_DOWN, RECOVER);
    solo.says({ type: FailoverMessageType.UPDREQ, transactionId: 0xfffffe });
    assert.equal(solo.sent().at(-1)?.transactionId, 0xfffffe);
  });
  it('[F-MSG-21, F-UP-7] an outstanding UPDREQ keeps its own while all others are used up', () => {
    const ids = createTransactionIds(0xfffffd);
    ids.reserve(0xfffffe);
    assert.deepEqual([ids.next(), ids.next(), ids.next()], [0xfffffd, 0xffffff, 0]);
    ids.release(0xfffffe);
    for (let left = 0xfffffd; left > 0; left--) ids.next();
    assert.equal(ids.next(), 0xfffffe);
  });
  it('[F-MSG-21, F-UP-7] as the one of what this box asked for, until another request replaces it, or it is lost with its connection', () => {
    const solo = meeting('primary', RECOVER, PARTNER_DOWN);
    const { port } = solo.box.flow;
    const asked = (): number => solo.sent().findLast(({ type }) => type === FailoverMessageType.UPDREQ || type === FailoverMessageType.UPDREQALL)?.transactionId ?? assert.fail('it asks');
    const news = asked();
    assert.equal(say(solo, 'resync-all'), undefined);
    const all = asked();
    solo.breaks();
    solo.connect();
    solo.saysState(PARTNER_DOWN);
    const again = asked();
    let [givesNews, givesAll, givesAgain] = [false, false, false];
    for (let left = 0x1000000; left > 0; left--) {
      const id = port.nextTransactionId();
      if (id === news) givesNews = true;
      else if (id === all) givesAll = true;
      else if (id === again) givesAgain = true;
    }
    assert.deepEqual([givesNews, givesAll, givesAgain], [true, true, false]);
  });
  it('[F-MSG-22] every message that begins something has one of its own', () => {
    const solo = inState('primary', COMMUNICATIONS_INTERRUPTED, { configuration: { contactInterval: 0 } });
    solo.connect();
    solo.saysState(PARTNER_DOWN);
    solo.box.advance(30_000);
    solo.box.step({ kind: 'stopping' });
    const sent = solo.sent();
    assert.ok(sent.length >= 6, 'CONNECT, STATE, UPDREQ, CONTACT, DISCONNECT');
    assert.equal(new Set(sent.map(({ transactionId }) => transactionId)).size, sent.length);
  });
  it('[F-MSG-26] UPDDONE and CONNECTREPLY that answer nothing are ignored, with a line in the log', () => {
    const solo = meeting('primary', RECOVER, PARTNER_DOWN);
    solo.says({ type: FailoverMessageType.UPDDONE, transactionId: 999_999 });
    assert.equal(nameOf(solo), 'RECOVER');
    assert.match(solo.box.log.at(-1) ?? '', /UPDDONE/);
    const connecting = starting('primary', NORMAL);
    connecting.connect({ transactionId: 999_999 });
    assert.deepEqual(connecting.sentNames(), ['CONNECT']);
    assert.match(connecting.box.log.at(-1) ?? '', /CONNECTREPLY/);
  });
  it('[F-UP-8] each of several requests gets its UPDDONE', () => {
    const solo = meeting('secondary', PARTNER_DOWN, RECOVER);
    solo.box.flow.answers = false;
    solo.says({ type: FailoverMessageType.UPDREQ, transactionId: 5 });
    solo.says({ type: FailoverMessageType.UPDREQALL, transactionId: 6 });
    assert.equal(solo.sentNames().includes('UPDDONE'), false);
    solo.box.flow.answers = true;
    solo.box.step({ kind: 'timer' });
    assert.deepEqual(solo.sent().map(({ transactionId }) => transactionId), [5, 6]);
    for (const state of [RECOVER, RECOVER_DONE, NORMAL, COMMUNICATIONS_INTERRUPTED]) {
      const other = meeting('secondary', state, state === NORMAL ? NORMAL : RECOVER);
      other.says({ type: FailoverMessageType.UPDREQ, transactionId: 7 });
      assert.equal(other.sentNames().at(-1), 'UPDDONE', endpointStateName(state));
    }
  });
});
