import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type Binding, BindingStatus, FqdnBit, LeaseDnsBit, NEVER, encodeLeaseDns, hasDnsBits, isFree } from '../../../src/lease/index.ts';
import { ExtensionCode, epochSeconds, formatAddress } from '../../../src/wire/index.ts';
import { NOW, binding, duid } from '../../unit/lease/leases.ts';
import { Pair, assertAgree } from './pair.ts';

const LEASE = '2001:db8:1::1';
/** Nobody knows how far its clock was off. */
const UNKNOWN_TIMESCALE = 7;
const at = (time: number): Partial<Binding> => ({ startTimeOfState: epochSeconds(time), clientLastTransactionTime: epochSeconds(time) });

describe('updates that cross', () => {
  it('two clients on one lease: the boxes believe each other, and agree all the same', () => {
    const pair = new Pair({ settings: { pools: [0] } });
    const { primary, secondary } = pair;
    primary.has(binding(LEASE, { duid: duid(1), updateNeeded: true, startTimeOfState: epochSeconds(NOW - 500), clientLastTransactionTime: epochSeconds(NOW - 500) }));
    secondary.has(binding(LEASE, { duid: duid(2), updateNeeded: true, startTimeOfState: epochSeconds(NOW - 100), clientLastTransactionTime: epochSeconds(NOW - 100) }));
    pair.connect();
    pair.carry();
    assert.equal(pair.toPrimary.length + pair.toSecondary.length >= 2, true, 'both are on their way');
    pair.settle();
    assertAgree(pair);
    assert.deepEqual(primary.read(LEASE).duid, duid(2), 'the secondary\'s client was heard after the primary\'s got it');
    assert.equal(primary.flow.counters.updatesCrossed, 1);
  });

  it('a connection that is lost before the answers come changes nothing about that', () => {
    const pair = new Pair({ settings: { pools: [0] } });
    const { primary, secondary } = pair;
    primary.has(binding(LEASE, { duid: duid(1), updateNeeded: true, startTimeOfState: epochSeconds(NOW - 500), clientLastTransactionTime: epochSeconds(NOW - 500) }));
    secondary.has(binding(LEASE, { duid: duid(2), updateNeeded: true, startTimeOfState: epochSeconds(NOW - 100), clientLastTransactionTime: epochSeconds(NOW - 100) }));
    pair.connect();
    pair.step();
    pair.disconnect();
    while (pair.boxes.some(({ writes }) => writes.length > 0)) for (const box of pair.boxes) box.commit();
    assert.deepEqual([primary.read(LEASE).duid, secondary.read(LEASE).duid], [duid(2), duid(1)], 'they have changed places');
    pair.connect();
    pair.settleFor(100);
    assertAgree(pair);
  });

  for (const role of ['primary', 'secondary'] as const) {
    it(`[R-ST2] (8) two clients on one lease, of one the ${role} does not know when it was heard: both keep the other one`, () => {
      const pair = new Pair({ settings: { pools: [0] } });
      const [unsure, sure] = role === 'primary' ? [pair.primary, pair.secondary] : [pair.secondary, pair.primary];
      const held = { updateNeeded: true, stateExpirationTime: epochSeconds(NOW + 900) };
      unsure.has(binding(LEASE, { ...held, duid: duid(1), timescale: UNKNOWN_TIMESCALE, ackedPartnerLifetime: epochSeconds(NOW - 500), ...at(NOW + 50) }));
      unsure.has(binding('2001:db8:1::3', { ...held, ...at(NOW - 100), duid: duid(1) }));
      unsure.table.moveTimes((label) => ({ by: 0, label }), (label) => label !== UNKNOWN_TIMESCALE);
      sure.has(binding(LEASE, { ...held, ...at(NOW - 100), duid: duid(2) }));
      pair.connect(1_000, [ExtensionCode.INEXACT_TIMES]);
      pair.carry();
      const told = (role === 'primary' ? pair.toSecondary : pair.toPrimary).flatMap((message) => ('binding' in message && message.binding.kind === 'client' ? [message.binding] : []));
      assert.deepEqual(
        told.map(({ vendor, ias }) => [ias.flatMap(({ leases }) => leases.map(({ address }) => formatAddress(address))), vendor.length]).sort(),
        [[['2001:db8:1::1'], 1], [['2001:db8:1::3'], 0]],
        'what is exact is told by itself',
      );
      pair.settle();
      assertAgree(pair);
      assert.deepEqual(unsure.read(LEASE).duid, duid(2));
    });
  }

  it('[F-LS-26] [F-BA-20] a lease that expired at both boxes is free at both as soon as each has heard it', () => {
    const pair = new Pair({ settings: { pools: [0] } });
    const over = { status: BindingStatus.EXPIRED, updateNeeded: true, stateExpirationTime: NEVER, ...at(NOW - 60) };
    for (const box of pair.boxes) box.has(binding(LEASE, over));
    pair.connect();
    pair.carry();
    assert.deepEqual([pair.toSecondary.length, pair.toPrimary.filter((message) => 'binding' in message).length], [1, 1], 'both are on their way');
    pair.step();
    pair.step();
    assert.deepEqual(pair.boxes.map((box) => isFree(box.read(LEASE).status)), [true, true]);
  });

  it('[F-DD-8] a name of a lease that expired at both boxes is removed by somebody: each heard the other end it', () => {
    const pair = new Pair({ settings: { pools: [0] } });
    const name = Uint8Array.of(4, 0x68, 0x6f, 0x73, 0x74, 0);
    const dns = encodeLeaseDns({ bits: LeaseDnsBit.FORWARD_UP_TO_DATE, fqdnFlags: FqdnBit.S, name, wanted: name });
    for (const box of pair.boxes) box.has(binding(LEASE, { status: BindingStatus.EXPIRED, stateExpirationTime: NEVER, updateNeeded: true, dns, ...at(NOW - 100) }));
    pair.connect();
    pair.settle();
    for (const box of pair.boxes) assert.equal(isFree(box.read(LEASE).status), true);
    assert.equal(pair.boxes.some((box) => hasDnsBits(box.read(LEASE).dns, LeaseDnsBit.REMOVE)), true);
  });

  it('a renewal at both boxes leaves the later end at both', () => {
    const pair = new Pair({ settings: { pools: [0] } });
    const { primary, secondary } = pair;
    primary.has(binding(LEASE, { updateNeeded: true, stateExpirationTime: epochSeconds(NOW + 9_000), clientLastTransactionTime: epochSeconds(NOW - 50) }));
    secondary.has(binding(LEASE, { updateNeeded: true, stateExpirationTime: epochSeconds(NOW + 5_000), clientLastTransactionTime: epochSeconds(NOW - 10) }));
    pair.connect();
    pair.settle();
    assertAgree(pair);
    for (const box of pair.boxes) {
      assert.equal(box.read(LEASE).status, BindingStatus.ACTIVE);
      assert.equal(box.read(LEASE).stateExpirationTime, NOW + 9_000);
    }
  });

  for (const holder of ['primary', 'secondary'] as const) {
    it(`[F-AL-30] leased at the ${holder} up to now, expired at the other: it is free at neither while a client may have it at one`, () => {
      const pair = new Pair({ settings: { pools: [0] } });
      const other = holder === 'primary' ? pair.secondary : pair.primary;
      pair[holder].has(binding(LEASE, { updateNeeded: true, stateExpirationTime: epochSeconds(NOW - 2), clientLastTransactionTime: epochSeconds(NOW - 100) }));
      other.has(
        binding(LEASE, {
          status: BindingStatus.EXPIRED,
          updateNeeded: true,
          startTimeOfState: epochSeconds(NOW - 20),
          stateExpirationTime: NEVER,
          clientLastTransactionTime: epochSeconds(0),
          partnerRawCltTime: epochSeconds(NOW - 500),
        }),
      );
      const assertSafe = (): void => {
        const statuses = pair.boxes.map((box) => box.read(LEASE).status);
        assert.ok(!statuses.includes(BindingStatus.ACTIVE) || !statuses.some(isFree), `at ${String(pair.now - NOW)} s the boxes have it as ${statuses.join(' and ')}`);
      };
      pair.connect();
      for (let second = 0; second < 60; second++) {
        do assertSafe();
        while (pair.step());
        pair.now += 1;
        for (const box of pair.boxes) box.endStep();
      }
      assert.deepEqual(pair.boxes.map((box) => isFree(box.read(LEASE).status)), [true, true]);
    });
  }
});
