import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Allocator, BindingStatus, NO_POOL, NO_SLOT } from '../../../src/lease/index.ts';
import { epochSeconds, iaid } from '../../../src/wire/index.ts';
import { Box, NOW, SECRET, address, binding, duid, name, pool } from './leases.ts';

describe('allocation', () => {
  it('[S-SOL-12] changes nothing when it only looks', () => {
    const box = new Box([pool('2001:db8::/120')]);
    const offered = box.offer(1);
    for (let i = 0; i < 1_000; i += 1) box.offer(i);
    assert.equal(box.offer(1), offered);
    assert.equal(box.table.size, 0);
    assert.equal(box.give(1), offered);
    assert.notEqual(box.offer(2, 1, offered), offered);
  });

  it('gives a client the same place again although nothing is kept of it', () => {
    for (const text of ['2001:db8::/120', '2001:db8::/64', '2001:db8::/40 of /56', '2001::/16 of /64']) {
      const box = new Box([pool(text)]);
      const first = box.give(1);
      box.table.remove(box.slot(first));
      for (let i = 2; i < 50; i += 1) box.give(i);
      assert.equal(box.offer(1), first);
      assert.equal(new Box([pool(text)]).offer(1), first, 'a box with the same secret gives the same');
    }
  });

  it('gives a client the same place in a pool whatever pools there were before', () => {
    const box = new Box([pool('2001:db8:9::/64'), pool('2001:db8::/64')]);
    const before = box.nameOf(box.allocator.find([1], duid(1), iaid(1), undefined));
    box.configure([pool('2001:db8::/64')]);
    assert.equal(box.offer(1), before);
  });

  it('[S-LNK-4] nobody can tell the address of a client from those of others, or without the secret', () => {
    const box = new Box([pool('2001:db8::/64')]);
    const given = Array.from({ length: 2_000 }, (_, i) => box.give(i));
    assert.equal(new Set(given).size, 2_000);
    const low = given.map((text) => Buffer.from(address(text)).readUInt32BE(12));
    const high = given.map((text) => Buffer.from(address(text)).readUInt32BE(8));
    for (let bit = 0; bit < 32; bit += 1) {
      for (const words of [low, high]) {
        const set = words.filter((word) => ((word >>> bit) & 1) === 1).length;
        assert.ok(set > 850 && set < 1_150, `bit ${bit} is set in ${set} of 2000`);
      }
    }
    const other = new Allocator(box.table, { ...SECRET, k1: SECRET.k1 + 1 }, { leasesMax: 10_000, leasesPerClientMax: 1 });
    assert.notEqual(box.nameOf(other.find([0], duid(9_999), iaid(1), undefined)), box.offer(9_999));
  });

  it('[S-LNK-4] a client comes to unrelated places in two pools, and with two IAs', () => {
    const places = ['2001:db8:1::/64', '2001:db8:2::/64'].map((text) => new Box([pool(text)]).offer(1).split(':').slice(4).join(':'));
    assert.notEqual(places[0], places[1]);
    const box = new Box([pool('2001:db8::/64')]);
    assert.notEqual(box.offer(1, 1), box.offer(1, 2));
  });

  it('[S-LNK-5, O-58] never gives a reserved interface identifier', () => {
    for (const allocation of ['random', 'sequential'] as const) {
      const box = new Box([
        pool('2001:db8:1:: - 2001:db8:1::3', allocation),
        pool('2001:db8:2:0:fdff:ffff:ffff:ff00 - 2001:db8:2:0:fdff:ffff:ffff:ffff', allocation),
        pool('2001:db8:3:0:200:5eff:fe00:0 - 2001:db8:3:0:200:5eff:fe00:ffff', allocation),
      ]);
      const given = Array.from({ length: 200 }, (_, i) => box.give(i));
      assert.equal(given.filter((text) => text === 'exhausted').length, 200 - 3 - 128);
      assert.ok(!given.includes('2001:db8:1::'));
      assert.ok(!given.some((text) => text.startsWith('2001:db8:2:0:fdff:ffff:ffff:ff') && parseInt(text.slice(-2), 16) >= 0x80));
      assert.ok(!given.some((text) => text.startsWith('2001:db8:3')));
      assert.equal(box.offer(999, 1, '2001:db8:1::'), 'exhausted');
    }
  });

  it('gives the lowest place that nobody had where that is asked for', () => {
    for (const text of ['2001:db8::1 - 2001:db8::ff', '2001:db8::1 - 2001:db8::ffff:ffff:ffff', '2001:db8::1 - 2001:db9::']) {
      const box = new Box([pool(text, 'sequential')]);
      assert.deepEqual([box.give(1), box.give(2), box.give(3)], ['2001:db8::1', '2001:db8::2', '2001:db8::3']);
      box.table.remove(box.slot('2001:db8::2'));
      assert.deepEqual([box.give(4), box.give(5)], ['2001:db8::2', '2001:db8::4']);
    }
  });

  it('[S-REL-4] gives a client its old lease back, and that of another only when there is no other', () => {
    const box = new Box([pool('2001:db8::1 - 2001:db8::4')]);
    const old = box.give(1);
    box.free(old);
    assert.deepEqual([box.give(2), box.give(3), box.give(4)].includes(old), false);
    assert.equal(box.offer(1), old);
    assert.equal(box.offer(5), old);
    assert.equal(box.give(1), old);
    assert.equal(box.offer(5), 'exhausted');
  });

  it('gives the lease that is free for longest when nobody was without one', () => {
    const box = new Box([pool('2001:db8::1 - 2001:db8::5')]);
    const given = Array.from({ length: 5 }, (_, i) => box.give(i));
    const [a, b, c] = given as [string, string, string];
    for (const text of [b, c, a]) box.free(text);
    assert.deepEqual([box.give(11), box.give(12), box.give(13), box.give(14)], [b, c, a, 'exhausted']);
  });

  it('knows which lease is free for longest after a reload too', () => {
    const definition = pool('2001:db8::1 - 2001:db8::5');
    const box = new Box([definition]);
    const given = Array.from({ length: 5 }, (_, i) => box.give(i));
    for (const [i, text] of given.entries()) box.free(text, epochSeconds(NOW - ((i * 3) % 5)));
    box.configure([definition]);
    const byAge = [3, 1, 4, 2, 0].map((i) => given[i]);
    assert.deepEqual([11, 12, 13, 14, 15].map((client) => box.give(client)), byAge);
  });

  it('gives a client the lease of the IA that asks, and the one that it asks for if it had several', () => {
    const box = new Box([pool('2001:db8::/64')]);
    const texts = [1, 2, 3].map((n) => box.give(1, n));
    for (const text of texts) box.free(text);
    assert.deepEqual([1, 2, 3].map((n) => box.offer(1, n)), texts);
    const second = '2001:db8::1234';
    box.table.put(binding(second, { status: BindingStatus.FREE, iaid: iaid(1) }));
    assert.equal(box.offer(1, 1, second), second);
    assert.equal(box.offer(1, 1, texts[0]), texts[0]);
  });

  it('gives the hint where it can be had, nothing of it where not', () => {
    const box = new Box([pool('2001:db8::/120'), pool('2001:db8:100::/40 of /56')], ['2001:db8::77', '2001:db8:1ff::/48']);
    assert.equal(box.give(1, 1, '2001:db8::42'), '2001:db8::42');
    assert.equal(box.give(1, 2, '2001:db8:142:1100::/56'), '2001:db8:142:1100::/56');
    box.free('2001:db8::42');
    assert.equal(box.offer(9, 1, '2001:db8::42'), '2001:db8::42');
    for (const hint of [
      '2001:db8::77', '2001:db8::', '2001:db8:1::1', '2001:db8:142:1100::/56', '2001:db8:142:1200::/60', '2001:db8:142::/48', '::/56', '::',
      '2001:db8:1ff:ff00::/56',
    ]) {
      assert.notEqual(box.offer(9, 1, hint), hint);
    }
    box.table.lock(box.slot('2001:db8::42'), 1);
    assert.notEqual(box.offer(9, 1, '2001:db8::42'), '2001:db8::42');
  });

  it('does not take the bits behind a prefix for a hint', () => {
    const box = new Box([pool('2001:db8:100::/40 of /56')]);
    const crooked = { address: address('2001:db8:142:1101::'), prefixLength: 56 };
    box.allocator.startMessage(NOW, box.mayReturn);
    assert.notEqual(box.nameOf(box.allocator.find([0], duid(1), iaid(1), crooked)), '2001:db8:142:1101::/56');
  });

  it('tries the pools in the order that it is given', () => {
    const box = new Box([pool('2001:db8:1::1 - 2001:db8:1::2', 'sequential'), pool('2001:db8:2::1 - 2001:db8:2::2', 'sequential')]);
    box.allocator.startMessage(NOW, box.mayReturn);
    const found = box.allocator.find([1, 0], duid(1), iaid(1), undefined);
    assert.deepEqual([box.nameOf(found), found.pool, found.slot], ['2001:db8:2::1', 1, NO_SLOT]);
    box.free(box.give(1));
    assert.deepEqual([box.give(2), box.give(3), box.give(4)], ['2001:db8:1::2', '2001:db8:2::1', '2001:db8:2::2']);
    assert.equal(box.give(5), '2001:db8:1::1');
  });

  it('finds another lease for each IA of a message', () => {
    const box = new Box([pool('2001:db8::1 - 2001:db8::ff', 'sequential')], [], { leasesPerClientMax: 12 });
    box.allocator.startMessage(NOW, box.mayReturn);
    const offered = Array.from({ length: 12 }, (_, i) => box.offerMore(1, i));
    assert.equal(new Set(offered).size, 12);
    assert.equal(box.offerMore(1, 12), 'client-max');
    assert.equal(box.offer(1, 12), '2001:db8::1');
    assert.equal(box.offerMore(2, 1, '2001:db8::1'), '2001:db8::2');
  });

  it('offers a free lease to one IA of a message only', () => {
    const box = new Box([pool('2001:db8::1 - 2001:db8::2')]);
    const texts = [box.give(1), box.give(2)];
    for (const text of texts) box.free(text);
    box.allocator.startMessage(NOW, box.mayReturn);
    assert.deepEqual([box.offerMore(3, 1), box.offerMore(3, 2), box.offerMore(3, 3)], [...texts, 'exhausted']);
    assert.equal(box.offer(1), texts[0]);
    assert.equal(box.offerMore(1, 1), texts[1]);
  });

  it('[S-SEC-1] gives a client no more leases than it may hold; those it declined count', () => {
    const box = new Box([pool('2001:db8::/64')], [], { leasesPerClientMax: 3 });
    const texts = [box.give(1, 1), box.give(1, 2), box.give(1, 3)];
    assert.equal(box.give(1, 4), 'client-max');
    box.table.put(binding(texts[0] ?? '', { status: BindingStatus.ABANDONED }));
    assert.equal(box.give(1, 4), 'client-max');
    box.free(texts[1] ?? '');
    assert.notEqual(box.give(1, 4), 'client-max');
    assert.notEqual(box.give(2, 4), 'client-max');
  });

  it('[S-SEC-1] counts a lease that was put for the message at hand once', () => {
    const box = new Box([pool('2001:db8::/64')], [], { leasesPerClientMax: 4 });
    box.allocator.startMessage(NOW, box.mayReturn);
    for (let n = 1; n <= 4; n += 1) {
      const text = box.offerMore(1, n);
      box.table.lock(box.table.put(binding(text, { iaid: iaid(n) })), 1);
    }
    assert.equal(box.table.size, 4);
    assert.equal(box.offerMore(1, 5), 'client-max');
  });

  it('[S-SEC-1] uses the records of a client that leaves many behind again', () => {
    const box = new Box([pool('2001:db8::/64')], [], { leasesPerClientMax: 4 });
    for (let n = 0; n < 100; n += 1) box.free(box.give(1, n));
    assert.equal(box.table.size, 4);
    const left = box.offer(1, 99);
    assert.equal(box.give(1, 99), left);
    assert.equal(box.table.size, 4);
  });

  it('keeps no more records than it may, and says so', () => {
    const box = new Box([pool('2001:db8::/64'), pool('2001:db8:100::/40 of /56')], ['2001:db8::99'], { leasesMax: 3 });
    const texts = [box.give(1), box.give(2), box.give(3)];
    assert.equal(box.give(4), 'leases-max');
    assert.equal(box.offer(4, 1, '2001:db8::1234'), 'leases-max');
    assert.equal(box.reserve('2001:db8::99'), 'leases-max');
    box.free(texts[1] ?? '');
    assert.equal(box.give(4), texts[1]);
    box.allocator.setLimits({ leasesMax: 4, leasesPerClientMax: 4 });
    assert.notEqual(box.give(5), 'leases-max');
    assert.equal(box.table.size, 4);
  });

  it('[S-DEC-2] gives nobody an address that was declined, or that waits for stable storage', () => {
    const box = new Box([pool('2001:db8::1 - 2001:db8::2')]);
    const [declined, freed] = [box.give(1), box.give(2)];
    box.table.put(binding(declined, { status: BindingStatus.ABANDONED }));
    box.free(freed);
    box.table.lock(box.slot(freed), 7);
    assert.deepEqual([box.offer(1), box.offer(2), box.offer(3)], ['exhausted', 'exhausted', 'exhausted']);
    box.table.unlock(box.slot(freed), 7);
    assert.deepEqual([box.offer(1), box.offer(2), box.offer(3)], [freed, freed, freed]);
  });

  it('gives a reserved lease that has a record already also when no more records may be kept', () => {
    const [first, second] = ['2001:db8:1::1', '2001:db8:1::2'];
    const box = new Box([pool('2001:db8::/64')], [first, second], { leasesMax: 1 });
    assert.equal(box.reserve(first), first);
    box.table.put(binding(first));
    box.free(first);
    assert.deepEqual([box.reserve(first), box.reserve(second)], [first, 'leases-max']);
  });

  it('[S-SEC-1] counts what the client holds and what the message got before', () => {
    const box = new Box([pool('2001:db8::/64')], [], { leasesPerClientMax: 2 });
    box.give(1, 1);
    assert.match(box.offer(1, 2), /^2001:db8:/);
    assert.equal(box.offerMore(1, 3), 'client-max');
  });

  it('says what it found, and that it found nothing', () => {
    const box = new Box([pool('2001:db8::1 - 2001:db8::1')]);
    box.free(box.give(1));
    box.allocator.startMessage(NOW, box.mayReturn);
    const found = box.allocator.find([0], duid(2), iaid(1), undefined);
    assert.deepEqual([found.outcome, found.prefixLength, found.pool, found.slot], ['found', 128, 0, box.slot('2001:db8::1')]);
    box.give(2);
    const none = box.allocator.find([0], duid(3), iaid(1), undefined);
    assert.deepEqual([none.outcome, none.prefixLength, none.pool, none.slot], ['exhausted', 0, NO_POOL, NO_SLOT]);
    assert.equal(box.allocator.find([], duid(3), iaid(1), name('2001:db8::1')).outcome, 'exhausted');
  });
});
