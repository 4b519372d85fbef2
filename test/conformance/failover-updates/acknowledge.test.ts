import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { BindingStatus, NEVER } from '../../../src/lease/index.ts';
import {
  type BindingReplyMessage,
  type BindingUpdate,
  type BindingUpdateMessage,
  type BoundIa,
  FailoverMessageType,
  FailoverStatusCode,
  type LeaseUpdate,
  epochSeconds,
  seconds,
} from '../../../src/wire/index.ts';
import { NOW, binding, duid } from '../../unit/lease/leases.ts';
import { Box, MCLT } from './box.ts';
import { clientUpdate, leaseUpdate, update } from './messages.ts';

const ODD = '2001:db8:1::1';
const EVEN = '2001:db8:1::2';
const ADDRESSES_ONLY = { settings: { pools: [0] } };
const OUTDATED = { code: FailoverStatusCode.OutdatedBindingInformation, text: 'older' };

function normal(window = 1_000): Box {
  const box = new Box('primary', ADDRESSES_ONLY).open(window);
  box.flow.setMode('normal');
  box.endStep();
  return box;
}

function takeSent(box: Box): BindingUpdateMessage {
  const [sent, ...others] = box.take(FailoverMessageType.BNDUPD);
  assert.ok(sent?.type === FailoverMessageType.BNDUPD);
  assert.deepEqual(others, []);
  return sent;
}

/** The answer to an update; `change` makes it a refusal, or a wrong one. */
function replyTo({ transactionId, binding: sent }: BindingUpdateMessage, change: (lease: LeaseUpdate) => Partial<LeaseUpdate> = () => ({})): BindingReplyMessage {
  const mirrored = (lease: LeaseUpdate): LeaseUpdate => ({
    ...lease,
    partnerLifetime: undefined,
    cltTime: undefined,
    partnerLifetimeSent: lease.partnerLifetime,
    ...change(lease),
  });
  const answer: BindingUpdate =
    sent.kind === 'prefix'
      ? { ...sent, baseTime: undefined, lease: mirrored(sent.lease) }
      : { ...sent, baseTime: undefined, ias: sent.ias.map((ia) => ({ ...ia, leases: ia.leases.map(mirrored) })) };
  return { type: FailoverMessageType.BNDREPLY, transactionId, binding: answer };
}

describe('the partner\'s answers (RFC 8156 7.7)', () => {
  it('[F-BR-6] [F-GAP-24] [F-LT-4] [F-LT-3] what it accepted: its promise is noted, and nothing more is to be told', () => {
    const box = normal();
    box.change(box.lease(ODD));
    box.receive(replyTo(takeSent(box)));
    const { ackedPartnerLifetime, partnerLifetime, updateNeeded } = box.read(ODD);
    assert.deepEqual([ackedPartnerLifetime, partnerLifetime, updateNeeded], [NOW + 261_000, 0, false]);
    assert.deepEqual(box.lazy, [box.slot(ODD)], 'that may ride on a later write');
    assert.equal(box.writes.length, 0);
    assert.ok(box.flow.pending().isDone);
    assert.deepEqual([box.flow.wakeAt(), box.flow.counters.leasesAcked], [NEVER, 1], 'and never again');
  });

  it('[R-ST2] (4) what was told as an upper bound is what both have from then on, and nothing that was is later than now', () => {
    const box = normal();
    const long = { clientLastTransactionTime: epochSeconds(NOW + 50), startTimeOfState: epochSeconds(NOW + 40) };
    box.has({ ...box.lease(ODD), ...long, timescale: 7 });
    box.table.moveTimes((label) => ({ by: 0, label }), (label) => label !== 7);
    const end = box.read(ODD).stateExpirationTime;
    box.flow.serveRequest('unacked', 5);
    box.endStep();
    box.receive(replyTo(takeSent(box)));
    const record = box.read(ODD);
    assert.equal(box.table.records.isExact(box.slot(ODD)), true);
    assert.deepEqual([record.stateExpirationTime, record.updateNeeded, record.ackedPartnerLifetime], [end, false, NOW + 261_000]);
    assert.deepEqual([record.clientLastTransactionTime, record.startTimeOfState], [NOW, NOW]);
    assert.deepEqual(box.lazy, [box.slot(ODD)]);
  });

  it('[R-ST2] (4) also that a lease ended, and until when it is promised, to a partner that asked for everything', () => {
    const box = normal();
    const promise = { status: BindingStatus.EXPIRED, stateExpirationTime: epochSeconds(0xffffffff), expirationTime: epochSeconds(NOW + 500), startTimeOfState: epochSeconds(NOW - 60) };
    box.has({ ...box.lease(ODD), ...promise, timescale: 7 });
    box.table.moveTimes((label) => ({ by: 0, label }), (label) => label !== 7);
    box.flow.serveRequest('all', 5);
    box.endStep();
    box.receive(replyTo(takeSent(box)));
    assert.equal(box.table.records.isExact(box.slot(ODD)), true, 'the partner keeps the bound that it was told: this box must not learn the exact time alone');
    assert.deepEqual([box.read(ODD).status, box.read(ODD).expirationTime], [BindingStatus.EXPIRED, NOW + 500]);
    assert.deepEqual(box.lazy, [box.slot(ODD)]);
  });

  it('what it had acknowledged before, as after a request for everything, writes nothing again', () => {
    const box = normal();
    box.change(box.lease(ODD));
    box.receive(replyTo(takeSent(box)));
    box.lazy.length = 0;
    box.flow.serveRequest('all', 5);
    box.endStep();
    box.receive(replyTo(takeSent(box)));
    assert.equal(box.read(ODD).ackedPartnerLifetime, NOW + 261_000);
    assert.deepEqual([box.lazy, box.writes.length], [[], 0]);
  });

  it('[F-GAP-13] the greatest promise of a tenancy counts', () => {
    const box = normal();
    box.has(binding(ODD, { ackedPartnerLifetime: epochSeconds(NOW + 500_000) }));
    box.change({ ...box.lease(ODD), ackedPartnerLifetime: epochSeconds(NOW + 500_000) });
    box.receive(replyTo(takeSent(box)));
    assert.equal(box.read(ODD).ackedPartnerLifetime, NOW + 500_000);
  });

  it('[F-BR-7] an accepted prefix', () => {
    const box = new Box('primary').open();
    box.has(binding('2001:db8:2:100::/56', { status: BindingStatus.FREE_BACKUP, updateNeeded: true, stateExpirationTime: epochSeconds(0xffffffff) }));
    box.flow.setMode('serve-only');
    box.flow.serveRequest('unacked', 5);
    box.endStep();
    box.receive(replyTo(takeSent(box)));
    assert.equal(box.read('2001:db8:2:100::/56').status, BindingStatus.FREE_BACKUP);
    assert.equal(box.read('2001:db8:2:100::/56').updateNeeded, false);
  });

  it('[F-BR-8] [F-LS-26] [F-LS-27] [F-LS-28] [F-LS-30] an ended lease is free when the partner knows', () => {
    for (const [text, free] of [[ODD, BindingStatus.FREE], [EVEN, BindingStatus.FREE_BACKUP]] as const) {
      for (const status of [BindingStatus.EXPIRED, BindingStatus.RELEASED, BindingStatus.RESET]) {
        const box = normal();
        box.change(binding(text, { status, updateNeeded: true, stateExpirationTime: epochSeconds(0xffffffff), ackedPartnerLifetime: NOW, startTimeOfState: epochSeconds(NOW - 60) }));
        assert.equal(box.read(text).status, status, 'not before');
        box.receive(replyTo(takeSent(box)));
        const { status: kept, ackedPartnerLifetime, updateNeeded } = box.read(text);
        assert.deepEqual([kept, ackedPartnerLifetime, updateNeeded], [free, 0, false]);
        assert.deepEqual(box.lazy, [box.slot(text)], 'which is written some time');
      }
    }
  });

  it('[F-LT-10] [F-GAP-13] told twice that a lease ended which it had promised as well, the second answer promises nothing to the next client', () => {
    const box = normal();
    box.change(binding(ODD, { status: BindingStatus.RELEASED, updateNeeded: true, stateExpirationTime: epochSeconds(0xffffffff), expirationTime: epochSeconds(NOW + 500), startTimeOfState: NOW }));
    const first = takeSent(box);
    // The Release came twice, and both were written at once.
    box.flow.leasesChanged([box.slot(ODD)]);
    box.endStep();
    const second = takeSent(box);
    for (const sent of [first, second]) box.receive(replyTo(sent));
    const { status, ackedPartnerLifetime, updateNeeded } = box.read(ODD);
    assert.deepEqual([status, ackedPartnerLifetime, updateNeeded], [BindingStatus.FREE, 0, false]);
  });

  it('[F-BR-9] an answer to an older version leaves the newer change to be told', () => {
    const box = normal();
    box.change(box.lease(ODD));
    const first = takeSent(box);
    box.now = epochSeconds(NOW + 100);
    box.change(box.lease(ODD));
    const second = takeSent(box);
    box.receive(replyTo(first));
    const between = box.read(ODD);
    assert.deepEqual([between.updateNeeded, between.partnerLifetime], [true, NOW + 261_100]);
    assert.equal(between.ackedPartnerLifetime, NOW + 261_000, 'it is a promise all the same');
    assert.equal(box.flow.counters.acksOutdated, 1);
    assert.deepEqual(box.lazy, [box.slot(ODD)], 'and is written some time');
    box.receive(replyTo(second));
    const after = box.read(ODD);
    assert.deepEqual([after.updateNeeded, after.partnerLifetime, after.ackedPartnerLifetime], [false, 0, NOW + 261_100]);
  });

  it('[F-BR-9] [F-UP-3] an answer to an older version leaves the newer one on its way: it is not told a third time', () => {
    const box = normal();
    box.change(box.lease(ODD));
    const first = takeSent(box);
    box.now = epochSeconds(NOW + 10);
    box.change(box.lease(ODD));
    const second = takeSent(box);
    box.receive(replyTo(first));
    box.flow.serveRequest('unacked', 5);
    box.endStep();
    assert.deepEqual([box.takeUpdates(), box.done], [[], []]);
    box.receive(replyTo(second));
    assert.deepEqual([box.takeUpdates(), box.done], [[], [5]]);
    assert.equal(box.read(ODD).updateNeeded, false);
  });

  it('[F-BR-9] an answer about a locked lease leaves the change that is being written', () => {
    const box = normal();
    box.change(box.lease(ODD));
    const first = takeSent(box);
    box.begin(box.release(ODD));
    box.receive(replyTo(first));
    assert.equal(box.read(ODD).status, BindingStatus.RELEASED);
    assert.equal(box.read(ODD).updateNeeded, true);
    box.commit();
    assert.equal(takeSent(box).binding.kind, 'client');
  });

  it('[F-BR-9] an answer that comes while a change is written leaves the lease to be told again when that fails', () => {
    const box = normal();
    box.change(box.lease(ODD));
    const first = takeSent(box);
    const before = box.read(ODD);
    const [slot] = box.begin(box.release(ODD));
    assert.ok(slot !== undefined);
    box.receive(replyTo(first));
    box.table.unlock(slot, box.revision);
    box.has(before);
    box.flow.unlocked([slot]);
    box.endStep();
    takeSent(box);
  });

  it('[F-BR-9] [F-LT-10] a promise for one client is none for the next', () => {
    const box = normal();
    box.change(box.lease(ODD));
    const first = takeSent(box);
    box.now = epochSeconds(NOW + 1);
    box.change(binding(ODD, { duid: duid(2), startTimeOfState: epochSeconds(NOW + 1), updateNeeded: true }));
    box.receive(replyTo(first));
    assert.equal(box.read(ODD).ackedPartnerLifetime, 0);
  });

  it('[F-BR-9] [F-LT-10] nor for the next lease of the same client', () => {
    const box = normal();
    box.change(box.lease(ODD));
    const first = takeSent(box);
    box.change(binding(ODD, { startTimeOfState: epochSeconds(NOW + 1), updateNeeded: true }));
    box.receive(replyTo(first));
    assert.equal(box.read(ODD).ackedPartnerLifetime, 0);
  });

  it('[F-BR-9] [F-LT-10] nor for a lease that is free by then', () => {
    const box = normal();
    box.change(box.lease(ODD));
    const first = takeSent(box);
    box.change({ ...box.read(ODD), status: BindingStatus.FREE, updateNeeded: false });
    box.receive(replyTo(first));
    assert.equal(box.read(ODD).ackedPartnerLifetime, 0);
  });

  it('[F-BR-9] an answer that comes together with another update of the lease leaves what that says', () => {
    const box = normal();
    box.change(box.lease(ODD));
    const sent = takeSent(box);
    const heard = leaseUpdate(ODD, { cltTime: epochSeconds(NOW + 5), startTimeOfState: epochSeconds(NOW + 5) });
    box.now = epochSeconds(NOW + 5);
    box.flow.received(update(clientUpdate(1, [heard])), box.now);
    box.flow.received(replyTo(sent), box.now);
    assert.equal(box.flow.counters.acksOutdated, 1);
    box.endStep();
    box.commit();
    assert.equal(box.read(ODD).partnerRawCltTime, NOW + 5);
  });

  it('[F-BR-3, F-BR-4] Success at any of the three levels is no refusal', () => {
    const status = { code: FailoverStatusCode.Success, text: 'well done' };
    for (const level of ['client', 'ia', 'lease']) {
      const box = normal();
      box.change(box.lease(ODD));
      const reply = replyTo(takeSent(box), () => (level === 'lease' ? { status } : {}));
      assert.ok(reply.binding.kind === 'client');
      const ias = reply.binding.ias.map((ia) => (level === 'ia' ? { ...ia, status } : ia));
      box.receive({ ...reply, binding: { ...reply.binding, ias, ...(level === 'client' ? { status } : {}) } });
      assert.equal(box.read(ODD).updateNeeded, false, level);
    }
  });

  it('[F-BR-3] a refusal at any of three levels, Success at none', () => {
    const refuse: readonly ((reply: BindingReplyMessage) => BindingUpdate)[] = [
      ({ binding: sent }) => (sent.kind === 'client' ? { ...sent, status: OUTDATED } : sent),
      ({ binding: sent }) => (sent.kind === 'client' ? { ...sent, ias: sent.ias.map((ia): BoundIa => ({ ...ia, status: OUTDATED })) } : sent),
      ({ binding: sent }) =>
        sent.kind === 'client' ? { ...sent, ias: sent.ias.map((ia) => ({ ...ia, leases: ia.leases.map((lease) => ({ ...lease, status: OUTDATED })) })) } : sent,
    ];
    for (const [i, refused] of refuse.entries()) {
      const box = normal();
      box.change(box.lease(ODD));
      const reply = replyTo(takeSent(box));
      box.receive({ ...reply, binding: refused(reply) });
      assert.deepEqual([box.read(ODD).updateNeeded, box.read(ODD).ackedPartnerLifetime], [true, 0], `level ${i}`);
      assert.equal(box.flow.counters.leasesRefused.get(OUTDATED.code), 1);
    }
    const box = normal();
    box.change(box.lease(ODD));
    const sent = takeSent(box);
    const success = { code: FailoverStatusCode.Success, text: 'well done' };
    const reply = replyTo(sent, () => ({ status: OUTDATED }));
    assert.ok(reply.binding.kind === 'client');
    box.receive({ ...reply, binding: { ...reply.binding, status: success } });
    assert.equal(box.read(ODD).updateNeeded, true, 'Success outside overrules no error inside');
  });

  it('[F-BR-5] [F-BA-8] a refusal is remembered, logged, and told again later, ever later', () => {
    const box = normal();
    box.change(box.lease(ODD));
    const waits: number[] = [];
    for (let i = 0; i < 7; i += 1) {
      const before = box.now;
      box.receive(replyTo(takeSent(box), () => ({ status: OUTDATED })));
      assert.equal(box.flow.pending().refused, 1);
      assert.deepEqual(box.take(FailoverMessageType.BNDUPD), [], 'not at once');
      box.now = box.flow.wakeAt();
      waits.push(box.now - before);
      box.endStep();
    }
    assert.deepEqual(waits, [30, 60, 120, 240, 480, 960, 960]);
    assert.match(box.log[0] ?? '', /the partner refused a binding update with OutdatedBindingInformation: older/);
    box.receive(replyTo(takeSent(box)));
    assert.equal(box.flow.pending().refused, 0);
  });

  it('[F-BR-5] a lease that changed after a refusal is told at once', () => {
    const box = normal();
    box.change(box.lease(ODD));
    box.receive(replyTo(takeSent(box), () => ({ status: OUTDATED })));
    box.change({ ...box.lease(ODD), validLifetime: seconds(MCLT - 1) });
    takeSent(box);
  });

  it('[F-MSG-26] answers to what was not asked are ignored, counted and logged', () => {
    const box = normal();
    box.change(box.lease(ODD));
    const sent = takeSent(box);
    const reply = replyTo(sent);
    box.receive({ ...reply, transactionId: sent.transactionId + 1 });
    box.receive({ ...reply, binding: replyTo({ ...sent, binding: { ...sent.binding, kind: 'client', ias: [], vendor: [] } }).binding });
    assert.equal(box.read(ODD).updateNeeded, true);
    box.receive(reply);
    assert.equal(box.read(ODD).updateNeeded, true, 'it is answered already, if with nothing');
    assert.equal(box.flow.counters.repliesUnexpected, 2);
    assert.ok(box.log.includes('warning: a BNDREPLY answers no update that waits for one: it is ignored'), box.log.join('\n'));
    assert.ok(box.flow.wakeAt() <= NOW + 30, 'it is told again');
  });

  it('a promise for longer than was asked is no promise', () => {
    const box = normal();
    box.change(box.lease(ODD));
    box.receive(replyTo(takeSent(box), () => ({ partnerLifetimeSent: epochSeconds(NOW + 900_000) })));
    assert.equal(box.read(ODD).ackedPartnerLifetime, 0);
    assert.equal(box.flow.counters.repliesUnexpected, 1);
  });

  it('an answer about another lease changes nothing', () => {
    const box = normal();
    box.has(binding(EVEN, { duid: duid(2), updateNeeded: true }));
    box.change(box.lease(ODD));
    box.receive(replyTo(takeSent(box), () => ({ address: box.read(EVEN).address })));
    assert.equal(box.read(EVEN).updateNeeded, true);
    assert.equal(box.read(ODD).updateNeeded, true);
    assert.equal(box.flow.counters.repliesUnexpected, 1);
  });

  it('nor does one about a prefix of another length', () => {
    const box = new Box('primary').open();
    box.flow.setMode('serve-only');
    box.has(binding('2001:db8:2:100::/56', { updateNeeded: true }));
    box.flow.serveRequest('unacked', 5);
    box.endStep();
    box.receive(replyTo(takeSent(box), () => ({ prefixLength: 60 })));
    assert.deepEqual([box.read('2001:db8:2:100::/56').updateNeeded, box.flow.counters.repliesUnexpected], [true, 1]);
  });
});
