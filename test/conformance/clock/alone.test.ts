import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { BindingStatus } from '../../../src/lease/index.ts';
import { createBoxes } from './boxes.ts';
import type { Boxes } from './boxes.ts';
import { HOUR } from './start.ts';

/** East has lost its partner for good, and lost power for so long; nobody tells it the time. */
function survivor(offSeconds: number): Boxes & { readonly address: string } {
  const boxes = createBoxes();
  boxes.west.start(boxes.truth, 'synchronized');
  boxes.east.start(boxes.truth, 'synchronized');
  boxes.advance(30);
  const address = boxes.east.lease(1) ?? assert.fail('the client gets a lease');
  boxes.advance(5);
  boxes.west.off();
  boxes.advance(10);
  boxes.east.off();
  boxes.advance(offSeconds);
  boxes.east.start(0, 'unconfirmed');
  boxes.advance(50);
  return Object.assign(boxes, { address });
}

describe('a lone survivor that does not know what time it is', () => {
  it('[R-ST2] (9) serves renewals, and new clients from free leases, and says so', () => {
    const { east, address } = survivor(300);
    assert.equal(east.state, 'COMMUNICATIONS-INTERRUPTED');
    assert.ok((east.renew(1, address) ?? 0) >= 100);
    assert.ok(east.lease(2) !== undefined);
    assert.match(east.alarms.get('clock-untrusted') ?? '', /nobody has confirmed what time it is/);
    assert.ok(east.log.some((line) => line.startsWith('nobody has confirmed what time it is')));
  });

  it('[R-ST2] (9) frees nothing, however late it is by its clock', () => {
    const boxes = survivor(300);
    boxes.advance(24 * HOUR);
    assert.equal(boxes.east.appliance.leases.count(BindingStatus.ACTIVE), 1);
    assert.equal(boxes.east.appliance.counters.expired, 0);
    boxes.east.clockSet();
    boxes.advance(5);
    assert.equal(boxes.east.appliance.counters.expired, 1);
  });

  it('[R-ST2] (9) never declares its partner down by itself; with a clock that is trusted it does', () => {
    const boxes = survivor(300);
    boxes.advance(HOUR);
    assert.equal(boxes.east.state, 'COMMUNICATIONS-INTERRUPTED');
    boxes.east.ntp();
    boxes.advance(59);
    assert.equal(boxes.east.state, 'COMMUNICATIONS-INTERRUPTED');
    boxes.advance(2);
    assert.equal(boxes.east.state, 'PARTNER-DOWN');
  });

  it('[R-ST2] (7) an acknowledgement that may be over allows nothing: the lease is extended by MCLT, not by what the partner agreed to once', () => {
    const boxes = survivor(5);
    const { east, address } = boxes;
    // West acknowledged 1000 s and more; were that exact the client would get 1000 s.
    assert.equal(east.renew(1, address), 100);
    boxes.advance(40);
    assert.equal(east.renew(1, address), 100, 'nor is it exact in the record that was written anew');
  });

  it('[R-ST2] (7) the same for a lease that its client gave back and got again', () => {
    const boxes = survivor(5);
    const { east, address } = boxes;
    east.release(1, address);
    boxes.advance(2);
    assert.equal(east.lease(1), address);
    boxes.advance(40);
    assert.equal(east.renew(1, address), 100);
  });

  it('[R-ST2] (4) writes a record whole in the present timescale when it is updated, and leaves the others in that which they are in', () => {
    const boxes = createBoxes();
    const { east } = boxes;
    boxes.west.start(boxes.truth, 'synchronized');
    east.start(boxes.truth, 'synchronized');
    boxes.advance(30);
    const [renewed = '', left = ''] = [east.lease(1), east.lease(2)];
    boxes.advance(5);
    const [renewedBefore, leftBefore] = [east.bindings.get(renewed), east.bindings.get(left)];
    boxes.west.off();
    east.off();
    boxes.advance(300);
    east.start(0, 'unconfirmed');
    boxes.advance(50);
    east.renew(1, renewed);
    boxes.advance(2);
    const present = east.disk.timescales.at(-1)?.index;
    const after = east.bindings.get(renewed) ?? assert.fail();
    assert.notEqual(present, renewedBefore?.timescale);
    assert.equal(after.timescale, present);
    const now = boxes.truth + east.error;
    for (const [what, time] of Object.entries({ clt: after.clientLastTransactionTime, start: after.startTimeOfState })) {
      assert.ok(time <= now && time >= now - 60, `${what} ${String(time - now)}`);
    }
    assert.ok(Math.abs(after.stateExpirationTime - now - 100) <= 3, 'MCLT from the renewal on, by the clock of this start');
    assert.deepEqual(east.bindings.get(left), leftBefore, 'nobody wrote it anew');
  });

  it('[R-ST2] (9) in PARTNER-DOWN, after a start, waits MCLT anew before it gives what was promised', () => {
    const boxes = survivor(5);
    const { east } = boxes;
    east.clockSet();
    east.dispatch({ kind: 'failover', event: { kind: 'command', id: 1, relationship: 'east-west', command: 'partner-down' } });
    boxes.advance(200);
    assert.equal(east.state, 'PARTNER-DOWN');
    east.off();
    boxes.advance(5);
    east.start(0, 'unconfirmed');
    boxes.advance(50);
    assert.equal(east.state, 'PARTNER-DOWN');
    const [pool] = [east.appliance.leases.pools.pool(0)];
    const began = boxes.truth + east.error - 50;
    assert.ok((pool.partnerDown?.entry ?? 0) >= began, 'the wait is counted from the start');
  });
});

describe('a box that comes back to a partner that served alone', () => {
  /** East serves in PARTNER-DOWN since 100 s after west failed. */
  function declared(): Boxes {
    const boxes = createBoxes();
    boxes.west.start(boxes.truth, 'synchronized');
    boxes.east.start(boxes.truth, 'synchronized');
    boxes.advance(30);
    boxes.east.lease(1);
    boxes.advance(100);
    boxes.west.off();
    boxes.advance(200);
    assert.equal(boxes.east.state, 'PARTNER-DOWN');
    return boxes;
  }

  it('[R-ST2] (10) recovers where the order of the times is exact, whatever its clock showed at first', () => {
    const boxes = declared();
    boxes.west.start(0, 'unconfirmed');
    boxes.advance(10);
    assert.equal(boxes.west.appliance.clock.isTrusted, true);
    assert.ok(boxes.west.log.some((line) => line.includes('-> RECOVER')), boxes.west.log.join('\n'));
  });

  it('[R-ST2] (10) goes to POTENTIAL-CONFLICT where it is not: its last times are of a run that never learned the true time', () => {
    const boxes = declared();
    // A run without its partner and without a time source.
    boxes.isCut = true;
    boxes.west.start(0, 'unconfirmed');
    boxes.advance(200);
    boxes.west.off();
    boxes.advance(10);
    boxes.isCut = false;
    boxes.west.start(0, 'unconfirmed');
    boxes.advance(20);
    assert.ok(boxes.west.log.some((line) => line.includes('-> POTENTIAL-CONFLICT')), boxes.west.log.join('\n'));
  });
});
