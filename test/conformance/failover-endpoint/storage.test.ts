/** What stable storage has of an endpoint (RFC 8156 sections 8.2, 8.3.2), and storage that lies (R-ST1, R-CFG1). */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EndpointState, endpointStateName } from '../../../src/failover/index.ts';
import type { DatabaseFacts } from '../../../src/failover/index.ts';
import { LeaseTable } from '../../../src/lease/index.ts';
import { ExtensionCode, FailoverMessageType, extension, extensionOf, extensionsOf } from '../../../src/wire/index.ts';
import type { ConnectMessage, ContactMessage, StateMessage } from '../../../src/wire/index.ts';
import { pool } from '../../unit/lease/leases.ts';
import { LOST, OPENED_THRICE, SPEAKS, partnerSaw, saw } from './databases.ts';
import { EPOCH, WAIT_MARGIN } from './settings.ts';
import { createSolo, inState, meeting, nameOf, say, starting } from './solo.ts';
import type { Solo } from './solo.ts';

const { NORMAL, COMMUNICATIONS_INTERRUPTED, PARTNER_DOWN, POTENTIAL_CONFLICT, RECOVER, RECOVER_WAIT, RECOVER_DONE } = EndpointState;

const stored = (solo: Solo) => solo.box.stored.get('east-west');


describe('The record of an endpoint (RFC 8156 section 8.2)', () => {
  it('[F-EP-5] has both states, since when, and the last message of the partner', () => {
    const solo = inState('primary', COMMUNICATIONS_INTERRUPTED);
    solo.box.advance(10_000);
    solo.connect();
    solo.saysState(NORMAL, { since: 3 });
    const kept = stored(solo);
    assert.ok(kept !== undefined);
    const { state, previousState, startTimeOfState, partnerState, partnerStartTimeOfState, lastContact } = kept;
    assert.deepEqual(
      { state, previousState, startTimeOfState, partnerState, partnerStartTimeOfState, lastContact },
      {
        state: NORMAL,
        previousState: COMMUNICATIONS_INTERRUPTED,
        startTimeOfState: EPOCH + 15,
        partnerState: NORMAL,
        partnerStartTimeOfState: EPOCH + 3,
        lastContact: EPOCH + 15,
      },
    );
  });
  it('[F-EP-6] has a heartbeat while clients are answered: alone once a minute', () => {
    const solo = inState('primary', COMMUNICATIONS_INTERRUPTED);
    const times = new Set<number>();
    for (let second = 0; second < 600; second++) {
      solo.box.advance(1_000);
      times.add(stored(solo)?.lastOperation ?? 0);
    }
    assert.equal(times.size, 11);
    assert.ok(solo.box.now().epoch - Math.max(...times) <= 60);
  });
  it('[F-EP-6] the heartbeat rides on other commits, and is not written alone then', () => {
    const solo = inState('primary', COMMUNICATIONS_INTERRUPTED);
    solo.box.storesAtOnce = false;
    for (let second = 0; second < 300; second += 30) {
      solo.box.advance(30_000);
      const [rider] = solo.box.failover.heartbeats(solo.box.now());
      assert.equal(rider?.lastOperation, solo.box.now().epoch);
      assert.equal(rider.state, COMMUNICATIONS_INTERRUPTED);
    }
    assert.deepEqual(solo.box.writes, []);
  });
  it('[F-EP-6] an end of service is a heartbeat', () => {
    const solo = inState('primary', NORMAL);
    solo.box.advance(40_000);
    solo.saysState(POTENTIAL_CONFLICT);
    assert.equal(stored(solo)?.lastOperation, solo.box.now().epoch);
  });
});

describe('Storage that is older than the partner knows (R-ST1)', () => {
  it('[R-ST1] what the partner saw is in the history: all is well', () => {
    for (const [number, counter] of [[1, 20], [2, 50], [2, 21], [3, 60], [3, 50]] as const) {
      const solo = starting('secondary', NORMAL, { database: OPENED_THRICE });
      partnerSaw(solo, number, counter);
      assert.equal(nameOf(solo), 'NORMAL', `${number}, ${counter}`);
    }
  });
  it('[R-ST1] what the partner saw is not: RECOVER, and everything is asked for', () => {
    for (const [number, counter] of [[1, 21], [2, 51], [3, 61], [4, 1]] as const) {
      const solo = starting('secondary', NORMAL, { database: OPENED_THRICE });
      partnerSaw(solo, number, counter);
      assert.equal(nameOf(solo), 'RECOVER', `${number}, ${counter}`);
      assert.equal(solo.sentNames().at(-1), 'UPDREQALL');
      assert.ok(solo.box.alarms.has('old-storage'));
      assert.equal(stored(solo)?.updateAllNeeded, true);
      assert.equal(solo.box.flow.disowned, 1, 'it no longer knows which prefixes are its own');
    }
  });
  it('[R-ST1] everything is asked for, whatever an operator wants asked before that can be said', () => {
    const solo = starting('secondary', NORMAL, { database: OPENED_THRICE });
    solo.box.storesAtOnce = false;
    partnerSaw(solo, 4, 1);
    assert.equal(say(solo, 'resync'), undefined);
    solo.box.storesAtOnce = true;
    solo.box.store('durable');
    assert.equal(solo.sentNames().at(-1), 'UPDREQALL');
    solo.saysUpdatesDone();
    assert.deepEqual([nameOf(solo), stored(solo)?.updateAllNeeded], ['RECOVER-WAIT', false]);
  });
  it('[R-ST1] what it says was acknowledged is void, with what a commit on its way writes, and stays so after a restart in the middle', () => {
    const solo = starting('secondary', NORMAL, { database: OPENED_THRICE });
    assert.equal(solo.box.flow.voidThrough, 0);
    partnerSaw(solo, 4, 1);
    assert.equal(solo.box.flow.voidThrough, 61);
    assert.equal(stored(solo)?.acksVoidThrough, 61);
    solo.saysUpdatesDone();
    for (const database of [OPENED_THRICE, { ...OPENED_THRICE, isLost: true, onlyLeasesLost: true }]) {
      const again = createSolo('secondary', stored(solo), { database });
      assert.equal(again.box.flow.voidThrough, 61, 'also when all was told: not every record was written anew');
    }
    const whole = createSolo('secondary', stored(inState('secondary', NORMAL)), { database: { ...LOST, onlyLeasesLost: true } });
    assert.equal(whole.box.flow.voidThrough, 0, 'records that can be read are as they were');
    assert.equal(createSolo('secondary', undefined, { database: LOST, commitCounter: 7 }).box.flow.voidThrough, 7, 'what was repaired may be an old one');
  });
  it('[R-ST1] the old database is kept as it was, once, and before anything is written over it', () => {
    const solo = starting('secondary', NORMAL, { database: OPENED_THRICE });
    solo.box.storesAtOnce = false;
    partnerSaw(solo, 4, 1);
    assert.equal(solo.box.setAside, 1);
    assert.equal(stored(solo)?.updateAllNeeded, false, 'not even what is to be done about it');
    assert.ok(!solo.sentNames().includes('UPDREQALL'));
    solo.box.storesAtOnce = true;
    solo.breaks();
    solo.box.advance(10_000);
    partnerSaw(solo, 4, 1);
    const again = createSolo('secondary', stored(solo), { database: OPENED_THRICE });
    partnerSaw(again, 4, 1);
    assert.deepEqual([solo.box.setAside, again.box.setAside], [1, 0], 'nor again after a restart in the middle');
    const alone = inState('primary', PARTNER_DOWN, { database: OPENED_THRICE });
    partnerSaw(alone, 4, 1, RECOVER_DONE);
    const current = starting('secondary', NORMAL, { database: OPENED_THRICE });
    partnerSaw(current, 3, 60);
    assert.deepEqual([alone.box.setAside, current.box.setAside], [1, 0]);
  });
  it('[R-ST1] a primary does not know either which prefixes are the secondary\'s', () => {
    const solo = starting('primary', NORMAL, { database: OPENED_THRICE });
    partnerSaw(solo, 4, 1);
    assert.equal(solo.sentNames().at(-1), 'UPDREQALL');
    assert.deepEqual([solo.box.flow.disowned, solo.box.flow.wasToldEverything], [1, 0]);
    solo.saysUpdatesDone();
    assert.deepEqual([solo.box.flow.disowned, solo.box.flow.wasToldEverything], [1, 1]);
  });
  it('[R-ST1] it then waits for a whole MCLT from its start', () => {
    const solo = starting('secondary', NORMAL, { database: OPENED_THRICE });
    partnerSaw(solo, 4, 1);
    solo.saysUpdatesDone();
    assert.equal(nameOf(solo), 'RECOVER-WAIT');
    assert.equal(solo.view.waitUntil, EPOCH + 3_600 + WAIT_MARGIN);
    assert.equal(stored(solo)?.updateAllNeeded, false);
    assert.equal(solo.box.alarms.has('old-storage'), false);
  });
  it('[R-ST1] a box that has served meanwhile waits from then', () => {
    const solo = inState('primary', COMMUNICATIONS_INTERRUPTED, { database: OPENED_THRICE });
    solo.box.advance(95_000);
    solo.box.commitCounter = 60;
    solo.connect({ vendor: [...SPEAKS, ...saw(4, 1)] });
    assert.equal(nameOf(solo), 'RECOVER', 'before it tells its state');
    solo.saysState(COMMUNICATIONS_INTERRUPTED);
    solo.saysUpdatesDone();
    assert.equal(solo.view.waitUntil, EPOCH + 100 + 3_600 + WAIT_MARGIN);
  });
  it('[R-ST1] a box that served alone from old storage: POTENTIAL-CONFLICT', () => {
    const solo = inState('primary', PARTNER_DOWN, { database: OPENED_THRICE });
    partnerSaw(solo, 4, 1, RECOVER_DONE);
    assert.equal(nameOf(solo), 'POTENTIAL-CONFLICT');
    assert.equal(solo.sentNames().at(-1), 'UPDREQALL');
  });
  it('[R-ST1] interrupted, it asks for everything again, also after a restart', () => {
    const solo = starting('secondary', NORMAL, { database: OPENED_THRICE });
    partnerSaw(solo, 4, 1);
    const again = createSolo('secondary', stored(solo), { database: OPENED_THRICE });
    again.connect();
    again.saysState(PARTNER_DOWN, { since: -7_200 });
    assert.equal(nameOf(again), 'RECOVER');
    assert.equal(again.sentNames().at(-1), 'UPDREQALL');
  });
  it('[R-ST1] storage that the box knows to be lost: the same, whatever a record says', () => {
    const solo = starting('primary', NORMAL, { database: LOST });
    solo.box.advance(5_000);
    assert.equal(nameOf(solo), 'RECOVER');
    solo.connect();
    solo.saysState(PARTNER_DOWN);
    assert.equal(solo.sentNames().at(-1), 'UPDREQALL');
  });
  it('[R-ST1, F-SM-13] only leases are lost: when the box was last serving is known, and a partner that served alone before that is in conflict', () => {
    const database: DatabaseFacts = { ...LOST, onlyLeasesLost: true };
    for (const [since, expected] of [[-3_600, 'POTENTIAL-CONFLICT'], [3_600, 'RECOVER']] as const) {
      const solo = starting('primary', COMMUNICATIONS_INTERRUPTED, { database });
      solo.connect();
      solo.saysState(PARTNER_DOWN, { since });
      assert.equal(nameOf(solo), expected);
      assert.equal(solo.sentNames().at(-1), 'UPDREQALL');
    }
    const solo = starting('primary', NORMAL, { database });
    solo.connect();
    solo.saysState(COMMUNICATIONS_INTERRUPTED);
    assert.equal(nameOf(solo), 'RECOVER', 'a partner that did not is asked for all');
    assert.equal(solo.sentNames().at(-1), 'UPDREQALL');
  });
  it('[R-ST1, F-SM-48] lost here: MCLT is waited for, also where the partner says that the two never ran failover: its database may be an old one', () => {
    const solo = createSolo('primary', undefined, { database: LOST });
    solo.connect();
    solo.saysState(COMMUNICATIONS_INTERRUPTED, { communicated: false });
    solo.saysUpdatesDone();
    assert.equal(nameOf(solo), 'RECOVER-WAIT');
    assert.ok((solo.view.waitUntil ?? 0) >= EPOCH + 3_600, 'from its start');
  });
  it('[R-ST1, F-GAP-18] lost here: force-partner-down is for a partner that has no leases either, not for one that has them', () => {
    for (const partner of [NORMAL, COMMUNICATIONS_INTERRUPTED, PARTNER_DOWN]) {
      const solo = createSolo('primary', undefined, { database: LOST });
      solo.connect();
      solo.saysState(partner);
      assert.match(say(solo, 'force-partner-down') ?? '', /west is connected/, endpointStateName(partner));
      assert.equal(nameOf(solo), 'RECOVER');
    }
    for (const partner of [RECOVER, RECOVER_WAIT, RECOVER_DONE]) {
      const solo = createSolo('primary', undefined, { database: LOST });
      solo.connect();
      solo.saysState(partner);
      assert.equal(say(solo, 'force-partner-down'), undefined, endpointStateName(partner));
    }
  });
  it('[R-ST1] lost on both: nobody asks, nobody answers, until the operator says so on one', () => {
    for (const partner of [RECOVER, RECOVER_DONE]) {
      const solo = createSolo('primary', undefined, { database: LOST });
      solo.connect();
      solo.saysState(partner, { communicated: false });
      solo.says({ type: FailoverMessageType.UPDREQ, transactionId: 8 });
      assert.equal(nameOf(solo), 'RECOVER');
      assert.deepEqual(solo.sentNames(), ['CONNECT', 'STATE', 'STATE'], 'neither UPDREQALL nor UPDDONE');
      assert.ok(solo.box.alarms.has('no-leases'));
      assert.equal(solo.view.responsiveness.silent, true);
      assert.match(say(solo, 'partner-down') ?? '', /force-partner-down/);
      assert.equal(say(solo, 'force-partner-down'), undefined);
      assert.equal(nameOf(solo), 'PARTNER-DOWN');
      assert.equal(solo.box.alarms.has('no-leases'), false);
      assert.deepEqual(solo.sentNames(), ['STATE', 'UPDREQALL', 'UPDDONE'], 'now it answers, and asks for what the partner may have left');
      assert.equal(solo.box.flow.disowned, 0, 'not whose the prefixes are: that the partner asks it');
      solo.saysUpdatesDone();
      assert.equal(nameOf(solo), 'PARTNER-DOWN');
    }
    const apart = createSolo('primary', undefined, { database: LOST });
    apart.box.advance(10_000);
    assert.equal(say(apart, 'force-partner-down'), undefined);
    apart.connect();
    apart.saysState(RECOVER);
    assert.deepEqual(apart.sentNames(), ['CONNECT', 'STATE', 'UPDREQALL'], 'also where the partner comes later');
    const whole = meeting('primary', POTENTIAL_CONFLICT, PARTNER_DOWN);
    whole.saysUpdatesDone();
    whole.sent();
    assert.equal(say(whole, 'force-partner-down'), undefined);
    assert.deepEqual(whole.sentNames(), ['STATE'], 'nor one that lost nothing');
  });
  it('[R-ST1] lost on both: a resync is refused, it would take a partner that knows nothing at its word', () => {
    for (const given of ['resync', 'resync-all'] as const) {
      const solo = createSolo('primary', undefined, { database: LOST });
      solo.connect();
      solo.saysState(RECOVER, { communicated: false });
      assert.match(say(solo, given) ?? '', /force-partner-down/);
      assert.deepEqual(solo.sentNames(), ['CONNECT', 'STATE', 'STATE'], 'neither UPDREQ nor UPDREQALL');
      assert.equal(nameOf(solo), 'RECOVER');
    }
  });
  it('[R-ST1] lost storage is whole again when everything came back and both are in NORMAL', () => {
    const table = new LeaseTable({ k0: 1, k1: 2 }, 0);
    table.setPools([pool('2001:db8:1::/64', 'random', 'primary')], []);
    for (const pools of [[0], []]) {
      const solo = createSolo('primary', undefined, { database: LOST, table, configuration: { pools } });
      solo.connect();
      solo.saysState(COMMUNICATIONS_INTERRUPTED);
      solo.saysUpdatesDone();
      assert.equal(solo.box.failover.hasRecoveredStorage(), false, 'it waits for MCLT');
      solo.box.advance((3_600 + WAIT_MARGIN) * 1_000);
      solo.connect();
      solo.saysState(NORMAL);
      assert.equal(nameOf(solo), 'NORMAL');
      assert.equal(solo.box.failover.hasRecoveredStorage(), pools.length === 1, 'no partner has the leases of another pool');
    }
    const whole = inState('primary', NORMAL);
    assert.equal(whole.box.failover.hasRecoveredStorage(), false, 'nothing was lost');
  });
});

describe('Configurations that differ (R-CFG1)', () => {
  const digest = (text: string) => extension(ExtensionCode.CONFIG_DIGEST, text);
  const section = (name: string, content: string) => extension(ExtensionCode.CONFIG_SHARED, { name, content });
  it('[R-CFG1, F-EP-4] are an alarm that names the sections', () => {
    const solo = starting('primary', NORMAL);
    solo.connect({ vendor: [...SPEAKS, digest('bb'), section('links', '1'), section('lifetimes', 'other'), section('dns', '3')] });
    assert.match(solo.box.alarms.get('configuration')?.text ?? '', /: dns, lifetimes$/);
    solo.saysState(COMMUNICATIONS_INTERRUPTED);
    assert.equal(nameOf(solo), 'NORMAL', 'and nothing else');
    solo.breaks();
    solo.connect({ vendor: [...SPEAKS, digest('aa')] });
    assert.equal(solo.box.alarms.has('configuration'), false);
  });
  it('are named ten at a time', () => {
    const solo = starting('primary', NORMAL);
    const many = Array.from({ length: 14 }, (_, i) => section(`link-${i}`, 'other'));
    solo.connect({ vendor: [...SPEAKS, digest('bb'), ...many] });
    const text = solo.box.alarms.get('configuration')?.text ?? '';
    // Those that the partner does not have differ, too: links and lifetimes.
    assert.match(text, /: (\S+, ){9}\S+ and 6 more$/);
  });
  it('[R-CFG1] are seen by the secondary as well', () => {
    const solo = starting('secondary', NORMAL);
    solo.connect({ vendor: SPEAKS });
    const [reply] = solo.sent() as [ConnectMessage];
    assert.equal(extensionOf(reply.vendor, ExtensionCode.CONFIG_DIGEST), 'aa');
    assert.deepEqual(extensionsOf(reply.vendor, ExtensionCode.CONFIG_SHARED).map(({ name }) => name), ['links', 'lifetimes']);
    solo.saysState(COMMUNICATIONS_INTERRUPTED, { vendor: [digest('bb'), section('links', '2'), section('lifetimes', '2')] });
    assert.match(solo.box.alarms.get('configuration')?.text ?? '', /: links$/);
  });
  it('[R-CFG4] a partner that says nothing of it, and refuses many leases as none of its own: an alarm', () => {
    const solo = inState('primary', NORMAL);
    const refused = solo.box.flow.counters.leasesRefused;
    refused.set(17, 9);
    solo.box.step({ kind: 'timer' });
    assert.equal(solo.box.alarms.has('configuration'), false);
    refused.set(17, 10);
    solo.box.step({ kind: 'timer' });
    assert.match(solo.box.alarms.get('configuration')?.text ?? '', /10 leases/);
  });
  it('what this box says of itself it says once a connection', () => {
    const solo = starting('primary', NORMAL);
    solo.connect({ vendor: SPEAKS });
    solo.saysState(COMMUNICATIONS_INTERRUPTED);
    const vendors = solo.sent().filter((message): message is StateMessage => message.type === FailoverMessageType.STATE);
    assert.deepEqual(vendors.map(({ vendor }) => vendor.length > 0), [true, false]);
  });
  it('to a partner that names no extension nothing but RFC 8156 is said', () => {
    for (const role of ['primary', 'secondary'] as const) {
      const solo = starting(role, NORMAL, { database: OPENED_THRICE });
      solo.connect();
      solo.saysState(COMMUNICATIONS_INTERRUPTED);
      solo.box.advance(59_000);
      const vendors = solo
        .sent()
        .filter((message): message is ConnectMessage | StateMessage | ContactMessage => 'vendor' in message)
        .filter(({ type }) => type !== FailoverMessageType.CONNECT)
        .flatMap(({ vendor }) => vendor);
      assert.deepEqual(vendors, []);
    }
  });
});
