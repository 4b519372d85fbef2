import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { BindingStatus, LeaseTable, NO_POOL, NO_SLOT } from '../../../src/lease/index.ts';
import { InvariantError, epochSeconds, formatAddress, iaid, seconds } from '../../../src/wire/index.ts';
import { KEY, NOW, address, binding, duid, name, pool } from './leases.ts';

function slotOf(table: LeaseTable, text: string): number {
  const { address: octets, prefixLength } = name(text);
  return table.find(octets, 0, prefixLength);
}

function slotsOfClient(table: LeaseTable, n: number, length = 14): number[] {
  const slots: number[] = [];
  for (let slot = table.firstOfClient(duid(n, length), 0, length); slot !== NO_SLOT; slot = table.nextOfClient(slot)) {
    slots.push(slot);
    assert.ok(slots.length <= table.size, 'each lease is met once');
  }
  return slots.sort((a, b) => a - b);
}

describe('the lease table', () => {
  it('gives back what was put in, field by field', () => {
    const table = new LeaseTable(KEY, 0);
    const bindings = [
      binding('2001:db8::1'),
      binding('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', {
        status: BindingStatus.ABANDONED,
        iaid: iaid(0xffffffff),
        preferredLifetime: seconds(0xffffffff),
        validLifetime: seconds(0xfffffffe),
        clientLastTransactionTime: epochSeconds(0xfffffffd),
        startTimeOfState: epochSeconds(0xfffffffc),
        stateExpirationTime: epochSeconds(0xffffffff),
        timescale: 65_535,
        revision: Number.MAX_SAFE_INTEGER,
      }),
      binding('2001:db8:100::/40', { revision: 2 ** 32, duid: duid(7, 20) }),
      binding('::', { duid: duid(7, 21), linkLayerAddress: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7) }),
      binding('2001:db8::2', { duid: duid(7, 130), relay: new Uint8Array(300).fill(7) }),
      binding('2001:db8::4', { duid: duid(7, 22), relay: new Uint8Array(38).fill(7), relayAgent: name('fe80::7').address }),
      binding('2001:db8::3', { duid: new Uint8Array(0) as typeof KEY & ReturnType<typeof duid>, status: BindingStatus.FREE }),
    ];
    for (const one of bindings) table.put(one);
    for (const one of bindings) {
      const slot = table.find(one.address, 0, one.prefixLength);
      assert.deepEqual(table.read(slot), one);
      assert.equal(table.records.isClient(slot, one.duid, 0, one.duid.length), true);
      const { linkLayerAddress, relay, relayAgent } = one;
      assert.deepEqual([table.records.linkLayerAddress(slot), table.records.relay(slot), table.records.relayAgent(slot)], [linkLayerAddress, relay, relayAgent]);
    }
    assert.equal(table.size, bindings.length);
  });

  it('an acknowledgement says whether it was not known before (RFC 8156 7.7)', () => {
    const table = new LeaseTable(KEY, 0);
    const acknowledged = { ackedPartnerLifetime: epochSeconds(500), partnerLifetime: epochSeconds(0), updateNeeded: false };
    const isNews = (change: Partial<typeof acknowledged>, acked: number): boolean =>
      table.acknowledge(table.put(binding('2001:db8::1', { ...acknowledged, ...change })), epochSeconds(acked));
    assert.equal(isNews({}, 500), false);
    assert.equal(isNews({}, 499), false);
    assert.equal(isNews({}, 501), true);
    assert.equal(isNews({ partnerLifetime: epochSeconds(400) }, 500), true);
    assert.equal(isNews({ updateNeeded: true }, 500), true);
    const slot = table.put(binding('2001:db8::1', { ...acknowledged, partnerLifetime: epochSeconds(700), updateNeeded: true }));
    table.acknowledge(slot, epochSeconds(600));
    const { ackedPartnerLifetime, partnerLifetime, updateNeeded } = table.read(slot);
    assert.deepEqual({ ackedPartnerLifetime, partnerLifetime, updateNeeded }, { ...acknowledged, ackedPartnerLifetime: 600 });
  });

  it('[R-ST1] an acknowledgement that is void was told all the same: nothing is promised for less', () => {
    const table = new LeaseTable(KEY, 0);
    for (const [told, acked] of [[0, 500], [400, 500], [600, 500]] as const) {
      const slot = table.put(binding('2001:db8::1', { partnerLifetime: epochSeconds(told), ackedPartnerLifetime: epochSeconds(acked) }));
      table.voidAcknowledgement(slot);
      const { partnerLifetime, ackedPartnerLifetime } = table.read(slot);
      assert.deepEqual([partnerLifetime, ackedPartnerLifetime], [Math.max(told, acked), 0]);
    }
  });

  it('copies what it is given and what it gives', () => {
    const table = new LeaseTable(KEY, 0);
    const { address: agent } = name('fe80::7');
    const given = binding('2001:db8::1', { duid: duid(1, 40), relay: Uint8Array.of(1), relayAgent: agent.slice(), linkLayerAddress: Uint8Array.of(2) });
    const slot = table.put(given);
    given.duid.fill(0xee);
    given.relay?.fill(0xee);
    given.relayAgent?.fill(0xee);
    given.linkLayerAddress?.fill(0xee);
    table.read(slot).duid.fill(0xdd);
    table.read(slot).address.fill(0xdd);
    table.records.duid(slot).fill(0xdd);
    table.records.address(slot).fill(0xdd);
    assert.deepEqual(
      table.read(slot),
      binding('2001:db8::1', { duid: duid(1, 40), relay: Uint8Array.of(1), relayAgent: agent, linkLayerAddress: Uint8Array.of(2) }),
    );
  });

  it('finds a lease by address and length, at any place in the octets', () => {
    const table = new LeaseTable(KEY, 0);
    const short = table.put(binding('2001:db8::/48'));
    const long = table.put(binding('2001:db8::/56'));
    const octets = new Uint8Array(21);
    octets.set(address('2001:db8::'), 5);
    assert.equal(table.find(octets, 5, 48), short);
    assert.equal(table.find(octets, 5, 56), long);
    assert.equal(table.find(octets, 5, 64), NO_SLOT);
    assert.equal(table.find(octets, 4, 48), NO_SLOT);
  });

  it("walks a client's leases and nobody else's", () => {
    const table = new LeaseTable(KEY, 0);
    const own = ['2001:db8::1', '2001:db8::2', '2001:db8:100::/56'].map((text) => table.put(binding(text, { duid: duid(5) })));
    table.put(binding('2001:db8::5', { duid: duid(6) }));
    table.put(binding('2001:db8::6', { duid: duid(5, 15) }));
    assert.deepEqual(slotsOfClient(table, 5), own);
    assert.deepEqual(slotsOfClient(table, 9), []);
  });

  it('moves a lease that is put again for another client from the one to the other', () => {
    const table = new LeaseTable(KEY, 0);
    for (const [from, to] of [[14, 14], [14, 100], [100, 14], [100, 99]] as const) {
      const slot = table.put(binding('2001:db8::1', { duid: duid(1, from) }));
      table.put(binding('2001:db8::1', { duid: duid(2, to), iaid: iaid(9) }));
      assert.deepEqual(slotsOfClient(table, 1, from), []);
      assert.deepEqual(slotsOfClient(table, 2, to), [slot]);
      assert.equal(table.records.iaid(slot), 9);
    }
    assert.equal(table.size, 1);
  });

  it('uses the slot of a removed lease again, and nothing of its content', () => {
    const table = new LeaseTable(KEY, 0);
    const first = table.put(binding('2001:db8::1', { duid: duid(1, 50), relay: Uint8Array.of(1), linkLayerAddress: Uint8Array.of(1) }));
    table.lock(first, 5);
    table.remove(first);
    assert.equal(slotOf(table, '2001:db8::1'), NO_SLOT);
    assert.deepEqual(slotsOfClient(table, 1, 50), []);
    assert.equal(table.size, 0);
    const second = table.put(binding('2001:db8::2'));
    assert.equal(second, first);
    assert.deepEqual(table.read(second), binding('2001:db8::2'));
    assert.equal(table.records.lock(second), 0);
    assert.equal(table.records.pool(second), NO_POOL);
  });

  it('refuses to read or remove what is not there', () => {
    const table = new LeaseTable(KEY, 0);
    const slot = table.put(binding('2001:db8::1'));
    table.remove(slot);
    assert.throws(() => table.read(slot), InvariantError);
    assert.throws(() => table.remove(slot), InvariantError);
    assert.throws(() => table.records.status(1_000_000), RangeError);
  });

  it('counts the leases of each status', () => {
    const table = new LeaseTable(KEY, 0);
    const slot = table.put(binding('2001:db8::1'));
    table.put(binding('2001:db8::2'));
    table.put(binding('2001:db8::2', { status: BindingStatus.ABANDONED }));
    assert.deepEqual([table.count(BindingStatus.ACTIVE), table.count(BindingStatus.ABANDONED)], [1, 1]);
    table.remove(slot);
    assert.deepEqual([table.count(BindingStatus.ACTIVE), table.count(BindingStatus.ABANDONED)], [0, 1]);
  });

  it('extends a lease without touching anything else', () => {
    const table = new LeaseTable(KEY, 0);
    const slot = table.put(binding('2001:db8::1', { relay: Uint8Array.of(1, 2) }));
    table.extend(slot, seconds(10), seconds(20), epochSeconds(NOW + 100), 2 ** 40 + 3);
    table.setWay(slot, undefined, undefined, undefined);
    assert.deepEqual(
      table.read(slot),
      binding('2001:db8::1', {
        preferredLifetime: seconds(10),
        validLifetime: seconds(20),
        clientLastTransactionTime: epochSeconds(NOW + 100),
        stateExpirationTime: epochSeconds(NOW + 120),
        revision: 2 ** 40 + 3,
      }),
    );
    table.put(binding('2001:db8::1', { status: BindingStatus.FREE }));
    assert.throws(() => table.extend(slot, seconds(1), seconds(1), NOW, 3), InvariantError);
  });

  it('keeps a lease locked until the last commit that it waits for is over', () => {
    const table = new LeaseTable(KEY, 0);
    const slot = table.put(binding('2001:db8::1', { status: BindingStatus.FREE }));
    assert.equal(table.records.isTaken(slot), false);
    table.lock(slot, 2 ** 33 + 1);
    assert.equal(table.records.lock(slot), 2 ** 33 + 1);
    assert.equal(table.records.isTaken(slot), true);
    table.lock(slot, 2 ** 33 + 2);
    table.unlock(slot, 2 ** 33 + 1);
    assert.equal(table.records.isTaken(slot), true);
    table.unlock(slot, 2 ** 33 + 2);
    assert.equal(table.records.isTaken(slot), false);
    assert.throws(() => table.lock(slot, 0), InvariantError);
  });

  for (const expected of [0, 5_000, 40_000]) {
    it(`finds every lease of 20 000 when it expected ${expected}, and none that left`, () => {
      const table = new LeaseTable(KEY, expected);
      const text = (i: number): string => `2001:db8::${(i >> 8).toString(16)}:${(i & 0xff).toString(16)}`;
      for (let i = 0; i < 20_000; i += 1) table.put(binding(text(i), { duid: duid(i >> 1), iaid: iaid(i) }));
      for (let i = 0; i < 20_000; i += 3) table.remove(slotOf(table, text(i)));
      for (let i = 0; i < 20_000; i += 1) {
        const slot = slotOf(table, text(i));
        assert.equal(slot !== NO_SLOT, i % 3 !== 0);
        if (slot !== NO_SLOT) assert.equal(table.records.iaid(slot), i);
      }
      for (let i = 0; i < 10_000; i += 1) {
        const iaids = slotsOfClient(table, i).map((slot) => table.records.iaid(slot)).sort((a, b) => a - b);
        assert.deepEqual(iaids, [i * 2, i * 2 + 1].filter((n) => n % 3 !== 0));
      }
    }).timeout(60_000);
  }

  it('shows leases in the order of their addresses, page by page', () => {
    const table = new LeaseTable(KEY, 0);
    const texts: string[] = [];
    for (let i = 0; i < 300; i += 1) texts.push(`2001:db8:${((i * 7_919) % 4_096).toString(16)}::${i + 1}`);
    texts.push('2001:db8:5::/48', '2001:db8:5::/56', '2001:db8:5::/52');
    for (const text of texts) table.put(binding(text));
    table.put(binding('2001:db8::', { status: BindingStatus.FREE }));
    table.remove(table.put(binding('2001:db8:6::/48')));
    const isActive = (slot: number): boolean => table.records.status(slot) === BindingStatus.ACTIVE;
    const seen: Buffer[] = [];
    let after: ReturnType<typeof name> | undefined;
    for (;;) {
      const page = table.page(after, 7, isActive);
      if (page.length === 0) break;
      assert.ok(seen.length < texts.length);
      assert.ok(page.length === 7 || seen.length + page.length === texts.length);
      for (const slot of page) {
        after = { address: table.records.address(slot), prefixLength: table.records.prefixLength(slot) };
        seen.push(Buffer.concat([after.address, Buffer.of(after.prefixLength)]));
      }
    }
    const wanted = texts.map((text) => name(text)).map((one) => Buffer.concat([one.address, Buffer.of(one.prefixLength)]));
    assert.deepEqual(seen, wanted.sort((a, b) => Buffer.compare(a, b)));
  });

  it('looks at no record behind the last one, also where its memory ends there', () => {
    const table = new LeaseTable(KEY, 0);
    // As many as one slab of records holds: slot 0 is never used.
    const count = 2 ** 13 - 1;
    for (let i = 0; i < count; i += 1) table.put(binding(`2001:db8::${i.toString(16)}`, { status: BindingStatus.FREE, duid: duid(i) }));
    table.setPools([pool('2001:db8::/112')], []);
    table.setPartnerDown('east-west', [], undefined);
    const slots: number[] = [];
    assert.equal(table.slotsFrom(NO_SLOT, count + 1, () => true, slots), NO_SLOT);
    assert.equal(slots.length, count);
    assert.equal(table.takeExpired(NOW, 1_000, slots), false);
    assert.equal(table.page(undefined, count, () => true).length, count);
  });

  it('writes an address where it is told', () => {
    const table = new LeaseTable(KEY, 0);
    const slot = table.put(binding('2001:db8:ffff::8000:1'));
    const octets = new Uint8Array(20).fill(0xaa);
    table.records.copyAddress(slot, octets, 2);
    assert.deepEqual([...octets.subarray(0, 2), ...octets.subarray(18)], [0xaa, 0xaa, 0xaa, 0xaa]);
    assert.equal(formatAddress(octets.slice(2, 18) as ReturnType<typeof address>), '2001:db8:ffff::8000:1');
  });

  it('finds the leases of clients with DUIDs too long for their record, however many there are', () => {
    const table = new LeaseTable(KEY, 0);
    for (let n = 0; n < 300; n += 1) for (const k of [0, 1]) table.put(binding(`2001:db8::${n.toString(16)}:${k}`, { duid: duid(n, 130) }));
    for (let n = 0; n < 300; n += 1) assert.equal(slotsOfClient(table, n, 130).length, 2, `client ${n}`);
    for (let n = 0; n < 300; n += 1) table.put(binding(`2001:db8::${n.toString(16)}:0`, { duid: duid(n, 20) }));
    for (let n = 0; n < 300; n += 1) assert.deepEqual([slotsOfClient(table, n, 130).length, slotsOfClient(table, n, 20).length], [1, 1], `client ${n}`);
  });

  it('takes leases by their new times when the clock was set, and each once', () => {
    const table = new LeaseTable(KEY, 0);
    const ends = (text: string, at: number, timescale: number): number => table.put(binding(text, { stateExpirationTime: epochSeconds(at), validLifetime: seconds(100), timescale }));
    const [moved, unmoved, removed] = [ends('2001:db8::1', NOW + 100, 0), ends('2001:db8::2', NOW + 150, 7), ends('2001:db8::3', NOW + 50, 0)];
    table.remove(removed);
    table.moveTimes((label) => ({ by: label === 0 ? 1_000 : 0, label }), () => true);
    const due = (now: number): number[] => {
      const into: number[] = [];
      table.takeExpired(epochSeconds(now), 10, into);
      return into;
    };
    assert.deepEqual([due(NOW + 149), due(NOW + 150), due(NOW + 1_099), due(NOW + 1_100), due(NOW + 5_000)], [[], [unmoved], [], [moved], []]);
  });
});
