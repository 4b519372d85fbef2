import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { BindingStatus, LeaseKind } from '../../../src/lease/index.ts';
import { InvariantError, seconds } from '../../../src/wire/index.ts';
import { Box, NOW, binding, duid, pool } from '../../unit/lease/leases.ts';
import { ADDRESSES, MCLT, at, boxOf, definitions, due, expire, freeToOwner, giveAll, isOdd, partnerDown } from './pair.ts';

describe('independent allocation of addresses (RFC 8156 4.2.1)', () => {
  it('[F-AL-1] the primary gives odd addresses alone, the secondary even ones, and both together all', () => {
    const primary = giveAll(boxOf('primary', [ADDRESSES]));
    const secondary = giveAll(boxOf('secondary', [ADDRESSES]));
    assert.ok(primary.every(isOdd));
    assert.ok(!secondary.some(isOdd));
    assert.equal(new Set([...primary, ...secondary]).size, 256);
    assert.deepEqual(new Set([...primary, ...secondary]), new Set(giveAll(new Box([pool(ADDRESSES)]))));
  });

  for (const [text, odd, even] of [
    ['2001:db8::5 - 2001:db8::9', 3, 2],
    ['2001:db8::4 - 2001:db8::9', 3, 3],
    ['2001:db8::5 - 2001:db8::8', 2, 2],
    ['2001:db8::4 - 2001:db8::8', 2, 3],
    ['2001:db8::ff:ffff - 2001:db8::100:0', 1, 1],
    ['2001:db8:0:0:0:0:ffff:ffff - 2001:db8::1:0:0', 1, 1],
    ['2001:db8::5 - 2001:db8::5', 1, 0],
    ['2001:db8::4 - 2001:db8::4', 0, 1],
  ] as const) {
    it(`[F-AL-1] of ${text} the primary has ${odd}, the secondary ${even}`, () => {
      for (const order of ['random', 'sequential'] as const) {
        const sizes = (['primary', 'secondary'] as const).map((role) => giveAll(new Box([pool(text, order, role)])));
        assert.deepEqual(sizes.map(({ length }) => length), [odd, even]);
        assert.deepEqual(sizes.map((given) => given.every(isOdd)), [true, even === 0]);
      }
    });
  }

  it('[F-AL-1] the same in a pool that is too large to note every address', () => {
    for (const role of ['primary', 'secondary'] as const) {
      const box = boxOf(role, ['2001:db8::/64']);
      for (let client = 1; client <= 200; client += 1) assert.equal(isOdd(box.give(client)), role === 'primary');
    }
  });

  it('[F-AL-1] a client that asks for an address of the other half gets one of this half', () => {
    const box = boxOf('primary', [ADDRESSES]);
    assert.equal(box.offer(1, 1, '2001:db8::1:21'), '2001:db8::1:21');
    assert.ok(isOdd(box.offer(1, 1, '2001:db8::1:20')));
  });

  it('[F-AL-2, F-LS-27, F-LS-28] an address that ended returns to the half that it is of, whoever gave it', () => {
    for (const role of ['primary', 'secondary'] as const) {
      const box = boxOf(role, ['2001:db8::10 - 2001:db8::13']);
      for (const text of ['2001:db8::10', '2001:db8::11']) {
        box.table.put(binding(text, { status: BindingStatus.RELEASED }));
        freeToOwner(box, text);
      }
      assert.equal(box.table.records.status(box.slot('2001:db8::10')), BindingStatus.FREE_BACKUP);
      assert.equal(box.table.records.status(box.slot('2001:db8::11')), BindingStatus.FREE);
      // Client 1 had both: it gets the one of this half.
      assert.equal(box.offer(1), role === 'primary' ? '2001:db8::11' : '2001:db8::10');
      assert.equal(giveAll(box, 20).length, 2);
    }
  });

  it('[F-AL-3] a lease of either half can be extended by either box', () => {
    for (const role of ['primary', 'secondary'] as const) {
      const box = boxOf(role, [ADDRESSES]);
      for (const text of ['2001:db8::1:20', '2001:db8::1:21']) {
        const slot = box.table.put(binding(text));
        box.table.extend(slot, seconds(10), seconds(20_000), NOW, 2);
        assert.equal(box.table.records.stateExpirationTime(slot), at(20_000));
      }
    }
  });

  it("[F-AL-4, F-AL-5, F-GAP-5] what is the partner's stays so while it is down, also what expired, was released or declined", () => {
    const box = boxOf('primary', ['2001:db8::10 - 2001:db8::17']);
    partnerDown(box, NOW);
    for (const [text, status] of [['2001:db8::10', 'EXPIRED'], ['2001:db8::12', 'RELEASED'], ['2001:db8::14', 'RESET']] as const) {
      box.table.put(binding(text, { status: BindingStatus[status], duid: duid(7) }));
    }
    box.now = at(10 * MCLT);
    assert.deepEqual(due(box, box.now), ['2001:db8::10', '2001:db8::12', '2001:db8::14']);
    for (const text of ['2001:db8::10', '2001:db8::12', '2001:db8::14']) assert.equal(freeToOwner(box, text), BindingStatus.FREE_BACKUP);
    assert.deepEqual(giveAll(box).filter((text) => !isOdd(text)), []);
    assert.equal(box.offer(7), 'exhausted', 'not even to the client that had it');
    assert.equal(box.offer(9, 1, '2001:db8::12'), 'exhausted');
  });

  it("[F-AL-5] with the expert's switch they are given, from MCLT behind the entry into PARTNER-DOWN, when nothing else is left", () => {
    const box = boxOf('primary', ['2001:db8::10 - 2001:db8::17']);
    partnerDown(box, NOW, [LeaseKind.IA_NA, LeaseKind.IA_PD]);
    box.now = at(MCLT - 1);
    assert.equal(giveAll(box).length, 4);
    box.now = at(MCLT);
    const more = giveAll(box, 10);
    assert.equal(more.length, 4);
    assert.ok(!more.some(isOdd));
    partnerDown(box, undefined);
    box.free('2001:db8::10');
    assert.equal(box.offer(30), 'exhausted', 'the partner is there again');
  });

  it('[F-AL-6] addresses never change hands', () => {
    const box = boxOf('primary', [ADDRESSES]);
    assert.throws(() => box.allocator.takeForPartner(0, 1), InvariantError);
    assert.throws(() => box.allocator.takeFromPartner(0, 1), InvariantError);
  });

  it('[F-AL-7, F-GAP-6, R-XR3] a reserved address is given by either box, whatever its lowest bit', () => {
    for (const role of ['primary', 'secondary'] as const) {
      for (const text of ['2001:db8::1:20', '2001:db8::1:21']) {
        const box = boxOf(role, [ADDRESSES], [text]);
        assert.equal(box.reserve(text), text);
        box.table.put(binding(text, { status: BindingStatus.RELEASED }));
        assert.equal(box.reserve(text), 'taken');
        freeToOwner(box, text);
        assert.equal(box.reserve(text), text);
        assert.notEqual(box.offer(1), text, 'but to nobody by itself');
      }
    }
  });

  it('[F-AL-1] names of ranges that are excluded count in their own half alone', () => {
    for (const role of ['primary', 'secondary'] as const) {
      const box = new Box(definitions(role, ['2001:db8::/121']), ['2001:db8::/125', '2001:db8::21', '2001:db8::22']);
      const given = giveAll(box);
      // ::0 to ::7 are excluded; ::1 in each half besides. The subnet's anycast addresses (RFC 2526) are the last of a /64.
      assert.equal(given.length, 64 - 4 - 1);
      assert.ok(given.every((text) => isOdd(text) === (role === 'primary')));
    }
  });

  it('[F-AL-1] an excluded address at the edge takes nothing from the other half', () => {
    for (const [excluded, odd, even] of [['2001:db8::5', 2, 2], ['2001:db8::9', 2, 2], ['2001:db8::6', 3, 1], ['2001:db8::8', 3, 1]] as const) {
      const sizes = (['primary', 'secondary'] as const).map((role) => giveAll(new Box(definitions(role, ['2001:db8::5 - 2001:db8::9']), [excluded])).length);
      assert.deepEqual(sizes, [odd, even], excluded);
    }
  });

  it('[F-AL-30] an address that ended is given to nobody before the partner knows', () => {
    const box = boxOf('primary', ['2001:db8::11 - 2001:db8::11']);
    assert.equal(box.give(1), '2001:db8::11');
    expire(box, '2001:db8::11', at(7_200));
    assert.deepEqual(due(box, at(1_000_000)), []);
    assert.deepEqual([box.offer(1), box.offer(2), box.offer(2, 1, '2001:db8::11')], ['exhausted', 'exhausted', 'exhausted']);
    freeToOwner(box, '2001:db8::11');
    assert.deepEqual([box.offer(1), box.offer(2)], ['2001:db8::11', '2001:db8::11']);
  });

  it('a pool that is shared no more is all its own again, the other half and what waited for the partner included', () => {
    const box = boxOf('primary', ['2001:db8::10 - 2001:db8::13']);
    box.table.put(binding('2001:db8::10', { status: BindingStatus.FREE_BACKUP }));
    box.table.put(binding('2001:db8::11', { status: BindingStatus.EXPIRED }));
    box.configure([pool('2001:db8::10 - 2001:db8::13')]);
    assert.deepEqual(due(box, NOW), ['2001:db8::11']);
    freeToOwner(box, '2001:db8::11');
    assert.equal(giveAll(box).length, 4);
  });
});
