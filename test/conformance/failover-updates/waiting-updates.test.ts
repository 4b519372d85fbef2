import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { BindingStatus } from '../../../src/lease/index.ts';
import { type BindingUpdateMessage, type EpochSeconds, FailoverMessageType, FailoverStatusCode, epochSeconds } from '../../../src/wire/index.ts';
import { NOW, binding } from '../../unit/lease/leases.ts';
import { Box, type BoxOptions } from './box.ts';
import { clientUpdate, endlessUpdate, leaseUpdate, update } from './messages.ts';

const ODD = '2001:db8:1::1';
const EVEN = '2001:db8:1::2';
const UNSPEC = FailoverStatusCode.UnspecFail;

function secondary(options: BoxOptions = {}): Box {
  return new Box('secondary', options).open();
}

function at(second: number): EpochSeconds {
  return epochSeconds(NOW + second);
}

describe('updates that wait for stable storage (RFC 8156 7.5.2)', () => {
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

  it('[F-BA-2] are forgotten with the connection: the partner sends them again', () => {
    const box = secondary();
    box.has(binding(EVEN, { clientLastTransactionTime: at(-100) }));
    box.begin(box.lease(EVEN));
    box.receive(update(clientUpdate(1, [leaseUpdate(EVEN, { cltTime: at(20) })])));
    box.flow.closed();
    assert.equal(box.flow.pending().deferred, 0);
    box.open();
    while (box.writes.length > 0) box.commit();
    assert.deepEqual(box.take(FailoverMessageType.BNDREPLY), []);
  });
});
