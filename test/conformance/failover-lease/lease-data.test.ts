import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type Binding, BindingStatus, LeaseTable, NEVER, NO_SLOT } from '../../../src/lease/index.ts';
import { epochSeconds, seconds } from '../../../src/wire/index.ts';
import { KEY, NOW, binding, duid } from '../../unit/lease/leases.ts';
import { at } from './pair.ts';

/** As different from each other as 32 bits allow. */
const TIMES = {
  partnerLifetime: epochSeconds(0xffffffff),
  ackedPartnerLifetime: epochSeconds(0x80000000),
  expirationTime: epochSeconds(0x7fffffff),
  partnerRawCltTime: epochSeconds(1),
} as const;

describe('what is kept of a lease for the partner (RFC 8156 7.3)', () => {
  it('[F-DB-1] every time that the protocol asks for, each by itself', () => {
    const table = new LeaseTable(KEY, 0);
    const rest = { clientLastTransactionTime: at(1), startTimeOfState: at(2), stateExpirationTime: at(3) };
    for (const [name, value] of Object.entries(TIMES)) {
      const one = binding('2001:db8::1', { ...rest, [name]: value });
      assert.deepEqual(table.read(table.put(one)), one, name);
    }
    const all = binding('2001:db8::1', { ...rest, ...TIMES });
    const slot = table.put(all);
    const { records } = table;
    assert.deepEqual(
      {
        partnerLifetime: records.partnerLifetime(slot),
        ackedPartnerLifetime: records.ackedPartnerLifetime(slot),
        expirationTime: records.expirationTime(slot),
        partnerRawCltTime: records.partnerRawCltTime(slot),
      },
      TIMES,
    );
    assert.deepEqual([records.clientLastTransactionTime(slot), records.startTimeOfState(slot), records.stateExpirationTime(slot)], [at(1), at(2), at(3)]);
  });

  it("[F-DB-2] the time by the partner's clock stays as it was received, whatever happens here", () => {
    const table = new LeaseTable(KEY, 0);
    const slot = table.put(binding('2001:db8::1', { partnerRawCltTime: at(777), stateExpirationTime: at(1_000) }));
    table.extend(slot, seconds(1), seconds(2_000), at(100), 2);
    table.noteForPartner(slot, at(5_000));
    table.acknowledge(slot, at(5_000));
    assert.equal(table.records.partnerRawCltTime(slot), at(777));
  });

  it('[F-DB-3] whether the partner has to be told, beside the kind of the lease', () => {
    const table = new LeaseTable(KEY, 0);
    for (const text of ['2001:db8::1', '2001:db8::/56']) {
      const one = binding(text);
      const slot = table.put(one);
      assert.equal(table.records.updateNeeded(slot), false);
      table.noteForPartner(slot, at(10));
      assert.deepEqual(table.read(slot), { ...one, updateNeeded: true, partnerLifetime: at(10) });
      table.noteForPartner(slot, epochSeconds(0));
      assert.equal(table.records.partnerLifetime(slot), at(10), 'a change without a lifetime of its own leaves the one to be told');
      table.acknowledge(slot, epochSeconds(0));
      assert.deepEqual(table.read(slot), one);
      table.put({ ...one, updateNeeded: true });
      assert.equal(table.records.updateNeeded(slot), true);
      table.acknowledge(slot, epochSeconds(0));
      assert.deepEqual(table.read(slot), one);
    }
  });

  it('the rare ones lie beside the record and go with it', () => {
    const table = new LeaseTable(KEY, 0);
    const rare = { reconfigureData: Uint8Array.of(1, 2, 3, 4, 5), clientAddress: new Uint8Array(16).fill(7) };
    const slot = table.put(binding('2001:db8::/56', rare));
    rare.reconfigureData.fill(9);
    assert.deepEqual(table.records.reconfigureData(slot), Uint8Array.of(1, 2, 3, 4, 5), 'a copy');
    assert.deepEqual(table.records.clientAddress(slot), new Uint8Array(16).fill(7));
    assert.deepEqual(table.read(slot).reconfigureData, Uint8Array.of(1, 2, 3, 4, 5));
    table.put(binding('2001:db8::/56'));
    assert.deepEqual([table.records.reconfigureData(slot), table.records.clientAddress(slot)], [undefined, undefined]);
    table.put(binding('2001:db8::/56', rare));
    table.remove(slot);
    assert.deepEqual([table.records.reconfigureData(slot), table.records.clientAddress(slot)], [undefined, undefined]);
    const again = table.put(binding('2001:db8::1', TIMES));
    assert.equal(again, slot);
    assert.deepEqual(table.read(again), binding('2001:db8::1', TIMES));
  });

  it('a lease whose client last talked to the partner is held as long as that may have extended it', () => {
    const held = (differing: Partial<Binding>): number => {
      const table = new LeaseTable(KEY, 0);
      const slot = table.put(binding('2001:db8::1', { stateExpirationTime: at(100), expirationTime: at(500), ...differing }));
      assert.equal(table.nextExpiry, table.records.heldUntil(slot));
      return table.records.heldUntil(slot) - NOW;
    };
    assert.equal(held({ partnerRawCltTime: at(1) }), 500);
    assert.equal(held({ partnerRawCltTime: at(0) }), 100, 'this box heard it as late');
    assert.equal(held({ partnerRawCltTime: at(1), clientLastTransactionTime: at(2) }), 100);
    assert.equal(held({ partnerRawCltTime: at(1), expirationTime: at(50) }), 100, 'never less than was promised');
  });

  it('an expired lease that its client extends is leased again, as if it had not ended', () => {
    const table = new LeaseTable(KEY, 0);
    const slot = table.put(binding('2001:db8::1', { status: BindingStatus.EXPIRED, stateExpirationTime: NEVER, ackedPartnerLifetime: at(5) }));
    table.extend(slot, seconds(10), seconds(20), at(50), 4);
    const wanted = { preferredLifetime: seconds(10), validLifetime: seconds(20), clientLastTransactionTime: at(50) };
    assert.deepEqual(
      table.read(slot),
      binding('2001:db8::1', { ...wanted, startTimeOfState: at(50), stateExpirationTime: at(70), ackedPartnerLifetime: at(5), revision: 4 }),
    );
    assert.deepEqual([table.count(BindingStatus.ACTIVE), table.count(BindingStatus.EXPIRED)], [1, 0]);
    const slots: number[] = [];
    table.takeExpired(at(70), 10, slots);
    assert.deepEqual(slots, [slot]);
  });
});

describe('a scan over all leases', () => {
  it('[F-UP-2] meets each once, in steps, whatever comes and goes meanwhile', () => {
    const table = new LeaseTable(KEY, 0);
    const slots = Array.from({ length: 100 }, (_, i) => table.put(binding(`2001:db8::${i + 1}`, { duid: duid(i) })));
    for (const slot of slots.filter((one) => one % 5 === 0)) table.remove(slot);
    const there = new Set(slots.filter((one) => one % 5 !== 0));
    const met: number[] = [];
    let steps = 0;
    let place = NO_SLOT;
    do {
      place = table.slotsFrom(place, 7, (slot) => slot % 2 === 0, met);
      steps += 1;
      if (steps === 3) table.remove(slots[90] as number);
      if (steps === 4) table.put(binding('2001:db8::ffff'));
    } while (place !== NO_SLOT);
    there.delete(slots[90] as number);
    assert.equal(new Set(met).size, met.length);
    const even = [...there].filter((slot) => slot % 2 === 0);
    for (const slot of even) assert.ok(met.includes(slot), String(slot));
    assert.ok(met.length <= even.length + 1);
    assert.deepEqual(met, [...met].sort((a, b) => a - b));
    assert.equal(steps, Math.ceil(100 / 7));
  });

  it('of an empty table is over at once', () => {
    assert.equal(new LeaseTable(KEY, 0).slotsFrom(NO_SLOT, 10, () => true, []), NO_SLOT);
  });

  it('tells of the end with its last lease, not a step later', () => {
    const table = new LeaseTable(KEY, 0);
    for (let i = 1; i <= 10; i += 1) table.put(binding(`2001:db8::${i}`));
    const met: number[] = [];
    assert.equal(table.slotsFrom(NO_SLOT, 10, () => true, met), NO_SLOT);
    assert.equal(met.length, 10);
    assert.equal(table.slotsFrom(NO_SLOT, 9, () => true, []), 9);
  });
});
