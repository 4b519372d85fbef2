import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { BindingStatus } from '../../../src/lease/index.ts';
import { FailoverMessageType, epochSeconds, formatLease } from '../../../src/wire/index.ts';
import { NOW, binding, duid } from '../../unit/lease/leases.ts';
import { Box } from './box.ts';
import { ADDRESSES_ONLY, NEVER, addressNumber, fill, toldLeases } from './many-leases.ts';
import { leasesOf } from './messages.ts';
import { Pair, assertAgree, exchange } from './pair.ts';

describe('updates that are asked for (RFC 8156 5.3.5 to 5.3.7)', () => {
  it('[F-UP-1] [F-MSG-5] [F-BU-3] UPDREQ brings what the partner did not acknowledge', () => {
    const box = new Box('primary', ADDRESSES_ONLY).open();
    fill(box, 4, false);
    box.has(binding(addressNumber(2), { duid: duid(2), updateNeeded: true }));
    box.flow.setMode('serve-only');
    box.flow.serveRequest('unacked', 0x123);
    box.endStep();
    assert.deepEqual(toldLeases(box), [2]);
    assert.deepEqual(box.done, []);
  });

  it('[F-UP-1] also that a lease expired a moment ago: done would else be said before the partner knows', () => {
    const box = new Box('primary', ADDRESSES_ONLY).open();
    box.has(binding(addressNumber(2), { status: BindingStatus.EXPIRED, stateExpirationTime: NEVER, startTimeOfState: NOW, updateNeeded: true }));
    box.flow.setMode('serve-only');
    box.flow.serveRequest('unacked', 1);
    box.endStep();
    assert.deepEqual([toldLeases(box), box.done], [[2], []]);
  });

  it('[F-UP-2] [F-MSG-6] [F-UP-9] UPDREQALL brings all that is not as if it had never been', () => {
    const box = new Box('primary').open();
    const statuses = [BindingStatus.ACTIVE, BindingStatus.EXPIRED, BindingStatus.RELEASED, BindingStatus.ABANDONED, BindingStatus.RESET, BindingStatus.FREE_BACKUP];
    for (const [i, status] of statuses.entries()) box.has(binding(addressNumber(2 * i + 2), { duid: duid(i), status }));
    box.has(binding('2001:db8:2:100::/56', { status: BindingStatus.FREE_BACKUP, stateExpirationTime: NEVER }));
    box.has(binding('2001:db8:2:200::/56', { status: BindingStatus.FREE, stateExpirationTime: NEVER }));
    box.has(binding('2001:db8:2:300::/56', { duid: duid(100) }));
    box.has(binding('2001:db8:2:400::/56', { status: BindingStatus.FREE, stateExpirationTime: NEVER, duid: duid(0).subarray(0, 0) as ReturnType<typeof duid> }));
    box.flow.setMode('serve-only');
    box.flow.serveRequest('all', 1);
    box.endStep();
    const told = box.takeUpdates().flatMap((sent) => leasesOf({ binding: sent }).map(({ bindingStatus, ...lease }) => `${bindingStatus} ${formatLease(lease)}`));
    assert.deepEqual(told.sort(), [
      '1 2001:db8:1::2',
      '1 2001:db8:2:300::/56',
      '2 2001:db8:1::4',
      '3 2001:db8:1::6',
      '5 2001:db8:2:200::/56',
      '6 2001:db8:1::c',
      '6 2001:db8:2:100::/56',
      '7 2001:db8:1::8',
      '8 2001:db8:1::a',
    ]);
  });

  it('[F-UP-9] a secondary that lost records has the prefixes that the primary lists, and no other', () => {
    const pair = new Pair({ settings: { pools: [0, 1] } });
    const { primary, secondary } = pair;
    const own = { status: BindingStatus.FREE_BACKUP, duid: duid(0).subarray(0, 0) as ReturnType<typeof duid>, stateExpirationTime: NEVER };
    primary.has(binding('2001:db8:2:100::/56', own));
    for (const number of ['100', '200']) secondary.has(binding(`2001:db8:2:${number}::/56`, own));
    for (const box of pair.boxes) {
      box.open();
      box.flow.setMode('serve-only');
    }
    secondary.flow.askedForEverything();
    secondary.endStep();
    primary.flow.serveRequest('all', 1);
    primary.endStep();
    exchange(pair, primary, secondary);
    assert.equal(secondary.read('2001:db8:2:100::/56').status, BindingStatus.FREE_BACKUP);
    assert.equal(secondary.read('2001:db8:2:200::/56').status, BindingStatus.FREE, 'the primary may give it to a client');
    assert.equal(secondary.durable.get('2001:db8:2:200::/56')?.status, BindingStatus.FREE);
  });

  it('[F-UP-9] a primary that lost records has as the secondary\'s the prefixes that that lists, and no other', () => {
    const pair = new Pair({ settings: { pools: [0, 1] } });
    const { primary, secondary } = pair;
    const secondarys = { status: BindingStatus.FREE_BACKUP, duid: duid(0).subarray(0, 0) as ReturnType<typeof duid>, stateExpirationTime: NEVER };
    for (const number of ['100', '200']) primary.has(binding(`2001:db8:2:${number}::/56`, secondarys));
    secondary.has(binding('2001:db8:2:100::/56', secondarys));
    secondary.has(binding('2001:db8:2:200::/56', { ...secondarys, status: BindingStatus.FREE }));
    for (const box of pair.boxes) {
      box.open();
      box.flow.setMode('serve-only');
    }
    primary.flow.askedForEverything();
    primary.endStep();
    secondary.flow.serveRequest('all', 1);
    secondary.endStep();
    exchange(pair, secondary, primary);
    primary.flow.everythingTold();
    primary.endStep();
    primary.commit();
    assert.equal(primary.read('2001:db8:2:100::/56').status, BindingStatus.FREE_BACKUP);
    assert.equal(primary.durable.get('2001:db8:2:200::/56')?.status, BindingStatus.FREE, 'the secondary does not take it for its own');
  });

  it('[F-UP-9] a primary that lost records gives no prefix that may be the secondary\'s before it was told everything', () => {
    const pair = new Pair({ settings: { pools: [0, 1] } });
    const { primary, secondary } = pair;
    const secondarys = { status: BindingStatus.FREE_BACKUP, duid: duid(0).subarray(0, 0) as ReturnType<typeof duid>, stateExpirationTime: NEVER };
    for (const number of ['100', '200', '300']) primary.has(binding(`2001:db8:2:${number}::/56`, secondarys));
    secondary.has(binding('2001:db8:2:100::/56', { duid: duid(7), updateNeeded: true }));
    secondary.has(binding('2001:db8:2:300::/56', secondarys));
    const status = (number: number): number => primary.read(`2001:db8:2:${number}00::/56`).status;
    const connect = (): void => {
      for (const box of pair.boxes) {
        box.open();
        box.flow.setMode('serve-only');
      }
      primary.flow.askedForEverything();
      primary.endStep();
    };
    connect();
    assert.deepEqual([1, 2, 3].map(status), [6, 6, 6], 'the client of one may have it from the secondary');
    pair.disconnect();
    primary.endStep();
    connect();
    secondary.flow.serveRequest('all', 1);
    secondary.endStep();
    exchange(pair, secondary, primary);
    assert.deepEqual([1, 2, 3].map(status), [1, 6, 6]);
    primary.flow.everythingTold();
    primary.endStep();
    primary.fail();
    assert.deepEqual([1, 2, 3].map(status), [1, 6, 6]);
    pair.disconnect();
    connectAgain();
    assert.deepEqual([1, 2, 3].map(status), [1, 5, 6], 'it does not ask again, and tries again to store it');

    function connectAgain(): void {
      for (const box of pair.boxes) box.open();
      primary.endStep();
      primary.now = epochSeconds(primary.now + 1);
      primary.endStep();
      primary.commit();
    }
  });

  it('[F-UP-2] each lease once, though its client has several', () => {
    const box = new Box('primary', ADDRESSES_ONLY).open();
    for (let i = 1; i <= 6; i += 1) box.has(binding(addressNumber(i), { duid: duid(i % 2) }));
    box.flow.setMode('serve-only');
    box.flow.serveRequest('all', 1);
    box.endStep();
    assert.equal(box.outbox.length, 2);
    assert.deepEqual(toldLeases(box).sort(), [1, 2, 3, 4, 5, 6]);
  });

  it('[F-UP-2] nor twice when it was answered before the scan comes to it', () => {
    const pair = new Pair(ADDRESSES_ONLY);
    for (let i = 1; i <= 6; i += 1) pair.primary.has(binding(addressNumber(i), { duid: duid(i % 2) }));
    for (const box of pair.boxes) {
      box.open(1);
      box.flow.setMode('serve-only');
    }
    pair.primary.flow.serveRequest('all', 1);
    pair.primary.endStep();
    exchange(pair, pair.primary, pair.secondary);
    assert.deepEqual(pair.primary.done, [1]);
    assert.equal(pair.primary.flow.counters.leasesSent, 6);
  });

  it('[R-ST1] UPDREQALL says nothing of a lease whose record can not be read', () => {
    for (const name of ['2001:db8:1::2', '2001:db8:2:100::/56']) {
      const box = new Box('secondary').open();
      const unreadable = { status: BindingStatus.ABANDONED, duid: duid(1).subarray(0, 0) as ReturnType<typeof duid>, stateExpirationTime: NEVER };
      box.has(binding(name, { ...unreadable, revision: 0 }));
      box.has(binding('2001:db8:2:200::/56', { ...unreadable, revision: 1 }));
      box.flow.setMode('serve-only');
      box.flow.serveRequest('all', 1);
      box.endStep();
      assert.equal(box.takeUpdates().length, 1, name);
    }
  });

  it('[F-UP-2] nor of an address that nobody had: there is no way to say so', () => {
    const box = new Box('secondary').open();
    for (const status of [BindingStatus.ABANDONED, BindingStatus.FREE_BACKUP]) {
      box.has(binding('2001:db8:1::2', { status, duid: duid(1).subarray(0, 0) as ReturnType<typeof duid>, stateExpirationTime: NEVER }));
      for (const mode of ['serve-only', 'normal'] as const) {
        box.flow.setMode(mode);
        box.flow.serveRequest('all', 1);
        box.endStep();
      }
      assert.deepEqual(box.takeUpdates(), []);
    }
  });

  it('[F-UP-2] few at a time, so that clients feel nothing of it; and a change of the meantime need not wait for answers', () => {
    const box = new Box('primary', ADDRESSES_ONLY).open();
    fill(box, 200, false);
    box.flow.serveRequest('all', 1);
    box.flow.setMode('normal');
    box.endStep();
    const first = box.takeUpdates().length;
    assert.equal(first, 64);
    assert.ok(box.flow.wakeAt() > box.now, 'it waits for answers');
    box.has(binding(addressNumber(500), { duid: duid(500), updateNeeded: true }));
    box.flow.leasesChanged([box.slot(addressNumber(500))]);
    box.endStep();
    assert.deepEqual(toldLeases(box), [500]);
  });

  it('[F-UP-3] [F-UP-7] [F-MSG-7] done is what was answered, with the transaction-id of the request', () => {
    const pair = new Pair(ADDRESSES_ONLY);
    const { primary, secondary } = pair;
    fill(primary, 3, true);
    for (const box of pair.boxes) {
      box.open();
      box.flow.setMode('serve-only');
    }
    primary.flow.serveRequest('unacked', 0xabcdef);
    primary.endStep();
    assert.equal(primary.outbox.length, 3);
    for (const message of primary.outbox.splice(0)) {
      assert.deepEqual(primary.done, [], 'not before the last answer');
      secondary.receive(message);
      secondary.commit();
      for (const reply of secondary.outbox.splice(0)) primary.receive(reply);
    }
    assert.deepEqual(primary.done, [0xabcdef]);
  });

  it('[F-UP-3] refused is answered as well; nothing to tell is done at once', () => {
    const pair = new Pair(ADDRESSES_ONLY);
    fill(pair.primary, 1, true);
    pair.secondary.has(binding(addressNumber(1), { duid: duid(1), status: BindingStatus.ABANDONED, clientLastTransactionTime: epochSeconds(NOW + 50) }));
    for (const box of pair.boxes) {
      box.open();
      box.flow.setMode('serve-only');
    }
    pair.primary.flow.serveRequest('unacked', 7);
    pair.primary.endStep();
    exchange(pair, pair.primary, pair.secondary);
    assert.equal(pair.primary.flow.counters.leasesRefused.size, 1);
    assert.deepEqual(pair.primary.done, [7]);
    pair.secondary.flow.serveRequest('all', 9);
    const empty = new Box('primary').open();
    empty.flow.setMode('serve-only');
    empty.flow.serveRequest('all', 9);
    empty.endStep();
    assert.deepEqual(empty.done, [9]);
  });

  it('[F-UP-3] what was on its way when the request came belongs to it', () => {
    const pair = new Pair(ADDRESSES_ONLY);
    const { primary, secondary } = pair;
    pair.connect();
    pair.settle();
    primary.change(primary.lease(addressNumber(1)));
    assert.equal(primary.outbox.length, 1);
    primary.flow.serveRequest('unacked', 3);
    primary.endStep();
    assert.deepEqual(primary.done, []);
    exchange(pair, primary, secondary);
    assert.deepEqual(primary.done, [3]);
  });

  it('[F-UP-8] every request is answered, in every mode but before communications', () => {
    const pair = new Pair(ADDRESSES_ONLY);
    fill(pair.primary, 3, true);
    for (const box of pair.boxes) {
      box.open();
      box.flow.setMode('serve-only');
    }
    for (const [kind, id] of [['unacked', 1], ['all', 2], ['unacked', 3]] as const) pair.primary.flow.serveRequest(kind, id);
    pair.primary.endStep();
    exchange(pair, pair.primary, pair.secondary);
    assert.deepEqual(pair.primary.done, [1, 2, 3]);
    const idle = new Box('primary').open();
    idle.flow.serveRequest('all', 4);
    idle.endStep();
    assert.deepEqual(idle.done, [], 'it waits');
    idle.flow.setMode('serve-only');
    idle.endStep();
    assert.deepEqual(idle.done, [4]);
  });

  it('[F-AL-27] what the box has to tell by itself waits until there is room for it beside so many requests', () => {
    const box = new Box('secondary').open();
    for (let i = 0; i < 8; i += 1) box.flow.serveRequest('all', i);
    box.flow.setMode('normal');
    box.endStep();
    box.endStep();
    assert.equal(box.done.length, 8);
    assert.equal(box.take(FailoverMessageType.POOLREQ).length, 1);
    assert.equal(box.flow.counters.scans, 1);
    assert.ok(box.flow.pending().isDone);
  });

  it('a partner that asks without end is not served without end', () => {
    const box = new Box('primary').open();
    for (let i = 0; i < 20; i += 1) box.flow.serveRequest('all', i);
    assert.equal(box.flow.counters.protocolErrors, 12);
    assert.equal(box.log.length, 12);
    box.flow.setMode('serve-only');
    box.endStep();
    assert.equal(box.done.length, 8);
  });

  it('[F-UP-5] [F-SM-44] after a lost connection nothing of the request is left, and nothing is lost', () => {
    const pair = new Pair(ADDRESSES_ONLY);
    fill(pair.primary, 50, true);
    for (const box of pair.boxes) {
      box.open(4);
      box.flow.setMode('serve-only');
    }
    pair.primary.flow.serveRequest('unacked', 1);
    pair.primary.endStep();
    for (let i = 0; i < 10; i += 1) pair.step();
    pair.disconnect();
    assert.equal(pair.primary.flow.pending().unacked, 0);
    for (const box of pair.boxes) {
      box.open(4);
      box.flow.setMode('serve-only');
    }
    pair.primary.flow.serveRequest('unacked', 2);
    pair.primary.endStep();
    pair.settle();
    assert.deepEqual(pair.primary.done, [2]);
    assertAgree(pair);
  });

  it('a lease that is being written when the scan comes to it is told when that is over', () => {
    const box = new Box('primary', ADDRESSES_ONLY).open();
    fill(box, 3, false);
    box.begin(box.lease(addressNumber(2), 2));
    box.flow.setMode('serve-only');
    box.flow.serveRequest('all', 1);
    box.endStep();
    assert.deepEqual(toldLeases(box), [1]);
    box.commit();
    assert.deepEqual(toldLeases(box), [2, 3]);
  });
});
