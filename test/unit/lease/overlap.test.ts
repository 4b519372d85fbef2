import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { BindingStatus } from '../../../src/lease/index.ts';
import { InvariantError } from '../../../src/wire/index.ts';
import { Box, NOW, binding, duid, pool } from './leases.ts';

describe('reserved leases', () => {
  it('are given to nobody by themselves', () => {
    const box = new Box([pool('2001:db8::1 - 2001:db8::4'), pool('2001:db8:100::/54 of /56')], ['2001:db8::2', '2001:db8:100:100::/56']);
    const given = Array.from({ length: 8 }, (_, i) => box.give(i));
    assert.deepEqual(
      given.sort(),
      ['2001:db8:100:200::/56', '2001:db8:100:300::/56', '2001:db8:100::/56', '2001:db8::1', '2001:db8::3', '2001:db8::4', 'exhausted', 'exhausted'],
    );
  });

  it('are not given to those who had them before, nor used again for others', () => {
    const box = new Box([pool('2001:db8::1 - 2001:db8::2')]);
    const [first, second] = [box.give(1), box.give(2)];
    box.free(first);
    box.configure([pool('2001:db8::1 - 2001:db8::2')], [first]);
    assert.deepEqual([box.offer(1), box.offer(3), box.offer(3, 1, first)], ['exhausted', 'exhausted', 'exhausted']);
    assert.equal(box.table.pools.isExcluded(box.slot(first)), true);
    assert.equal(box.table.pools.isExcluded(box.slot(second)), false);
    assert.equal(box.reserve(first), first);
    box.table.remove(box.slot(first));
    assert.equal(box.offer(3), 'exhausted');
    assert.equal(box.reserve(first), first);
  });

  it('cover all of a pool that lies in them, and any element that they lie in', () => {
    const box = new Box(
      [pool('2001:db8:1::/120'), pool('2001:db8:2::/120', 'sequential'), pool('2001:db8:100::/54 of /56'), pool('2002::/16 of /64'), pool('2003::/64')],
      ['2001:db8:1::/64', '2001:db8:2::/123', '2001:db8:100:110::/60', '2001:db8:100:200::1', '2001:db8:100:200::2', '2003::/64'],
    );
    assert.equal(box.table.pools.pool(0).own.used?.nextGap(0), -1);
    const offer = (number: number): string => {
      box.allocator.startMessage(NOW, box.mayReturn);
      return box.nameOf(box.allocator.find([number], duid(9), binding('::').iaid, undefined));
    };
    assert.deepEqual([offer(0), offer(1), offer(4)], ['exhausted', '2001:db8:2::20', 'exhausted']);
    const given = [1, 2, 3].map((client) => {
      const text = offer(2);
      if (text.includes(':')) box.table.put(binding(text, { duid: duid(client) }));
      return text;
    });
    assert.deepEqual(given.sort(), ['2001:db8:100:300::/56', '2001:db8:100::/56', 'exhausted']);
  });

  it('mark of each pool only what is in both', () => {
    const pools = [pool('2001:db8::10 - 2001:db8::1f', 'sequential'), pool('2001:db8::30 - 2001:db8::3f', 'sequential'), pool('2001:db8::40 - 2001:db8::4f', 'sequential')];
    const gaps = (reserved: readonly string[]): (number | undefined)[] => {
      const box = new Box(pools, reserved);
      return pools.map((_, number) => box.table.pools.pool(number).own.used?.count);
    };
    assert.deepEqual(gaps(['2001:db8::/123', '2001:db8::3f', '2001:db8::50/124']), [16, 1, 0]);
    assert.deepEqual(gaps(['2001:db8::18/125', '2001:db8::30', '2001:db8::20/124']), [8, 1, 0]);
    assert.deepEqual(gaps(['2001:db8::/120']), [16, 16, 16]);
  });

  it('are found while nothing in them, around them or the same is taken', () => {
    const reserved = '2001:db8:100:40::/58';
    const box = new Box([pool('2001:db8:100::/52 of /60')], [reserved, '2001:db8:100::1']);
    assert.equal(box.reserve(reserved), reserved);
    for (const taken of ['2001:db8:100:50::/60', '2001:db8:100:7f::1', reserved, '2001:db8:100::/56', '2001:db8::/32']) {
      box.table.put(binding(taken));
      assert.equal(box.reserve(reserved), 'taken', taken);
      box.free(taken);
      assert.equal(box.reserve(reserved), reserved, taken);
      box.table.lock(box.slot(taken), 1);
      assert.equal(box.reserve(reserved), 'taken', taken);
      box.table.remove(box.slot(taken));
      assert.equal(box.reserve(reserved), reserved, taken);
    }
    box.table.put(binding('2001:db8:100::/60'));
    assert.equal(box.reserve('2001:db8:100::1'), 'taken');
    box.free('2001:db8:100::/60');
    assert.equal(box.reserve('2001:db8:100::1'), '2001:db8:100::1');
    box.table.put(binding('2001:db8:100:90::/60'));
    assert.equal(box.reserve(reserved), reserved, 'a neighbour does not matter');
  });

  it('are found once in a message', () => {
    const box = new Box([], ['2001:db8::1']);
    assert.equal(box.reserve('2001:db8::1'), '2001:db8::1');
    assert.equal(box.nameOf(box.allocator.findReserved(binding('2001:db8::1'), duid(1))), 'taken');
  });
});

describe('leases of a former configuration', () => {
  it('keep what overlaps them from being given, until they end', () => {
    for (const [before, leased, after, wanted] of [
      ['2001:db8::/62 of /64', '2001:db8:0:1::/64', '2001:db8::/56 of /57', ['2001:db8:0:80::/57', 'exhausted']],
      ['2001:db8::/56 of /57', '2001:db8::/57', '2001:db8::/56 of /58', ['2001:db8:0:80::/58', '2001:db8:0:c0::/58', 'exhausted']],
      ['2001:db8::/126', '2001:db8::1', '2001:db8::/62 of /63', ['2001:db8:0:2::/63', 'exhausted']],
      ['2001:db8::/62 of /127', '2001:db8::2/127', '2001:db8::1 - 2001:db8::4', ['2001:db8::1', '2001:db8::4', 'exhausted']],
    ] as const) {
      for (const allocation of ['random', 'sequential'] as const) {
        const box = new Box([pool(before)]);
        assert.equal(box.give(1, 1, leased), leased);
        box.configure([pool(after, allocation)]);
        const given = wanted.map((_, i) => box.give(i + 10));
        assert.deepEqual(given.sort(), [...wanted].sort(), `${before}, then ${after}`);
        box.free(leased);
        assert.notEqual(box.offer(99), 'exhausted');
      }
    }
  });

  it('are not given again themselves', () => {
    const box = new Box([pool('2001:db8::/56 of /60')]);
    const text = box.give(1);
    box.free(text);
    box.configure([pool('2001:db8::/56 of /57')]);
    assert.match(box.offer(1), /\/57$/);
    assert.match(box.offer(1, 1, text), /\/57$/);
  });

  it('do not come back over what was given since', () => {
    const box = new Box([pool('2001:db8::/56 of /60')]);
    const old = Array.from({ length: 16 }, (_, i) => box.give(i));
    for (const text of old) box.free(text);
    box.configure([pool('2001:db8::/56 of /57')]);
    assert.equal(box.give(20, 1, '2001:db8::/57'), '2001:db8::/57');
    box.configure([pool('2001:db8::/56 of /60')]);
    const again = Array.from({ length: 16 }, (_, i) => box.give(i + 30));
    assert.equal(again.filter((text) => /^2001:db8:0:[89a-f]0::\/60$/.test(text)).length, 8);
    assert.equal(again.filter((text) => text === 'exhausted').length, 8);
  });

  it('are looked past in a pool that is almost all covered by them', () => {
    const box = new Box([pool('2001:db8::/48 of /56')]);
    for (let i = 0; i < 255; i += 1) box.give(i, 1, `2001:db8:0:${i.toString(16)}00::/56`);
    for (const allocation of ['random', 'sequential'] as const) {
      box.configure([pool('2001:db8::/48 of /64', allocation)]);
      const free = Array.from({ length: 50 }, (_, i) => box.offer(i + 1_000)).filter((text) => /^2001:db8:0:ff[0-9a-f]{2}::\/64$/.test(text));
      assert.ok(free.length > 0, `${free.length} of 50 clients found one of the 1/256 that is left`);
    }
  });

  it('count in their pool as long as they fit it', () => {
    const box = new Box([pool('2001:db8::/120')]);
    const text = box.give(1);
    assert.equal(box.table.pools.pool(0).count(BindingStatus.ACTIVE), 1);
    box.configure([pool('2001:db8:1::/120'), pool('2001:db8::/112')]);
    assert.equal(box.table.records.pool(box.slot(text)), 1);
    assert.deepEqual([0, 1].map((n) => box.table.pools.pool(n).count(BindingStatus.ACTIVE)), [0, 1]);
    assert.equal(box.table.pools.pool(1).space.size, 65_536);
    box.free(text);
    assert.deepEqual([BindingStatus.ACTIVE, BindingStatus.FREE].map((status) => box.table.pools.pool(1).count(status)), [0, 1]);
    assert.equal(box.table.pools.length, 2);
    assert.throws(() => box.table.pools.pool(2), RangeError);
  });

  it('come from pools that do not overlap', () => {
    assert.throws(() => new Box([pool('2001:db8::/64'), pool('2001:db8::ff - 2001:db8:1::')]), InvariantError);
    assert.throws(() => new Box([pool('2001:db8::/48 of /64'), pool('2001:db8:0:1::/64')]), InvariantError);
  });
});
