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

  it('[F-BA-3] the global VPN is mirrored where the update is accepted, a name that is too long nowhere', () => {
    const vss = { type: 255, information: new Uint8Array(0) };
    assert.deepEqual(answerTo(secondary(), clientUpdate(1, [leaseUpdate(ODD)], { vss })).binding.vss, vss);
    assert.deepEqual(answerTo(secondary(), { ...prefixUpdate(endlessUpdate(PREFIX, { bindingStatus: 6 })), vss }).binding.vss, vss);
    for (const [length, isMirrored] of [[255, true], [256, false]] as const) {
      const named = { type: 0, information: new Uint8Array(length).fill(0x61) };
      const reply = answerTo(secondary(), clientUpdate(1, [leaseUpdate(ODD)], { vss: named }));
      assert.deepEqual([codesOf(reply), reply.binding.vss !== undefined], [[CONFLICT], isMirrored]);
    }
  });

  it('[F-BR-2] what is refused as a whole has its client, IAs and leases in the reply', () => {
    const { binding: answer } = answerTo(secondary(), clientUpdate(1, [leaseUpdate(ODD)], { baseTime: undefined }));
    assert.ok(answer.kind === 'client');
    assert.deepEqual([answer.clientId, answer.vendor], [duid(1), []]);
    assert.deepEqual(answer.ias.map(({ kind, iaid: number, t1, t2, leases }) => [kind, number, t1, t2, leases.map(({ status }) => status)]), [
      [3, 1, 1_800, 2_880, [undefined]],
    ]);
  });

  it('[F-BU-7] keeps T1 and T2 as the partner told them to the client, as long as that has the lease', () => {
    const box = secondary();
    const renewal = { t1: seconds(70), t2: seconds(80) };
    const tell = (time: number, times: typeof renewal, lease: LeaseUpdate): void => {
      box.now = at(time);
      const ia = { kind: 3, iaid: iaid(1), ...times, leases: [{ ...lease, cltTime: box.now }] } as const;
      assert.deepEqual(codesOf(answerTo(box, clientUpdate(1, [], { baseTime: box.now, ias: [ia] }))), [0]);
    };
    tell(0, renewal, leaseUpdate(ODD));
    assert.deepEqual(box.read(ODD).renewal, renewal);
    tell(100, { t1: seconds(1_800), t2: seconds(2_880) }, leaseUpdate(ODD));
    assert.equal(box.read(ODD).renewal, undefined, 'they are what they would be by themselves');
    tell(200, renewal, leaseUpdate(ODD));
    box.change(box.read(ODD));
    assert.deepEqual(box.read(ODD).renewal, renewal, 'also when something else of it changes');
    tell(300, renewal, endlessUpdate(ODD, { bindingStatus: BindingStatus.RELEASED, startTimeOfState: at(300) }));
    assert.equal(box.read(ODD).renewal, undefined);
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
    const other = secondary();
    other.reserve('2001:db8:7::1', 'another-relationship');
    assert.equal(codeFor(other, clientUpdate(1, [leaseUpdate('2001:db8:7::1')])), CONFLICT, 'on a link of another relationship');
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
    box.has(binding(ODD, { status: BindingStatus.FREE, duid: duid(9), clientLastTransactionTime: at(-9_000), startTimeOfState: at(-5_000) }));
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
    takeReply(box);
    assert.equal(box.read(ODD).partnerRawCltTime, NOW - 7);
    assert.equal(codeFor(box, clientUpdate(1, [leaseUpdate(ODD, { cltTime: undefined })])), 0);
    assert.equal(box.read(ODD).partnerRawCltTime, NOW - 7, 'nothing is said of it');
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

  it('[F-BU-11] a free prefix remembers its last client, of whom the partner does not speak', () => {
    const box = secondary();
    box.has(binding(PREFIX, { status: BindingStatus.FREE, iaid: iaid(7), stateExpirationTime: epochSeconds(NEVER), clientLastTransactionTime: at(-100), startTimeOfState: at(-50) }));
    assert.equal(codeFor(box, prefixUpdate(endlessUpdate(PREFIX, { bindingStatus: BindingStatus.FREE_BACKUP, cltTime: undefined }))), 0);
    const { status, duid: client, iaid: number, clientLastTransactionTime } = box.read(PREFIX);
    assert.deepEqual([status, client, number, clientLastTransactionTime], [BindingStatus.FREE_BACKUP, duid(1), 7, NOW - 100]);
  });

  it('[F-BA-20] what ended is still of the client that had it, with when and how this box heard it', () => {
    const box = secondary();
    const linkLayerAddress = Uint8Array.of(0, 1, 2, 0, 0, 0, 0, 1);
    box.has(binding(ODD, { clientLastTransactionTime: at(-100), linkLayerAddress }));
    assert.equal(codeFor(box, clientUpdate(1, [endlessUpdate(ODD, { bindingStatus: BindingStatus.RELEASED })])), 0);
    assert.deepEqual([box.read(ODD).clientLastTransactionTime, box.read(ODD).linkLayerAddress], [NOW - 100, linkLayerAddress]);
    const ofAnother = secondary();
    ofAnother.has(binding(ODD, { duid: duid(9), clientLastTransactionTime: at(-100), linkLayerAddress }));
    assert.equal(codeFor(ofAnother, clientUpdate(1, [endlessUpdate(ODD, { bindingStatus: BindingStatus.RELEASED })])), 0);
    assert.deepEqual([ofAnother.read(ODD).clientLastTransactionTime, ofAnother.read(ODD).linkLayerAddress], [0, undefined]);
  });

  it('[R-XR2] an abandoned address is set aside on both boxes, until the same time', () => {
    const box = secondary();
    assert.equal(codeFor(box, clientUpdate(1, [leaseUpdate(ODD, { bindingStatus: BindingStatus.ABANDONED })])), 0);
    assert.equal(box.read(ODD).status, BindingStatus.ABANDONED);
    assert.equal(box.read(ODD).stateExpirationTime, NOW + 3_600);
    assert.equal(box.table.nextExpiry, NOW + 3_600);
    assert.equal(codeFor(box, clientUpdate(1, [endlessUpdate(EVEN, { bindingStatus: BindingStatus.ABANDONED })])), 0);
    assert.equal(box.read(EVEN).stateExpirationTime, NEVER, 'for good where the partner says no time');
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

  it('counts what it accepts and what it refuses, by lease or as a whole, and says in the log why', () => {
    const box = secondary();
    box.has(binding(EVEN, { clientLastTransactionTime: at(-100) }));
    answerTo(box, clientUpdate(1, [leaseUpdate(ODD), leaseUpdate('2001:db8:9::1'), leaseUpdate(EVEN)]));
    answerTo(box, clientUpdate(1, [leaseUpdate(ODD), leaseUpdate(EVEN)], { baseTime: undefined }));
    const { leasesAccepted, leasesRejected, updatesCrossed } = box.flow.counters;
    assert.deepEqual([leasesAccepted, [...leasesRejected], updatesCrossed], [2, [[CONFLICT, 1], [MISSING, 1]], 0]);
    assert.equal(box.flow.counters.updatesReceived, 2);
    assert.equal(box.log.length, 2);
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
    assert.equal(codeFor(box, clientUpdate(1, [endlessUpdate(PREFIX, { bindingStatus: BindingStatus.RELEASED })])), 0);
    assert.deepEqual([box.read(PREFIX).status, box.read(PREFIX).duid], [BindingStatus.FREE, duid(1)], 'one that remembers its client has one');
  });

  it('an old Release waits while a client that has the lease again was told so without a write, and is refused when that is written', () => {
    const box = secondary();
    box.has(binding(EVEN, { clientLastTransactionTime: at(-100) }));
    const slot = box.slot(EVEN);
    box.table.told.note(slot, seconds(30), seconds(40), at(20));
    box.receive(update(clientUpdate(1, [endlessUpdate(EVEN, { bindingStatus: BindingStatus.RELEASED, cltTime: at(9), startTimeOfState: at(9) })])));
    assert.equal(box.flow.pending().deferred, 1);
    assert.equal(box.read(EVEN).status, BindingStatus.ACTIVE);
    assert.deepEqual(box.table.told.write(7), [slot]);
    box.table.told.forget(slot);
    box.flow.unlocked([slot]);
    box.endStep();
    assert.deepEqual(codesOf(takeReply(box)), [OUTDATED]);
    assert.equal(box.read(EVEN).status, BindingStatus.ACTIVE);
  });
});
