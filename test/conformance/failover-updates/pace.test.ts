import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { BindingStatus } from '../../../src/lease/index.ts';
import { type BindingReplyMessage, type BindingUpdateMessage, FailoverMessageType, epochSeconds } from '../../../src/wire/index.ts';
import { NOW, binding, duid } from '../../unit/lease/leases.ts';
import { Box } from './box.ts';
import { ADDRESSES_ONLY, NEVER, addressNumber, fill, toldLeases } from './many-leases.ts';
import { leasesOf } from './messages.ts';
import { Pair, assertAgree } from './pair.ts';

/** The answer of a partner that believes everything. */
function accepting({ transactionId, binding: sent }: BindingUpdateMessage): BindingReplyMessage {
  assert.ok(sent.kind === 'client');
  const ias = sent.ias.map((ia) => ({
    ...ia,
    leases: ia.leases.map((lease) => ({ ...lease, partnerLifetime: undefined, partnerLifetimeSent: lease.partnerLifetime })),
  }));
  return { type: FailoverMessageType.BNDREPLY, transactionId, binding: { ...sent, ias } };
}

describe('the pace of updates', () => {
  it('[F-CON-21] never more than the partner\'s window', () => {
    const pair = new Pair(ADDRESSES_ONLY);
    fill(pair.primary, 20, true);
    pair.connect(3);
    assert.equal(pair.primary.flow.pending().unacked, 3);
    let most = 0;
    while (pair.step()) most = Math.max(most, pair.primary.flow.pending().unacked);
    assert.equal(most, 3);
    assertAgree(pair);
    const closed = new Box('primary', ADDRESSES_ONLY).open(0);
    closed.flow.setMode('normal');
    closed.change(closed.lease(addressNumber(1)));
    assert.deepEqual(closed.outbox, [], 'a window of 0 is shut');
    assert.equal(closed.flow.wakeAt(), NEVER, 'and there is nothing to wake for');
  });

  it('[F-CON-22] answers go beside the window', () => {
    const pair = new Pair(ADDRESSES_ONLY);
    fill(pair.secondary, 5, true);
    pair.connect(1);
    pair.primary.change(pair.primary.lease('2001:db8:1::101', 60));
    pair.settle();
    assertAgree(pair);
  });

  it('fresh changes do not wait for a scan', () => {
    const box = new Box('primary', ADDRESSES_ONLY).open(4);
    fill(box, 100, true);
    box.flow.setMode('normal');
    box.endStep();
    assert.deepEqual(toldLeases(box), [1, 2, 3, 4]);
    box.change(box.lease('2001:db8:1::200', 200));
    const wide = new Pair(ADDRESSES_ONLY);
    fill(wide.primary, 100, true);
    wide.connect(4);
    wide.primary.change(wide.primary.lease('2001:db8:1::200', 200));
    let messages = 0;
    for (;;) {
      const [next] = wide.primary.outbox;
      assert.ok(next !== undefined && messages < 12, 'it is told among the next ones');
      wide.primary.outbox.shift();
      messages += 1;
      if (next.type === FailoverMessageType.BNDUPD && leasesOf(next)[0]?.address[14] === 2) break;
      wide.secondary.receive(next);
      wide.secondary.commit();
      for (const reply of wide.secondary.outbox.splice(0)) wide.primary.receive(reply);
    }
  });

  it('changes that find no room in the queue are found by a scan', () => {
    const pair = new Pair(ADDRESSES_ONLY);
    pair.connect(2_000);
    pair.settle();
    const { primary } = pair;
    const leases = Array.from({ length: 9_000 }, (_, i) => primary.lease(`2001:db8:1::1:${i.toString(16)}`, i));
    primary.begin(...leases);
    primary.commit();
    assert.equal(primary.flow.counters.changesOverflowed, 9_000 - 8_192);
    assert.equal(primary.flow.pending().unacked, 2_000);
    primary.receive({ type: FailoverMessageType.POOLREQ, transactionId: 1 });
    const told = new Set<number>();
    for (let round = 0; round < 6; round += 1) {
      for (const message of primary.take(FailoverMessageType.BNDUPD)) {
        assert.ok(message.type === FailoverMessageType.BNDUPD);
        for (const lease of leasesOf(message)) told.add((lease.address[14] as number) * 256 + (lease.address[15] as number));
        primary.receive(accepting(message));
      }
      if (primary.flow.wakeAt() <= primary.now) primary.endStep();
    }
    assert.equal(told.size, 9_000);
    assert.ok(primary.flow.pending().isDone);
  }).timeout(20_000);

  it('a lease that changes again while it waits is told once, as it is then', () => {
    const box = new Box('primary', ADDRESSES_ONLY).open(1);
    box.flow.setMode('normal');
    box.endStep();
    box.change(box.lease(addressNumber(1), 1));
    for (let i = 0; i < 5; i += 1) {
      box.now = epochSeconds(NOW + i);
      box.change(box.lease(addressNumber(3), 3));
    }
    assert.equal(box.flow.pending().waiting, 1);
    assert.deepEqual(toldLeases(box), [1]);
  });

  it('a lease that waits to be told, and is being written again, is told when that is durable', () => {
    const box = new Box('primary', ADDRESSES_ONLY).open(1);
    box.flow.setMode('normal');
    box.endStep();
    box.change(box.lease(addressNumber(1), 1), box.lease(addressNumber(3), 3));
    const [first] = box.take(FailoverMessageType.BNDUPD);
    assert.ok(first?.type === FailoverMessageType.BNDUPD);
    const other = leasesOf(first)[0]?.address[15] === 1 ? 3 : 1;
    box.begin(box.release(addressNumber(other)));
    box.receive(accepting(first));
    assert.deepEqual([box.takeUpdates(), box.flow.pending().waiting], [[], 0]);
    box.commit();
    const statuses = box.takeUpdates().flatMap((sent) => leasesOf({ binding: sent }).map(({ bindingStatus }) => bindingStatus));
    assert.deepEqual(statuses, [BindingStatus.RELEASED]);
  });

  it('a lease that ended long ago, waits to be told, and is being given again, is told as it is then', () => {
    const box = new Box('primary', ADDRESSES_ONLY).open(1);
    box.flow.setMode('normal');
    box.endStep();
    const over = { status: BindingStatus.EXPIRED, stateExpirationTime: NEVER, startTimeOfState: epochSeconds(NOW - 6), updateNeeded: true };
    box.change(box.lease(addressNumber(1), 1), binding(addressNumber(3), { ...over, duid: duid(3) }));
    const [first] = box.take(FailoverMessageType.BNDUPD);
    assert.ok(first?.type === FailoverMessageType.BNDUPD);
    assert.equal(leasesOf(first)[0]?.address[15], 1);
    box.begin(box.lease(addressNumber(3), 3));
    box.receive(accepting(first));
    assert.deepEqual(box.takeUpdates(), []);
    box.commit();
    const statuses = box.takeUpdates().flatMap((sent) => leasesOf({ binding: sent }).map(({ bindingStatus }) => bindingStatus));
    assert.deepEqual(statuses, [BindingStatus.ACTIVE]);
  });

  it('[F-GAP-22] a lease that expired a moment before NORMAL is told when the partner believes it', () => {
    const box = new Box('primary', ADDRESSES_ONLY).open();
    box.has(binding(addressNumber(1), { status: BindingStatus.EXPIRED, stateExpirationTime: NEVER, startTimeOfState: NOW, updateNeeded: true }));
    box.flow.setMode('normal');
    box.endStep();
    assert.deepEqual([toldLeases(box), box.flow.wakeAt(), box.flow.pending().waiting], [[], NOW + 6, 1]);
    box.now = epochSeconds(NOW + 6);
    box.endStep();
    assert.deepEqual(toldLeases(box), [1]);
  });

  it('what waits is forgotten with the connection, and found by the scan of the next', () => {
    const box = new Box('primary', ADDRESSES_ONLY).open(1);
    box.has(binding(addressNumber(5), { stateExpirationTime: NOW, duid: duid(5) }));
    box.flow.setMode('normal');
    box.endStep();
    box.change(box.expire(addressNumber(5)));
    box.change(box.lease(addressNumber(1), 1), box.lease(addressNumber(3), 3));
    assert.equal(box.flow.pending().waiting, 2);
    box.takeUpdates();
    box.flow.closed();
    assert.deepEqual(box.flow.pending(), { unacked: 0, waiting: 0, scanned: 1, refused: 0, isDone: true, deferred: 0 });
    assert.equal(box.flow.wakeAt(), NEVER);
    box.open();
    box.flow.setMode('normal');
    box.endStep();
    assert.deepEqual(toldLeases(box).sort(), [1, 3]);
    box.now = epochSeconds(NOW + 6);
    box.endStep();
    assert.deepEqual(toldLeases(box), [5]);
  });

  it('never so many at once that the box can’t keep them, whatever window the partner opens', () => {
    const box = new Box('primary', ADDRESSES_ONLY).open(1_000_000);
    box.flow.setMode('normal');
    box.endStep();
    box.begin(...Array.from({ length: 4_100 }, (_, i) => box.lease(`2001:db8:1::1:${i.toString(16)}`, i)));
    box.commit();
    assert.deepEqual([box.flow.pending().unacked, box.flow.pending().waiting], [4_096, 4]);
  }).timeout(20_000);

  it('progress tells how far it is', () => {
    const pair = new Pair(ADDRESSES_ONLY);
    fill(pair.primary, 2_000, true);
    pair.connect(10);
    const { scanned, isDone } = pair.primary.flow.pending();
    assert.ok(scanned > 0 && scanned < 1 && !isDone);
    pair.settle();
    assert.deepEqual(pair.primary.flow.pending(), { unacked: 0, waiting: 0, scanned: 1, refused: 0, isDone: true, deferred: 0 });
  });

  it('what was told by the box itself stops when NORMAL ends', () => {
    const pair = new Pair(ADDRESSES_ONLY);
    fill(pair.primary, 100, true);
    pair.connect(4);
    pair.primary.flow.setMode('serve-only');
    pair.settle();
    assert.equal(pair.primary.flow.counters.updatesSent, 4);
    pair.primary.flow.setMode('normal');
    pair.primary.endStep();
    pair.settle();
    assertAgree(pair);
  });
});
