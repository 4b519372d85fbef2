import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { BindingStatus, LeaseTable, expired, granted, grantableLifetime, partnerDownReuseTime, partnerLifetimeFor, renewalTimes } from '../../../src/lease/index.ts';
import { INFINITY_SECONDS, InvariantError, type EpochSeconds, epochSeconds, seconds } from '../../../src/wire/index.ts';
import { KEY, NOW, binding, duid } from '../../unit/lease/leases.ts';

const MCLT = seconds(3_600);
const DESIRED = seconds(259_200);

function at(time: number): EpochSeconds {
  return epochSeconds(NOW + time);
}

/** A lease whose partner acknowledges when the test says so; times count from the first Request. */
class Lease {
  readonly table = new LeaseTable(KEY, 0);
  readonly slot: number;
  readonly #withoutRecord = binding('2001:db8::1', { preferredLifetime: seconds(0) });

  constructor(time: number, mclt = MCLT) {
    const valid = grantableLifetime(DESIRED, epochSeconds(0), mclt, at(time));
    const grant = { ...this.#withoutRecord, validLifetime: valid, linkLayerAddress: undefined, relay: undefined, relayAgent: undefined };
    this.slot = this.table.put(granted(grant, undefined, at(time), 1));
    this.#note(time);
  }

  renew(time: number): void {
    const { records } = this.table;
    const valid = grantableLifetime(DESIRED, records.ackedPartnerLifetime(this.slot), MCLT, at(time));
    this.table.extend(this.slot, seconds(0), valid, at(time), 2);
    this.#note(time);
  }

  acknowledge(): void {
    this.table.acknowledge(this.slot, this.table.records.partnerLifetime(this.slot));
  }

  get t1(): number {
    return renewalTimes(this.table.records.validLifetime(this.slot), 'auto', 'auto').t1;
  }

  /** Lifetime, T1, T2, the client's end, what the partner is told and what it acknowledged. */
  get row(): readonly number[] {
    const { records } = this.table;
    const { t1, t2 } = renewalTimes(records.validLifetime(this.slot), 'auto', 'auto');
    return [
      records.validLifetime(this.slot),
      t1,
      t2,
      sinceStart(records.stateExpirationTime(this.slot)),
      sinceStart(records.partnerLifetime(this.slot)),
      sinceStart(records.ackedPartnerLifetime(this.slot)),
    ];
  }

  #note(time: number): void {
    const actual = this.table.records.validLifetime(this.slot);
    this.table.noteForPartner(this.slot, partnerLifetimeFor(at(time), seconds(this.t1), actual, DESIRED));
  }
}

function sinceStart(time: EpochSeconds): number {
  return time === 0 ? 0 : time - NOW;
}

describe('lifetimes under a maximum client lead time (RFC 8156 4.4)', () => {
  it('[F-LT-1, F-LT-2, F-GAP-26] are at most MCLT behind the later of now and what the partner acknowledged, and never more than desired', () => {
    const limit = (acked: number, desired = 1_000, mclt = 60): number =>
      grantableLifetime(seconds(desired), epochSeconds(acked), seconds(mclt), at(0));
    assert.equal(limit(0), 60, 'a new lease');
    assert.equal(limit(NOW - 500), 60, 'an acknowledgement of the past counts for nothing');
    assert.equal(limit(NOW), 60);
    assert.equal(limit(NOW + 1), 61);
    assert.equal(limit(NOW + 939), 999);
    assert.equal(limit(NOW + 940), 1_000);
    assert.equal(limit(NOW + 5_000), 1_000);
    assert.equal(limit(0, 59), 59, 'a desired lifetime below MCLT');
    assert.equal(limit(0, INFINITY_SECONDS), 60);
  });

  it('[F-LT-3] the partner is told of T1 and the desired lifetime behind now', () => {
    assert.equal(partnerLifetimeFor(at(0), seconds(1_800), MCLT, DESIRED), at(261_000));
    assert.equal(partnerLifetimeFor(at(7), seconds(0), seconds(50), seconds(100)), at(107), 'T1 left to the client');
    assert.equal(partnerLifetimeFor(at(0), INFINITY_SECONDS, seconds(50), seconds(100)), at(150), 'no renewal comes behind the end');
    assert.equal(partnerLifetimeFor(epochSeconds(0xfffffff0), seconds(5), seconds(10), seconds(100)), 0xfffffffe, 'as far as times go');
  });

  it('[F-LT-4] what the partner acknowledged is what counts next; it has nothing more to be told', () => {
    const lease = new Lease(0);
    assert.equal(lease.table.records.updateNeeded(lease.slot), true);
    lease.acknowledge();
    assert.deepEqual(lease.row.slice(4), [0, 261_000]);
    assert.equal(lease.table.records.updateNeeded(lease.slot), false);
  });

  it('[F-GAP-13] the greatest lifetime that was acknowledged in a tenancy counts', () => {
    const { table, slot } = new Lease(0);
    table.acknowledge(slot, at(100));
    table.acknowledge(slot, at(50));
    assert.equal(table.records.ackedPartnerLifetime(slot), at(100));
  });

  it('[F-BR-9] an acknowledgement of what was sent before takes nothing from what is to be told now', () => {
    const lease = new Lease(0);
    const sent = lease.table.records.partnerLifetime(lease.slot);
    lease.renew(10);
    lease.table.noteAckedLifetime(lease.slot, sent);
    assert.deepEqual(lease.row.slice(4), [10 + 1_800 + 259_200, 261_000]);
    assert.equal(lease.table.records.updateNeeded(lease.slot), true);
  });

  it('[F-LT-7] T1 and T2 follow the lifetime that is given', () => {
    assert.deepEqual(new Lease(0).row.slice(0, 3), [3_600, 1_800, 2_880]);
  });

  it('[F-LT-9] no partner is told of a lease without an end', () => {
    assert.throws(() => partnerLifetimeFor(at(0), seconds(1), MCLT, INFINITY_SECONDS), InvariantError);
  });
});

describe('the worked example of RFC 8156 4.4.1 (MCLT 1 h, desired 3 d)', () => {
  it('[F-LT-50, F-LT-51, F-LT-52] the first lease is for MCLT, the others for all that is desired', () => {
    const lease = new Lease(0);
    assert.deepEqual(lease.row, [3_600, 1_800, 2_880, 3_600, 261_000, 0]);
    lease.acknowledge();
    assert.deepEqual(lease.row, [3_600, 1_800, 2_880, 3_600, 0, 261_000]);
    lease.renew(1_800);
    assert.deepEqual(lease.row, [259_200, 129_600, 207_360, 261_000, 390_600, 261_000]);
    lease.acknowledge();
    lease.renew(131_400);
    assert.deepEqual(lease.row, [259_200, 129_600, 207_360, 390_600, 520_200, 390_600]);
    lease.acknowledge();
    assert.deepEqual(lease.row.slice(4), [0, 520_200]);
  });

  it('[F-LT-53] a client that renews early gets what is left of the acknowledged lifetime, and MCLT', () => {
    const lease = new Lease(0);
    lease.acknowledge();
    lease.renew(100_000);
    assert.deepEqual(lease.row, [164_600, 82_300, 131_680, 264_600, 441_500, 261_000]);
  });

  it('[F-LT-54] a partner that never heard of the last renewal keeps the lease for the client that has it', () => {
    // As the secondary has it from the first update: it ends at 3600, but its partner may have told the client up to 261000.
    const table = new LeaseTable(KEY, 0);
    const known = binding('2001:db8::1', {
      stateExpirationTime: at(3_600),
      expirationTime: at(261_000),
      clientLastTransactionTime: epochSeconds(0),
      partnerRawCltTime: at(0),
    });
    const slot = table.put(known);
    assert.equal(table.records.heldUntil(slot), at(261_000));
    assert.deepEqual(due(table, 260_999), []);
    assert.deepEqual(due(table, 261_000), [slot], 'and not before it counts as expired');
    assert.equal(partnerDownReuseTime(promisedOf(table, slot, at(3_600)), at(2_000), MCLT), at(264_600));
    table.extend(slot, seconds(10), DESIRED, at(261_500), 3);
    assert.equal(table.records.stateExpirationTime(slot), at(261_500 + 259_200), 'the client itself may renew at any time');
  });

  it('[F-LT-55] of what a partner never heard of at all nothing is given before MCLT is over', () => {
    const nothing = { partnerLifetime: 0, ackedPartnerLifetime: 0, expirationTime: 0, clientExpirationTime: 0 } as ReturnType<typeof promisedOf>;
    const usable = partnerDownReuseTime(nothing, at(100), MCLT);
    assert.equal(usable, at(3_700));
    assert.ok(usable > (new Lease(0).row[3] ?? NaN) + NOW, 'the longest promise for a new lease is over by then');
  });
});

describe('lifetimes while the partner is not heard (RFC 8156 8.9.1)', () => {
  const rows: readonly (readonly [id: string, time: number, valid: number, end: number, lead: number])[] = [
    ['F-LT-60', 390_600, 259_200, 649_800, 0],
    ['F-LT-61', 520_200, 133_200, 653_400, 3_600],
    ['F-LT-62', 586_800, 66_600, 653_400, 3_600],
    ['F-LT-63', 620_100, 33_300, 653_400, 3_600],
    ['F-LT-64', 636_750, 16_650, 653_400, 3_600],
    ['F-LT-65', 645_075, 8_325, 653_400, 3_600],
    ['F-LT-66', 649_237, 4_163, 653_400, 3_600],
    ['F-LT-67', 651_318, 3_600, 654_918, 3_600],
  ];
  const ACKED = at(649_800);

  for (const [id, time, valid, end, lead] of rows) {
    it(`[${id}] at ${time} a client gets ${valid} s`, () => {
      const given = grantableLifetime(DESIRED, ACKED, MCLT, at(time));
      assert.equal(given, valid);
      assert.equal(time + given, end);
      assert.equal(time + given - Math.max(649_800, time), lead);
    });
  }

  it('[F-LT-6] converge to MCLT by themselves when the acknowledgements stay away', () => {
    const lease = new Lease(0);
    lease.acknowledge();
    lease.table.acknowledge(lease.slot, ACKED);
    const times: number[] = [];
    for (let time = 390_600; times.length < rows.length; time += lease.t1) {
      times.push(time);
      lease.renew(time);
    }
    assert.deepEqual(times, rows.map(([, time]) => time));
    assert.deepEqual(lease.row.slice(0, 4), [3_600, 1_800, 2_880, 654_918]);
    lease.renew(653_118);
    assert.equal(lease.row[0], 3_600, 'from here on it is always MCLT');
  });

  it('[F-GAP-12] never take from a client what was promised before', () => {
    const lease = new Lease(0);
    lease.acknowledge();
    lease.renew(1_800);
    lease.table.extend(lease.slot, seconds(5), seconds(10), at(1_900), 3);
    assert.equal(lease.table.records.stateExpirationTime(lease.slot), at(261_000));
    assert.equal(lease.table.records.validLifetime(lease.slot), 10, 'what the client was told last');
  });

  for (const known of [{ updateNeeded: true }, { partnerLifetime: at(1) }, { ackedPartnerLifetime: at(1) }, { expirationTime: at(1) }, { partnerRawCltTime: at(1) }]) {
    it(`[F-GAP-12] whatever it is that the partner has to do with the lease: ${Object.keys(known).join()}`, () => {
      const table = new LeaseTable(KEY, 0);
      const slot = table.put(binding('2001:db8::1', { stateExpirationTime: at(7_200), ...known }));
      table.extend(slot, seconds(5), seconds(10), at(5), 3);
      assert.equal(table.records.stateExpirationTime(slot), at(7_200));
    });
  }

  it('a lease that no partner has to do with ends as was said last', () => {
    const table = new LeaseTable(KEY, 0);
    const slot = table.put(binding('2001:db8::1', { stateExpirationTime: at(7_200) }));
    table.extend(slot, seconds(5), seconds(10), at(0), 3);
    assert.equal(table.records.stateExpirationTime(slot), at(10));
  });
});

describe('the end of what a partner may have promised (RFC 8156 4.2.2.1, 8.4.1)', () => {
  it('[F-LT-8, F-GAP-9] is MCLT behind the latest of all times, and of the entry into PARTNER-DOWN', () => {
    const none = { partnerLifetime: epochSeconds(0), ackedPartnerLifetime: epochSeconds(0), expirationTime: epochSeconds(0), clientExpirationTime: epochSeconds(0) };
    assert.equal(partnerDownReuseTime(none, at(50), seconds(10)), at(60));
    for (const name of Object.keys(none)) {
      assert.equal(partnerDownReuseTime({ ...none, [name]: at(70) }, at(50), seconds(10)), at(80), name);
      assert.equal(partnerDownReuseTime({ ...none, [name]: at(40) }, at(50), seconds(10)), at(60), name);
    }
    const all = { partnerLifetime: at(3), ackedPartnerLifetime: at(9), expirationTime: at(5), clientExpirationTime: at(7) };
    assert.equal(partnerDownReuseTime(all, at(1), seconds(10)), at(19));
  });

  it('[F-LT-10] the next client of a lease inherits nothing from the last one', () => {
    const table = new LeaseTable(KEY, 0);
    const before = binding('2001:db8::1', { status: BindingStatus.FREE, ackedPartnerLifetime: at(500), partnerLifetime: at(600), expirationTime: at(700), partnerRawCltTime: at(1) });
    const grant = { ...binding('2001:db8::1'), duid: duid(2), linkLayerAddress: undefined, relay: undefined, relayAgent: undefined };
    const slot = table.put(granted(grant, before, at(0), 2));
    const { records } = table;
    const times = [records.ackedPartnerLifetime(slot), records.partnerLifetime(slot), records.expirationTime(slot), records.partnerRawCltTime(slot)];
    assert.deepEqual(times, [0, 0, 0, 0]);
    assert.equal(grantableLifetime(DESIRED, records.ackedPartnerLifetime(slot), MCLT, at(0)), MCLT);
  });
});

function due(table: LeaseTable, time: number): number[] {
  const slots: number[] = [];
  for (let calls = 0; table.takeExpired(at(time), 100, slots); calls += 1) assert.ok(calls < 10_000, 'it comes to an end');
  return slots;
}

function promisedOf(table: LeaseTable, slot: number, end: EpochSeconds): Parameters<typeof partnerDownReuseTime>[0] {
  const { partnerLifetime, ackedPartnerLifetime, expirationTime } = expired({ ...table.read(slot), stateExpirationTime: end }, end, 2);
  return { partnerLifetime, ackedPartnerLifetime, expirationTime, clientExpirationTime: end };
}
