import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { BindingStatus } from '../../../src/lease/index.ts';
import {
  type BindingUpdate,
  type BindingUpdateMessage,
  type BoundIa,
  FailoverMessageType,
  FailoverStatusCode,
  type LeaseUpdate,
  encodeFailoverMessage,
  epochSeconds,
  iaid,
  seconds,
} from '../../../src/wire/index.ts';
import { NOW, address, binding, duid } from '../../unit/lease/leases.ts';
import { Box } from './box.ts';
import { answerTo, clientUpdate, codeFor, codesOf, endlessUpdate, leaseUpdate, leasesOf, prefixUpdate, takeReply, update } from './messages.ts';

const ODD = '2001:db8:1::1';
const EVEN = '2001:db8:1::2';
const PREFIX = '2001:db8:2:100::/56';
const {
  ConfigurationConflict: CONFLICT,
  MissingBindingInformation: MISSING,
  OutdatedBindingInformation: OUTDATED,
  UnspecFail: UNSPEC,
} = FailoverStatusCode;
const NEVER = 0xffffffff;

function secondary(options: ConstructorParameters<typeof Box>[1] = {}): Box {
  return new Box('secondary', options).open();
}

function at(offset: number): ReturnType<typeof epochSeconds> {
  return epochSeconds(NOW + offset);
}

describe('the partner\'s updates (RFC 8156 7.5, 7.6)', () => {
  it('[F-BA-1] refuses what it can\'t process', () => {
    const cases: readonly (readonly [string, BindingUpdate])[] = [
      ['no client', clientUpdate(1, [leaseUpdate(ODD)], { clientId: undefined })],
      ['no base time', clientUpdate(1, [leaseUpdate(ODD, { cltTime: undefined })], { baseTime: undefined })],
      ['no lease', clientUpdate(1, [])],
      ['no status', clientUpdate(1, [leaseUpdate(ODD, { bindingStatus: undefined })])],
      ['no start', clientUpdate(1, [leaseUpdate(ODD, { startTimeOfState: undefined })])],
      ['no end of a leased lease', clientUpdate(1, [leaseUpdate(ODD, { stateExpirationTime: undefined })])],
      ['a leased prefix without a client', prefixUpdate(leaseUpdate(PREFIX))],
    ];
    for (const [what, sent] of cases) assert.equal(codeFor(secondary(), sent), MISSING, what);
  });

  it('[F-BA-2] [F-BR-1] [F-MSG-2] [F-MSG-20] answers when it is durable, with the transaction-id and the kind of option', () => {
    const box = secondary();
    const first = update(clientUpdate(1, [leaseUpdate(ODD)]));
    const second = update(prefixUpdate(endlessUpdate(PREFIX, { bindingStatus: BindingStatus.FREE_BACKUP })));
    box.receive(first);
    box.receive(second);
    assert.deepEqual(box.outbox, [], 'nothing before it is durable');
    box.commit();
    box.commit();
    const replies = box.take(FailoverMessageType.BNDREPLY) as BindingUpdateMessage[];
    assert.deepEqual(replies.map(({ transactionId, binding: { kind } }) => [transactionId, kind]), [
      [first.transactionId, 'client'],
      [second.transactionId, 'prefix'],
    ]);
  });

  it('[F-BA-3] refuses a VPN as a whole: there is none but the global one', () => {
    const vss = { type: 0, information: Uint8Array.from([0x61]) };
    const reply = answerTo(secondary(), clientUpdate(1, [leaseUpdate(ODD), leaseUpdate(EVEN)], { vss }));
    assert.ok(reply.binding.kind === 'client');
    assert.equal(reply.binding.status?.code, CONFLICT);
    assert.deepEqual(reply.binding.vss, vss, 'it is mirrored (7.6)');
    assert.equal(codeFor(secondary(), { ...prefixUpdate(endlessUpdate(PREFIX, { bindingStatus: 6 })), vss }), CONFLICT);
    assert.equal(codeFor(secondary(), clientUpdate(1, [leaseUpdate(ODD)], { vss: { type: 255, information: new Uint8Array(0) } })), 0);
  });

  it('[F-BA-4] refuses leases that are none of this relationship', () => {
    for (const text of ['2001:db8:9::1', '2001:db8:7::1', '2001:db8:2::1', '2001:db8:2::/60', '2001:db8:2::/48']) {
      assert.equal(codeFor(secondary(), clientUpdate(1, [leaseUpdate(text)])), CONFLICT, text);
    }
    const temporary: BoundIa = { kind: 4, iaid: iaid(1), t1: seconds(0), t2: seconds(0), leases: [leaseUpdate(ODD)] };
    assert.equal(codeFor(secondary(), { ...clientUpdate(1, []), ias: [temporary] }), CONFLICT, 'an IA_TA');
  });

  it('[F-BA-4] takes a reserved lease outside of the pools', () => {
    const box = secondary();
    box.reserve('2001:db8:7::1');
    assert.equal(codeFor(box, clientUpdate(1, [leaseUpdate('2001:db8:7::1')])), 0);
    assert.equal(codeFor(box, clientUpdate(1, [leaseUpdate('2001:db8:7::2')])), CONFLICT);
  });

  it('[F-BA-8] [F-ST-4] has the partner updated when it knows more: at once the first time, later after that', () => {
    const box = new Box('primary', { settings: { pools: [0] } }).open();
    box.flow.setMode('normal');
    box.endStep();
    box.has(binding(ODD));
    const older = clientUpdate(1, [endlessUpdate(ODD, { bindingStatus: BindingStatus.RELEASED, cltTime: at(-100), startTimeOfState: at(-100) })]);
    box.receive(update(older));
    assert.deepEqual(box.outbox.map(({ type }) => type), [FailoverMessageType.BNDREPLY, FailoverMessageType.BNDUPD], 'the reply first');
    assert.equal(codesOf(takeReply(box))[0], OUTDATED);
    assert.equal(box.takeUpdates().length, 1);
    assert.ok(box.read(ODD).updateNeeded);
    box.receive(update(older));
    assert.equal(codesOf(takeReply(box))[0], OUTDATED);
    assert.deepEqual(box.takeUpdates(), [], 'not again at once');
  });

  it('[F-BA-8] leaves the flag alone when it refuses for another reason', () => {
    const box = new Box('primary').open();
    box.has(binding(ODD, { startTimeOfState: at(0) }));
    assert.equal(codeFor(box, clientUpdate(2, [leaseUpdate(ODD, { cltTime: at(-100) })])), FailoverStatusCode.AddressInUse);
    assert.equal(box.read(ODD).updateNeeded, false);
  });

  it('[F-BA-20] [F-BA-21] [F-BA-22] [F-BA-23] [F-BA-24] [F-DB-1] keeps what figure 5 says', () => {
    const box = secondary();
    const sent = leaseUpdate(ODD, { startTimeOfState: at(-50), cltTime: at(-7), expirationTime: at(77), partnerRawCltTime: at(-900) });
    assert.equal(codeFor(box, clientUpdate(1, [sent])), 0);
    const kept = box.read(ODD);
    assert.deepEqual(kept, {
      ...binding(ODD),
      status: BindingStatus.ACTIVE,
      duid: duid(1),
      iaid: 1,
      preferredLifetime: 3_600,
      validLifetime: 3_600,
      clientLastTransactionTime: NOW - 900,
      startTimeOfState: NOW - 50,
      stateExpirationTime: NOW + 3_600,
      partnerLifetime: NOW + 77,
      ackedPartnerLifetime: 0,
      expirationTime: NOW + 261_000,
      partnerRawCltTime: NOW - 7,
      updateNeeded: false,
      revision: kept.revision,
    });
  });

  it('[F-BA-20] an ended lease is free at once: by its update both know that it ended', () => {
    for (const status of [BindingStatus.EXPIRED, BindingStatus.RELEASED, BindingStatus.RESET, BindingStatus.PENDING_FREE]) {
      for (const [text, free] of [[ODD, BindingStatus.FREE], [EVEN, BindingStatus.FREE_BACKUP], [PREFIX, BindingStatus.FREE]] as const) {
        const box = secondary();
        box.has(binding(text, { clientLastTransactionTime: at(-100), stateExpirationTime: at(-1), ackedPartnerLifetime: at(5), expirationTime: at(9) }));
        assert.equal(codeFor(box, clientUpdate(1, [endlessUpdate(text, { bindingStatus: status })])), 0);
        const { status: kept, partnerLifetime, ackedPartnerLifetime, expirationTime, stateExpirationTime, duid: client } = box.read(text);
        assert.equal(kept, free, `${text} status ${status}`);
        assert.deepEqual([partnerLifetime, ackedPartnerLifetime, expirationTime, stateExpirationTime], [0, 0, 0, NEVER], '[F-LT-10]');
        assert.deepEqual(client, duid(1), 'it remembers its client');
      }
    }
  });

  it('[F-BA-21] [F-GAP-13] never forgets a longer promise to the partner', () => {
    const box = secondary();
    box.has(binding(ODD, { expirationTime: at(500_000), clientLastTransactionTime: at(-100) }));
    assert.equal(codeFor(box, clientUpdate(1, [leaseUpdate(ODD)])), 0);
    assert.equal(box.read(ODD).expirationTime, NOW + 500_000);
  });

  it('[F-BA-23] [F-DB-2] keeps the partner\'s time of the client as it came', () => {
    const box = secondary();
    box.now = at(40);
    box.receive({ ...update(clientUpdate(1, [leaseUpdate(ODD, { cltTime: at(-7) })])) });
    box.commit();
    assert.equal(box.read(ODD).partnerRawCltTime, NOW - 7);
  });

  it('[F-BA-25] [F-BA-26] takes the time of the client, and its own promise, only when they are later', () => {
    const box = secondary();
    box.has(binding(ODD, { clientLastTransactionTime: at(-100), partnerLifetime: at(300) }));
    assert.equal(codeFor(box, clientUpdate(1, [leaseUpdate(ODD, { partnerRawCltTime: at(-200), expirationTime: at(200) })])), 0);
    assert.deepEqual([box.read(ODD).clientLastTransactionTime, box.read(ODD).partnerLifetime], [NOW - 100, NOW + 300]);
    assert.equal(codeFor(box, clientUpdate(1, [leaseUpdate(ODD, { partnerRawCltTime: at(-50), expirationTime: at(400) })])), 0);
    assert.deepEqual([box.read(ODD).clientLastTransactionTime, box.read(ODD).partnerLifetime], [NOW - 50, NOW + 400]);
  });

  it('[F-BA-27] the client\'s data replaces what was known before', () => {
    const box = secondary();
    box.has(binding(ODD, { clientLastTransactionTime: at(-100), relay: Uint8Array.from([1, 2]) }));
    assert.equal(codeFor(box, clientUpdate(1, [leaseUpdate(ODD)])), 0);
    assert.equal(box.read(ODD).relay, undefined);
    for (const agent of ['2001:db8:9::1', '2001:db8:9::2'].map(address)) {
      codeFor(box, clientUpdate(1, [leaseUpdate(ODD)], { relay: { peerAddress: agent, message: new Uint8Array(34) } }));
      assert.deepEqual(box.read(ODD).relayAgent, agent, 'which is news by itself');
    }
  });

  it('[F-BA-28] a top-level IAPREFIX', () => {
    const box = secondary();
    const sent = prefixUpdate(leaseUpdate(PREFIX, { bindingStatus: BindingStatus.ABANDONED, expirationTime: at(50), cltTime: undefined }));
    assert.equal(codeFor(box, sent), 0);
    const { status, expirationTime, stateExpirationTime, partnerLifetime, startTimeOfState } = box.read(PREFIX);
    assert.deepEqual(
      [status, expirationTime, stateExpirationTime, partnerLifetime, startTimeOfState],
      [BindingStatus.ABANDONED, NOW + 261_000, NOW + 3_600, NOW + 50, NOW],
    );
    assert.equal(codeFor(box, prefixUpdate(endlessUpdate(PREFIX, { bindingStatus: BindingStatus.FREE_BACKUP, startTimeOfState: at(10) }))), 0);
    assert.equal(box.read(PREFIX).status, BindingStatus.FREE_BACKUP);
  });

  it('[R-XR2] an abandoned address is set aside on both boxes, until the same time', () => {
    const box = secondary();
    assert.equal(codeFor(box, clientUpdate(1, [leaseUpdate(ODD, { bindingStatus: BindingStatus.ABANDONED })])), 0);
    assert.equal(box.read(ODD).status, BindingStatus.ABANDONED);
    assert.equal(box.read(ODD).stateExpirationTime, NOW + 3_600);
    assert.equal(box.table.nextExpiry, NOW + 3_600);
  });

  it('[F-BR-1] [F-BR-2] [F-BR-10] the reply mirrors what was received, with the partner-lifetime as it came', () => {
    const box = secondary();
    const sent = clientUpdate(1, [leaseUpdate(ODD), endlessUpdate(EVEN, { bindingStatus: BindingStatus.RELEASED })]);
    const reply = answerTo(box, sent);
    assert.ok(reply.binding.kind === 'client');
    assert.deepEqual(reply.binding.clientId, duid(1));
    assert.deepEqual(reply.binding.ias.map(({ kind, iaid: number }) => [kind, number]), [[3, 1], [3, 2]]);
    const said = (lease: LeaseUpdate): readonly unknown[] => [
      lease.address.at(-1),
      lease.bindingStatus,
      lease.stateExpirationTime,
      lease.partnerLifetimeSent,
      lease.partnerLifetime,
      lease.cltTime,
    ];
    assert.deepEqual(leasesOf(reply).map(said), [
      [1, BindingStatus.ACTIVE, NOW + 3_600, NOW + 261_000, undefined, undefined],
      [2, BindingStatus.RELEASED, undefined, undefined, undefined, undefined],
    ]);
  });

  it('[F-BR-3] [F-BR-4] refuses one lease beside another, and says nothing of success', () => {
    const box = secondary();
    const reply = answerTo(box, clientUpdate(1, [leaseUpdate('2001:db8:9::1'), leaseUpdate(ODD)]));
    assert.ok(reply.binding.kind === 'client');
    assert.equal(reply.binding.status, undefined);
    assert.deepEqual(reply.binding.ias.map(({ status }) => status), [undefined, undefined], 'the level of an IA is never used');
    assert.deepEqual(leasesOf(reply).map(({ status }) => status?.code), [CONFLICT, undefined]);
    assert.equal(box.read(ODD).status, BindingStatus.ACTIVE);
  });

  it('[F-GAP-12] a promise to a client stands, whatever came later', () => {
    for (const [heard, lifetime] of [[-100, 600], [100, 7_200]] as const) {
      const box = secondary();
      box.has(binding(ODD, { clientLastTransactionTime: at(heard - 100), stateExpirationTime: at(3_000), updateNeeded: true }));
      box.receive(update(clientUpdate(1, [leaseUpdate(ODD, { cltTime: at(0), stateExpirationTime: at(600), validLifetime: seconds(600), preferredLifetime: seconds(600) })])));
      box.commit();
      assert.deepEqual(codesOf(takeReply(box)), [0]);
      const { stateExpirationTime, validLifetime, updateNeeded } = box.read(ODD);
      assert.equal(stateExpirationTime, NOW + 3_000);
      assert.ok(updateNeeded, 'the partner has to know of it');
      if (heard < 0) assert.equal(validLifetime, lifetime, 'the later word of the client counts');
    }
  });

  it('[F-GAP-25] another IAID of the same client takes the lease over', () => {
    const box = secondary();
    box.has(binding(ODD, { iaid: iaid(77), clientLastTransactionTime: at(-100) }));
    assert.equal(codeFor(box, clientUpdate(1, [leaseUpdate(ODD)])), 0);
    assert.equal(box.read(ODD).iaid, 1);
  });

  it('another client takes a lease over with nothing of the last one\'s but what was promised of it', () => {
    const box = secondary();
    box.has(binding(ODD, { duid: duid(9), ackedPartnerLifetime: at(9_000), partnerLifetime: at(9_000), expirationTime: at(900_000) }));
    assert.equal(codeFor(box, clientUpdate(1, [leaseUpdate(ODD)])), 0);
    const { ackedPartnerLifetime, partnerLifetime, expirationTime, clientLastTransactionTime } = box.read(ODD);
    assert.deepEqual([ackedPartnerLifetime, partnerLifetime, expirationTime, clientLastTransactionTime], [0, 0, NOW + 900_000, 0]);
  });

  it('what it knows already needs no write, and is answered at once', () => {
    const box = secondary();
    const sent = clientUpdate(1, [leaseUpdate(ODD)]);
    answerTo(box, sent);
    box.receive(update(sent));
    assert.equal(box.writes.length, 0);
    assert.deepEqual(codesOf(takeReply(box)), [0]);
    box.receive(update(prefixUpdate(endlessUpdate(PREFIX, { bindingStatus: BindingStatus.FREE }))));
    assert.deepEqual(codesOf(takeReply(box)), [0]);
    assert.ok(box.isUnknown(PREFIX), 'a prefix of the primary needs no record');
  });

  it('an update of a locked lease waits, and so do all behind it', () => {
    const box = secondary();
    box.has(binding(EVEN, { clientLastTransactionTime: at(-100) }));
    box.begin(box.lease(EVEN));
    const first = update(clientUpdate(1, [leaseUpdate(EVEN, { cltTime: at(20) })]));
    const second = update(clientUpdate(2, [leaseUpdate(ODD)]));
    box.now = at(20);
    box.receive(first);
    box.receive(second);
    assert.equal(box.flow.pending().deferred, 2);
    assert.ok(box.isUnknown(ODD));
    while (box.writes.length > 0) box.commit();
    assert.deepEqual(box.take(FailoverMessageType.BNDREPLY).map(({ transactionId }) => transactionId), [first.transactionId, second.transactionId]);
    assert.equal(box.flow.pending().deferred, 0);
    assert.equal(box.flow.counters.updatesDeferred, 2);
  });

  it('of updates of one new lease that wait together the second waits for the first', () => {
    const box = secondary();
    box.has(binding(EVEN));
    box.begin(box.lease(EVEN));
    box.receive(update(clientUpdate(1, [leaseUpdate(EVEN, { cltTime: at(20) })])));
    box.receive(update(clientUpdate(2, [leaseUpdate(ODD)])));
    box.receive(update(clientUpdate(2, [endlessUpdate(ODD, { bindingStatus: BindingStatus.RELEASED, cltTime: at(9), startTimeOfState: at(9) })])));
    while (box.writes.length > 0) box.commit();
    assert.equal(box.take(FailoverMessageType.BNDREPLY).length, 3);
    assert.equal(box.read(ODD).status, BindingStatus.FREE);
  });

  it('[F-CON-21] more updates than the window that was offered find no room to wait', () => {
    const box = secondary({ settings: { maxUnackedBndupd: 3 } });
    box.has(binding(EVEN));
    box.begin(box.lease(EVEN));
    for (let i = 0; i < 5; i += 1) box.receive(update(clientUpdate(1, [leaseUpdate(EVEN)])));
    assert.equal(box.flow.counters.deferredTooMany, 2);
    const codes = (box.take(FailoverMessageType.BNDREPLY) as BindingUpdateMessage[]).map(({ binding: sent }) => sent.kind === 'client' && 'status' in sent && sent.status?.code);
    assert.deepEqual(codes, [UNSPEC, UNSPEC]);
  });
});

describe('a partner that lies', () => {
  it('gets absurd times refused, with a counter and a line in the log', () => {
    const cases: readonly (readonly [string, Partial<LeaseUpdate>])[] = [
      ['a start in the future', { startTimeOfState: at(100) }],
      ['a client heard by this box in the future', { partnerRawCltTime: at(100) }],
      ['an end in 40 years', { stateExpirationTime: at(40 * 31_536_000) }],
      ['a partner-lifetime of 40 years', { partnerLifetime: at(40 * 31_536_000) }],
      ['an expiration-time in 40 years', { expirationTime: at(40 * 31_536_000) }],
      ['preferred for longer than valid', { preferredLifetime: seconds(7_200) }],
    ];
    for (const [what, lie] of cases) {
      const box = secondary();
      assert.equal(codeFor(box, clientUpdate(1, [leaseUpdate(ODD, lie)])), MISSING, what);
      assert.equal(box.flow.counters.leasesRejected.get(MISSING), 1);
      assert.match(box.log.join('\n'), /^warning: refused a binding update with MissingBindingInformation/);
      assert.ok(box.isUnknown(ODD));
    }
    assert.equal(codeFor(secondary(), clientUpdate(1, [leaseUpdate(ODD, { cltTime: at(300) })], { baseTime: at(300) })), MISSING);
  });

  it('gets statuses refused that do not exist', () => {
    for (const status of [0, 9, 255]) assert.equal(codeFor(secondary(), clientUpdate(1, [leaseUpdate(ODD, { bindingStatus: status })])), MISSING);
  });

  it('gets no half of the other box\'s addresses', () => {
    const box = new Box('primary').open();
    assert.equal(codeFor(box, clientUpdate(1, [endlessUpdate(ODD, { bindingStatus: BindingStatus.FREE_BACKUP })])), 0);
    assert.equal(box.read(ODD).status, BindingStatus.FREE);
  });

  it('makes the box keep no more records than it may', () => {
    const box = secondary({ leasesMax: 3 });
    const leases = ['1', '3', '5', '7'].map((last) => leaseUpdate(`2001:db8:1::${last}`));
    assert.deepEqual(codesOf(answerTo(box, clientUpdate(1, leases))), [0, 0, 0, UNSPEC]);
    assert.equal(box.table.size, 3);
    assert.equal(codeFor(box, clientUpdate(2, [leaseUpdate('2001:db8:1::9')])), UNSPEC);
  });

  it('gets a lease refused that is in an update twice', () => {
    assert.deepEqual(codesOf(answerTo(secondary(), clientUpdate(1, [leaseUpdate(ODD), leaseUpdate(ODD)]))), [0, MISSING]);
  });

  it('gets an answer that fits a message, however much it sends', () => {
    const leases = Array.from({ length: 700 }, (_, i) => leaseUpdate(`2001:db8:7::${i.toString(16)}`));
    const reply = answerTo(secondary(), clientUpdate(1, leases));
    assert.deepEqual(codesOf(reply), [UNSPEC]);
    const most = answerTo(secondary(), clientUpdate(1, leases.slice(0, 256)));
    assert.equal(codesOf(most).length, 256);
    assert.ok(encodeFailoverMessage(most, NOW).length < 65_535);
  });

  it('fills no log', () => {
    const box = secondary();
    for (let i = 0; i < 100; i += 1) codeFor(box, clientUpdate(1, [leaseUpdate('2001:db8:9::1')]));
    assert.equal(box.log.length, 1);
    box.now = at(11);
    codeFor(box, clientUpdate(1, [leaseUpdate('2001:db8:9::1')]));
    assert.match(box.log[1] ?? '', /\(and 99 more\)/);
  });

  it('is not routed to where no client is', () => {
    const box = secondary();
    const vendor = [{ code: 60, data: new Uint8Array(address('2001:db8::1')) }];
    assert.equal(codeFor(box, clientUpdate(1, [leaseUpdate(PREFIX)], { vendor })), 0);
    assert.equal(box.read(PREFIX).clientAddress, undefined);
  });
});
