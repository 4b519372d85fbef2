/** What a box saw of its partner's database, and tells it (R-ST1). */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EndpointState } from '../../../src/failover/index.ts';
import { ExtensionCode, FailoverMessageType, extension, extensionOf } from '../../../src/wire/index.ts';
import type { ConnectMessage, ContactMessage, FailoverMessage, VendorSuboption } from '../../../src/wire/index.ts';
import { generation } from './box.ts';
import { LOST, OPENED_THRICE, SPEAKS, partnerSaw, saw } from './databases.ts';
import { record } from './settings.ts';
import { createSolo, inState } from './solo.ts';
import type { Solo } from './solo.ts';

const { NORMAL, COMMUNICATIONS_INTERRUPTED, PARTNER_DOWN, RECOVER, RECOVER_DONE } = EndpointState;

const stored = (solo: Solo) => solo.box.stored.get('east-west');

describe('What was seen of the partner\'s database (R-ST1)', () => {
  it('[R-ST1] tells its own point, and what it saw of the partner when both last were in NORMAL', () => {
    const solo = inState('secondary', COMMUNICATIONS_INTERRUPTED, { database: OPENED_THRICE });
    const told = (vendor: readonly VendorSuboption[]) => extensionOf(vendor, ExtensionCode.DATABASE);
    partnerSaw(solo, 3, 60);
    const [reply] = solo.sent() as [ConnectMessage];
    assert.deepEqual(told(reply.vendor), { own: { generation: generation(3), counter: 60 }, partner: undefined });
    assert.deepEqual(stored(solo)?.partnerGeneration, new Uint8Array(0), 'it may not have heard yet what was seen of it before, and lose the connection');
    solo.saysState(NORMAL);
    solo.box.advance(60_000);
    assert.deepEqual([stored(solo)?.partnerGeneration, stored(solo)?.partnerCounter], [generation(7), 700]);
    solo.box.advance(1_000);
    const report = solo.sent().findLast(
      (message): message is ContactMessage => message.type === FailoverMessageType.CONTACT && message.vendor.length > 0,
    );
    assert.deepEqual(told(report?.vendor ?? [])?.partner, { generation: generation(7), counter: 700 });
  });
  it('[R-ST1] what is said by the very STATE that leads both to NORMAL counts', () => {
    const solo = inState('secondary', COMMUNICATIONS_INTERRUPTED, { database: OPENED_THRICE });
    partnerSaw(solo, 3, 60, NORMAL);
    assert.deepEqual(stored(solo)?.partnerGeneration, generation(7));
  });
  it('[R-ST1] tells what it saw of the partner also where it lost leases, or nobody knows what: that says nothing about the partner', () => {
    for (const onlyLeasesLost of [true, false]) {
      const before = record('secondary', COMMUNICATIONS_INTERRUPTED, { partnerGeneration: generation(6), partnerCounter: 66 });
      const solo = createSolo('secondary', before, { database: { ...LOST, onlyLeasesLost } });
      solo.connect({ vendor: SPEAKS });
      const [reply] = solo.sent() as [ConnectMessage];
      assert.deepEqual(extensionOf(reply.vendor, ExtensionCode.DATABASE)?.partner, { generation: generation(6), counter: 66 });
    }
  });
  it('[R-ST1] what a recovering partner says does not replace what was seen of it', () => {
    const before = record('secondary', COMMUNICATIONS_INTERRUPTED, { partnerGeneration: generation(6), partnerCounter: 66 });
    const solo = createSolo('secondary', before, { database: OPENED_THRICE });
    partnerSaw(solo, 3, 60, RECOVER);
    assert.deepEqual(stored(solo)?.partnerGeneration, generation(6));
    solo.saysState(RECOVER_DONE);
    solo.saysState(NORMAL);
    solo.box.advance(60_000);
    assert.deepEqual(stored(solo)?.partnerGeneration, generation(7), 'in NORMAL it does');
  });
  it('[R-ST1] but once it asks for what it lacks: what it acknowledges is lost with the disk that it has then', () => {
    for (const type of [FailoverMessageType.UPDREQ, FailoverMessageType.UPDREQALL]) {
      const before = record('secondary', COMMUNICATIONS_INTERRUPTED, { partnerGeneration: generation(6), partnerCounter: 66 });
      const solo = createSolo('secondary', before, { database: OPENED_THRICE });
      partnerSaw(solo, 3, 60, RECOVER);
      solo.says({ type, transactionId: 1 });
      assert.deepEqual(seenOf(solo), [generation(7), 700]);
      const later = { own: { generation: generation(7), counter: 701 }, partner: undefined };
      solo.says({ type: FailoverMessageType.CONTACT, transactionId: 2, vendor: [extension(ExtensionCode.DATABASE, later)] });
      assert.deepEqual(seenOf(solo), [generation(7), 701]);
      solo.breaks();
      solo.connect({ vendor: SPEAKS });
      solo.says({ type: FailoverMessageType.CONTACT, transactionId: 3, vendor: saw(3, 60) });
      assert.deepEqual(seenOf(solo), [generation(7), 701], 'over another connection it has to ask again');
    }
    function seenOf(solo: Solo): unknown {
      const [now] = solo.box.failover.heartbeats(solo.box.now());
      return [now?.partnerGeneration, now?.partnerCounter];
    }
  });
  it('[R-ST1] and once the partner tells what this box lacks: a partner that loses it has to ask for it', () => {
    const update: FailoverMessage = { type: FailoverMessageType.BNDUPD, transactionId: 1, binding: { kind: 'client', ias: [], vendor: [] } };
    const answers: readonly ((solo: Solo) => void)[] = [(solo) => { solo.says(update); }, (solo) => { solo.saysUpdatesDone(); }];
    const vendor = [extension(ExtensionCode.DATABASE, { own: { generation: generation(7), counter: 700 }, partner: undefined })];
    for (const answer of answers) {
      const solo = createSolo('secondary', undefined, { database: LOST });
      solo.connect({ vendor: SPEAKS });
      solo.saysState(PARTNER_DOWN, { vendor });
      assert.equal(solo.sentNames().at(-1), 'UPDREQALL');
      assert.deepEqual(seenOf(solo, PARTNER_DOWN), [new Uint8Array(), 0], 'it may not have read yet what was seen of it before');
      answer(solo);
      assert.deepEqual(seenOf(solo, PARTNER_DOWN), [generation(7), 700]);
    }
    const unasked = inState('secondary', COMMUNICATIONS_INTERRUPTED);
    unasked.connect({ vendor: SPEAKS });
    unasked.saysState(RECOVER, { vendor });
    unasked.says(update);
    assert.deepEqual(seenOf(unasked, RECOVER), [new Uint8Array(), 0], 'what it was not asked for proves nothing');
    function seenOf(solo: Solo, partner: EndpointState): unknown {
      // With the partner's state the record is written.
      solo.saysState(partner);
      return [stored(solo)?.partnerGeneration, stored(solo)?.partnerCounter];
    }
  });
});
