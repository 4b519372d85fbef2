import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { BindingStatus, NO_SLOT } from '../../../src/lease/index.ts';
import { InvariantError, formatAddress } from '../../../src/wire/index.ts';
import { Box, NOW, binding, duid, name, pool } from '../../unit/lease/leases.ts';
import { MCLT, PREFIXES, RELATIONSHIP, at, boxOf, due, expire, freeToOwner, giveAll, hand, partnerDown } from './pair.ts';

const FOUR = '2001:db8:100::/54 of /56';

function namesOf(leases: readonly { readonly address: Parameters<typeof formatAddress>[0]; readonly prefixLength: number }[]): string[] {
  return leases.map(({ address, prefixLength }) => `${formatAddress(address)}/${prefixLength}`);
}

function handOver(primary: Box, secondary: Box, count: number): string[] {
  const names = namesOf(primary.allocator.takeForPartner(0, count));
  for (const text of names) {
    hand(primary, text, 'FREE_BACKUP');
    hand(secondary, text, 'FREE_BACKUP');
  }
  return names;
}

describe('proportional allocation of prefixes (RFC 8156 4.2.2)', () => {
  it("[F-AL-20, F-LS-5] all are the primary's at first", () => {
    const primary = boxOf('primary', [PREFIXES]);
    const secondary = boxOf('secondary', [PREFIXES]);
    for (const { table } of [primary, secondary]) {
      assert.deepEqual([table.pools.pool(0).available('primary'), table.pools.pool(0).available('secondary')], [16, 0]);
    }
    assert.equal(secondary.offer(1), 'exhausted');
    assert.equal(giveAll(primary).length, 16);
  });

  it('[F-AL-22, F-LS-6, F-LS-20, F-LS-21] each gives what is its own alone: FREE of the primary, FREE_BACKUP of the secondary', () => {
    const primary = boxOf('primary', [PREFIXES]);
    const secondary = boxOf('secondary', [PREFIXES]);
    const moved = handOver(primary, secondary, 6);
    assert.equal(new Set(moved).size, 6);
    for (const { table } of [primary, secondary]) {
      assert.deepEqual([table.pools.pool(0).available('primary'), table.pools.pool(0).available('secondary')], [10, 6]);
    }
    const given = giveAll(primary);
    assert.equal(given.length, 10);
    assert.ok(!given.some((text) => moved.includes(text)));
    assert.deepEqual(giveAll(secondary).sort(), moved.sort());
  });

  it('[F-AL-22] neither gives what a client asks for, or had before, out of the other part', () => {
    const primary = boxOf('primary', [FOUR]);
    const secondary = boxOf('secondary', [FOUR]);
    const [moved = ''] = handOver(primary, secondary, 1);
    assert.notEqual(primary.offer(1, 1, moved), moved);
    assert.equal(secondary.offer(1, 1, moved), moved);
    const other = primary.offer(2);
    assert.equal(secondary.offer(1, 1, other), moved);
    primary.table.put({ ...primary.table.read(primary.slot(moved)), duid: duid(9) });
    assert.notEqual(primary.offer(9), moved);
    secondary.table.put(binding(other, { status: BindingStatus.FREE, duid: duid(9) }));
    assert.equal(secondary.offer(9), moved);
  });

  it("[F-AL-21, F-LS-27, F-GAP-8] one that ended is the primary's, also where the secondary gave it", () => {
    const primary = boxOf('primary', [FOUR]);
    const secondary = boxOf('secondary', [FOUR]);
    const [moved = ''] = handOver(primary, secondary, 1);
    assert.equal(secondary.give(1), moved);
    expire(secondary, moved, at(7_200));
    assert.equal(freeToOwner(secondary, moved), BindingStatus.FREE);
    assert.equal(secondary.offer(1), 'exhausted');
    primary.table.put(secondary.table.read(secondary.slot(moved)));
    assert.equal(primary.offer(1), moved);
  });

  it('[F-AL-24] what is handed over is not given from that moment on, durable or not', () => {
    const primary = boxOf('primary', [FOUR]);
    for (const text of namesOf(primary.allocator.takeForPartner(0, 3))) {
      hand(primary, text, 'FREE_BACKUP');
      primary.table.lock(primary.slot(text), 5);
    }
    assert.equal(giveAll(primary).length, 1);
  });

  it('[F-AL-25, F-LS-29] the primary takes back what the secondary would give last; then it is its own', () => {
    const primary = boxOf('primary', [FOUR]);
    const secondary = boxOf('secondary', [FOUR]);
    const moved = handOver(primary, secondary, 3);
    const back = namesOf(primary.allocator.takeFromPartner(0, 2));
    assert.deepEqual(back, [moved[2], moved[1]]);
    for (const text of back) for (const box of [primary, secondary]) assert.equal(hand(box, text, 'FREE').status, BindingStatus.FREE);
    assert.deepEqual(giveAll(secondary), moved.slice(0, 1));
    assert.equal(giveAll(primary).length, 3);
    assert.equal(namesOf(primary.allocator.takeFromPartner(0, 9)).length, 1, 'no more than there are');
  });

  it('[F-AL-26] counts the delegations that could be made, not the records there are', () => {
    const box = boxOf('primary', ['2002::/32 of /56', FOUR, '2003::/24 of /64', '2004::1:0/120']);
    const { table } = box;
    const counts = (): number[] => [0, 1, 2, 3].map((number) => table.pools.pool(number).available('primary'));
    assert.deepEqual(counts(), [2 ** 24, 4, 2 ** 40, 128]);
    for (const text of ['2002::/56', '2001:db8:100::/56', '2003:0:1::/64']) table.put(binding(text));
    assert.deepEqual(counts(), [2 ** 24 - 1, 3, 2 ** 40 - 1, 128]);
    hand(box, '2003::/64', 'FREE_BACKUP');
    assert.deepEqual([counts()[2], table.pools.pool(2).available('secondary')], [2 ** 40 - 2, 1]);
    assert.equal(box.allocator.takeForPartner(1, 9).length, 3);
    assert.equal(box.allocator.takeForPartner(2, 9).length, 9);
    assert.throws(() => new Box([pool(FOUR)]).table.pools.pool(0).available('primary'), InvariantError);
  });

  it('[F-AL-26] the counts follow every lease: given, ended, free, handed over', () => {
    const box = boxOf('primary', [FOUR]);
    const counts = (): readonly number[] => [box.table.pools.pool(0).available('primary'), box.table.pools.pool(0).available('secondary')];
    const text = box.give(1);
    assert.deepEqual(counts(), [3, 0]);
    expire(box, text, at(7_200));
    assert.deepEqual(counts(), [3, 0], 'not before the partner knows');
    freeToOwner(box, text);
    assert.deepEqual(counts(), [4, 0]);
    hand(box, text, 'FREE_BACKUP');
    assert.deepEqual(counts(), [3, 1]);
    box.table.lock(box.slot(text), 9);
    assert.deepEqual(counts(), [3, 0]);
    box.table.unlock(box.slot(text), 9);
    box.table.remove(box.slot(text));
    assert.deepEqual(counts(), [4, 0]);
  });

  it('[F-AL-26] on both boxes without what is reserved', () => {
    for (const role of ['primary', 'secondary'] as const) {
      assert.equal(boxOf(role, [FOUR], ['2001:db8:100::/56']).table.pools.pool(0).available('primary'), 3);
    }
  });

  it('hands over what nobody had before what is free for longest', () => {
    const box = boxOf('primary', [FOUR]);
    const had = [box.give(1), box.give(2)];
    for (const text of had) {
      expire(box, text, at(7_200));
      freeToOwner(box, text);
    }
    const taken = namesOf(box.allocator.takeForPartner(0, 3));
    assert.deepEqual(taken.slice(2), had.slice(0, 1));
    assert.ok(!taken.slice(0, 2).some((text) => had.includes(text)));
    assert.deepEqual(giveAll(box, 20).length, 4, 'a look changes nothing');
  });

  it('hands over nothing that is reserved or overlapped, and makes no more records than there may be', () => {
    const box = new Box([pool(FOUR, 'random', 'primary')], ['2001:db8:100::/56', '2001:db8:100:100::1'], { leasesMax: 3 });
    box.table.put(binding('2001:db8:100:200:1::/80'));
    assert.deepEqual(namesOf(box.allocator.takeForPartner(0, 9)), ['2001:db8:100:300::/56']);
    box.table.put(binding('2001:db8:100:300::/56', { status: BindingStatus.FREE }));
    box.table.put(binding('2001:db8:999::/56'));
    assert.equal(box.table.size, 3);
    assert.deepEqual(namesOf(box.allocator.takeForPartner(0, 9)), ['2001:db8:100:300::/56'], 'what has a record needs none');
    box.table.put(binding('2001:db8:100:300:1::/80'));
    assert.deepEqual(namesOf(box.allocator.takeForPartner(0, 9)), [], 'it is overlapped now');
    box.table.remove(box.slot('2001:db8:100:300:1::/80'));
    box.table.remove(box.slot('2001:db8:100:300::/56'));
    box.table.put(binding('2001:db8:998::/56'));
    assert.deepEqual(namesOf(box.allocator.takeForPartner(0, 9)), []);
  });

  for (const order of ['random', 'sequential'] as const) {
    it(`hands over as many as are asked for, a thousand at most, each once (${order})`, () => {
      const box = new Box([pool('2001:db8::/40 of /56', order, 'primary')]);
      const half = namesOf(box.allocator.takeForPartner(0, 600));
      assert.equal(new Set(half).size, 600);
      assert.equal(new Set(namesOf(box.allocator.takeForPartner(0, 5_000))).size, 1_000);
    });
  }

  it('[F-AL-23, F-LS-5, F-LS-6] when its partner is down a box exhausts its own part before it gives of the other', () => {
    for (const role of ['primary', 'secondary'] as const) {
      const box = boxOf(role, [FOUR]);
      const moved = namesOf(boxOf('primary', [FOUR]).allocator.takeForPartner(0, 2));
      for (const text of moved) hand(box, text, 'FREE_BACKUP');
      const isOwn = (text: string): boolean => moved.includes(text) === (role === 'secondary');
      partnerDown(box, NOW);
      box.now = at(MCLT - 1);
      const [first, second] = [box.give(1), box.give(2)];
      assert.ok(isOwn(first) && isOwn(second));
      assert.equal(box.give(3), 'exhausted');
      box.now = at(MCLT);
      const [third, fourth] = [box.give(3), box.give(4)];
      assert.ok(!isOwn(third) && !isOwn(fourth) && third !== fourth);
      assert.equal(box.give(5), 'exhausted');
    }
  });

  it("[F-AL-23] not even the prefix that a client had before is given of the partner's part while there are own ones", () => {
    const box = boxOf('primary', [FOUR]);
    const [moved = ''] = namesOf(box.allocator.takeForPartner(0, 1));
    hand(box, moved, 'FREE_BACKUP');
    box.table.put({ ...box.table.read(box.slot(moved)), duid: duid(9), iaid: binding(moved).iaid });
    partnerDown(box, NOW);
    box.now = at(MCLT);
    assert.notEqual(box.offer(9), moved);
    assert.notEqual(box.offer(8, 1, moved), moved);
    assert.equal(giveAll(box, 20).length, 4);
    box.table.put({ ...box.table.read(box.slot(moved)), status: BindingStatus.FREE_BACKUP });
    assert.equal(box.offer(9), moved);
    assert.equal(box.offer(8, 1, moved), moved);
  });

  it('[F-AL-23] over several pools: own prefixes of all of them come first', () => {
    const box = boxOf('primary', [FOUR, '2001:db8:200::/54 of /56']);
    for (const text of namesOf(box.allocator.takeForPartner(0, 4))) hand(box, text, 'FREE_BACKUP');
    partnerDown(box, NOW);
    box.now = at(MCLT);
    const given = giveAll(box);
    assert.deepEqual(given.map((text) => text.startsWith('2001:db8:2')), [true, true, true, true, false, false, false, false]);
  });

  it('a new configuration takes the right to the partner\'s part back until it is told again', () => {
    const box = boxOf('secondary', [FOUR]);
    partnerDown(box, NOW);
    box.now = at(MCLT);
    assert.notEqual(box.offer(1), 'exhausted');
    box.configure([pool(FOUR, 'random', 'secondary')]);
    assert.equal(box.offer(1), 'exhausted');
  });

  it('after a new configuration the secondary still gives first what is free for longest', () => {
    const box = boxOf('secondary', [FOUR]);
    const names = ['2001:db8:100:200::/56', '2001:db8:100::/56', '2001:db8:100:300::/56'];
    for (const [i, text] of names.entries()) box.table.put(binding(text, { status: BindingStatus.FREE_BACKUP, startTimeOfState: at(-i) }));
    box.configure([pool(FOUR, 'random', 'secondary')]);
    assert.deepEqual(giveAll(box, 20), names.reverse());
  });

  it('the primary alone hands over', () => {
    const secondary = boxOf('secondary', [FOUR]);
    assert.throws(() => secondary.allocator.takeForPartner(0, 1), InvariantError);
    assert.throws(() => secondary.allocator.takeFromPartner(0, 1), InvariantError);
  });

  it('a reserved prefix is given by either box', () => {
    for (const role of ['primary', 'secondary'] as const) {
      const box = boxOf(role, [FOUR], ['2001:db8:100::/56']);
      assert.equal(box.reserve('2001:db8:100::/56'), '2001:db8:100::/56');
      assert.equal(box.table.find(duid(1), 0, 56), NO_SLOT);
    }
  });
});

describe('leases of no pool on a box that has a partner', () => {
  it('wait for the partner of the link that they are reserved on, and are free by themselves when that one is down', () => {
    for (const relationship of [RELATIONSHIP, 'another']) {
      const box = boxOf('primary', [FOUR]);
      const text = '2001:db8:999::1';
      const slot = box.table.put(binding(text, { status: BindingStatus.RELEASED }));
      box.table.setPools([pool(FOUR, 'random', 'primary')], [{ ...name(text), relationship }]);
      assert.equal(box.table.isShared(slot), true);
      assert.deepEqual(due(box, at(1_000_000)), []);
      partnerDown(box, NOW);
      assert.deepEqual(due(box, at(MCLT - 1)), []);
      assert.deepEqual(due(box, at(MCLT)), relationship === RELATIONSHIP ? [text] : []);
      box.configure([pool(FOUR)]);
      assert.equal(box.table.isShared(slot), false);
      assert.deepEqual(due(box, NOW), [text], 'and at once when there is no partner any more');
    }
  });

  it('of a former configuration, of which no partner is told, are free when all is over that was promised of them', () => {
    for (const promised of [{ partnerLifetime: at(50) }, { ackedPartnerLifetime: at(50) }, { expirationTime: at(50) }]) {
      const box = boxOf('primary', [FOUR]);
      const text = '2001:db8:999::1';
      const slot = box.table.put(binding(text, { status: BindingStatus.RELEASED, ...promised }));
      assert.equal(box.table.isShared(slot), false);
      assert.deepEqual(due(box, at(49)), []);
      assert.deepEqual(due(box, at(50)), [text]);
    }
  });

  it('a pool that is not shared waits for nobody, whatever the others do', () => {
    const box = new Box([pool(FOUR, 'random', 'primary'), pool('2001:db8::10 - 2001:db8::17')]);
    const slot = box.table.put(binding('2001:db8::10', { status: BindingStatus.EXPIRED }));
    assert.equal(box.table.isShared(slot), false);
    assert.deepEqual(due(box, NOW), ['2001:db8::10']);
  });
});

describe('when a lease that ended may be given again (RFC 8156 4.2.2.1)', () => {
  it('[F-AL-30] not before the partner knows, however long that takes', () => {
    const box = boxOf('primary', ['2001:db8:100::/56 of /56']);
    const text = box.give(1);
    expire(box, text, at(7_200));
    assert.deepEqual(due(box, at(1_000_000_000)), []);
    assert.deepEqual([box.offer(1), box.offer(2)], ['exhausted', 'exhausted']);
    assert.equal(freeToOwner(box, text), BindingStatus.FREE);
    assert.equal(box.offer(2), text);
  });

  it('[F-AL-29, F-LS-26] in PARTNER-DOWN MCLT behind all that was promised, and behind the entry', () => {
    const cases: readonly [what: string, times: Partial<ReturnType<typeof binding>>, reuse: number][] = [
      ['nothing promised: the entry counts', {}, 1_000 + MCLT],
      ['the partner acknowledged', { ackedPartnerLifetime: at(5_000) }, 5_000 + MCLT],
      ['the partner was told', { partnerLifetime: at(6_000) }, 6_000 + MCLT],
      ['this box acknowledged', { expirationTime: at(7_000) }, 7_000 + MCLT],
      ['it ended after the entry', { startTimeOfState: at(8_000) }, 8_000 + MCLT],
    ];
    for (const [what, times, reuse] of cases) {
      for (const status of [BindingStatus.EXPIRED, BindingStatus.RELEASED, BindingStatus.RESET]) {
        const box = boxOf('secondary', [FOUR]);
        box.table.put(binding('2001:db8:100::/56', { status, stateExpirationTime: at(-1), ...times }));
        assert.deepEqual(due(box, at(500_000)), [], 'the partner may be there');
        partnerDown(box, at(1_000));
        assert.deepEqual(due(box, at(reuse - 1)), [], what);
        assert.deepEqual(due(box, at(reuse)), ['2001:db8:100::/56'], what);
        assert.deepEqual(due(box, at(reuse)), [], 'once');
      }
    }
  });

  it('[F-AL-29] what was in a client\'s hands at the entry ends first, and waits then', () => {
    const box = boxOf('primary', [FOUR]);
    box.table.put(binding('2001:db8:100::/56', { stateExpirationTime: at(9_000), ackedPartnerLifetime: at(2_000) }));
    partnerDown(box, NOW);
    assert.deepEqual(due(box, at(8_999)), []);
    assert.deepEqual(due(box, at(9_000)), ['2001:db8:100::/56']);
    expire(box, '2001:db8:100::/56', at(9_000));
    assert.deepEqual(due(box, at(9_000 + MCLT - 1)), []);
    assert.deepEqual(due(box, at(9_000 + MCLT)), ['2001:db8:100::/56']);
  });

  it('waits for the partner again when that is back, and counts anew when it is down again', () => {
    const box = boxOf('primary', [FOUR]);
    box.table.put(binding('2001:db8:100::/56', { status: BindingStatus.EXPIRED }));
    partnerDown(box, NOW);
    assert.deepEqual(due(box, at(10)), []);
    partnerDown(box, undefined);
    assert.deepEqual(due(box, at(10 * MCLT)), []);
    partnerDown(box, at(10 * MCLT));
    assert.deepEqual(due(box, at(11 * MCLT - 1)), []);
    assert.deepEqual(due(box, at(11 * MCLT)), ['2001:db8:100::/56']);
  });

  it('finds every lease that ended before, in steps that are short', () => {
    const box = boxOf('primary', ['2001:db8::/32 of /56']);
    const count = 5_000;
    for (let i = 0; i < count; i += 1) {
      box.table.put(binding(`2001:db8:${i.toString(16)}::/56`, { status: i % 2 === 0 ? BindingStatus.EXPIRED : BindingStatus.ACTIVE, stateExpirationTime: at(99_999) }));
    }
    partnerDown(box, NOW);
    assert.equal(box.table.nextExpiry, 0, 'what there is is not known yet');
    let looks = 1;
    for (; box.table.takeExpired(NOW, 10, []); looks += 1) assert.ok(looks < count);
    assert.ok(looks > 5, `${looks} looks`);
    assert.equal(box.table.nextExpiry, at(MCLT));
    const slots: number[] = [];
    let steps = 0;
    for (; box.table.takeExpired(at(MCLT), 10, slots); steps += 1) assert.ok(steps < count);
    assert.equal(slots.length, count / 2);
    assert.ok(steps > 200, `${steps} steps`);
  });

  it('[F-AL-31] may go back to its own client at once, where nothing was said of its end', () => {
    for (const status of [BindingStatus.EXPIRED, BindingStatus.RELEASED]) {
      const box = boxOf('secondary', [FOUR]);
      const text = '2001:db8:100::/56';
      const slot = box.table.put(binding(text, { status, duid: duid(4) }));
      assert.equal(box.offer(4), 'exhausted');
      box.mayReturn = (candidate) => candidate === slot;
      assert.equal(box.offer(4), text);
      assert.equal(box.offer(4, 2), 'exhausted', 'to the IA that had it');
      assert.equal(box.offer(5, 1, text), 'exhausted', 'and to nobody else');
      box.table.lock(slot, 3);
      assert.equal(box.offer(4), 'exhausted', 'not while its end is being written');
    }
  });

  it('[F-AL-31] a reserved one likewise, for the client that had it', () => {
    const box = boxOf('primary', [], ['2001:db8:5::1']);
    box.table.put(binding('2001:db8:5::1', { status: BindingStatus.RELEASED, duid: duid(4) }));
    assert.deepEqual([box.reserve('2001:db8:5::1', 4), box.reserve('2001:db8:5::1', 5)], ['taken', 'taken']);
    box.mayReturn = () => true;
    assert.deepEqual([box.reserve('2001:db8:5::1', 4), box.reserve('2001:db8:5::1', 5)], ['2001:db8:5::1', 'taken']);
  });
});
