// What the fleet's figures say of a history that is known.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { findDuplicates } from './duplicates.ts';
import type { FleetEvent, ReplyEvent, Stream } from './event.ts';
import { figuresOf } from './figures.ts';

/** At `second`, the client gets these leases for a minute. */
function reply(second: number, client: number, names: readonly string[], more: Partial<ReplyEvent> & { valid?: number } = {}): ReplyEvent {
  const { valid = 60, ...rest } = more;
  const leases = names.map((name) => ({ kind: name.includes('/') ? ('prefix' as const) : ('address' as const), name, preferred: 40, valid }));
  return { event: 'reply', at: 1_000 * second, client, stream: 'resident', place: 'lan', used: true, server: '00', leases, statuses: [], ...rest };
}

function solicit(second: number, client: number, stream: Stream): FleetEvent {
  return { event: 'solicit', at: 1_000 * second, client, stream, place: 'lan' };
}

const a = '2001:db8:0:0:0:0:0:a';
const b = '2001:db8:0:0:0:0:0:b';

describe('duplicates', () => {
  it('are one address with two clients, counted once however often it is renewed', () => {
    const found = findDuplicates([reply(0, 1, [a]), reply(30, 2, [a]), reply(40, 1, [a]), reply(50, 2, [a])]);
    assert.deepEqual(found, [{ lease: a, other: a, clients: [1, 2], at: 30_000 }]);
  });

  it('are none when the first lease has run out, or was given up', () => {
    assert.deepEqual(findDuplicates([reply(0, 1, [a]), reply(60, 2, [a])]), []);
    assert.deepEqual(findDuplicates([reply(0, 1, [a]), reply(10, 1, [a], { valid: 0 }), reply(20, 2, [a])]), []);
  });

  it('are none when a server took the first lease back', () => {
    const taken: FleetEvent = { event: 'expired', at: 10_000, client: 1, stream: 'resident', place: 'lan', lease: a };
    assert.deepEqual(findDuplicates([reply(0, 1, [a]), taken, reply(20, 2, [a])]), []);
  });

  it('are found when a client renews what another has got meanwhile', () => {
    const found = findDuplicates([reply(0, 1, [a]), reply(61, 2, [a]), reply(70, 1, [a])]);
    assert.equal(found.length, 1);
  });

  it('are prefixes of which one contains the other, either way round', () => {
    const wide = '2001:db8:100:0:0:0:0:0/48';
    const narrow = '2001:db8:100:ff00:0:0:0:0/56';
    assert.equal(findDuplicates([reply(0, 1, [wide]), reply(1, 2, [narrow])]).length, 1);
    assert.equal(findDuplicates([reply(0, 1, [narrow]), reply(1, 2, [wide])]).length, 1);
    assert.equal(findDuplicates([reply(0, 1, [narrow]), reply(1, 2, ['2001:db8:100:fe00:0:0:0:0/56'])]).length, 0);
  });

  it('are not made by a Reply that its client takes no notice of', () => {
    assert.deepEqual(findDuplicates([reply(0, 1, [a]), reply(1, 2, [a], { used: false })]), []);
  });
});

describe('figures', () => {
  const window = { from: 100_000, until: 200_000, strikes: [100_000] };

  it('tell of leases that changed, and of the least that was left', () => {
    const { changed, leastLeft, longestOutage, residentsHurt } = figuresOf(
      [reply(90, 1, [a]), reply(110, 1, [a]), reply(160, 1, [b]), reply(195, 1, [b])],
      window,
    );
    assert.deepEqual(changed, [{ client: 1, from: a, to: b, at: 160_000 }]);
    assert.equal(leastLeft, 25);
    assert.equal(longestOutage, 0);
    assert.equal(residentsHurt, 1);
  });

  it('tell of leases that ran out, and how long their client was without', () => {
    const expired: FleetEvent = { event: 'expired', at: 150_000, client: 1, stream: 'resident', place: 'lan', lease: a };
    const { expired: count, longestOutage } = figuresOf([reply(90, 1, [a]), expired, reply(163, 1, [a]), reply(190, 1, [a])], window);
    assert.equal(count, 1);
    assert.equal(longestOutage, 13);
  });

  it('tell of leases that a server took back before their time', () => {
    const taken: FleetEvent = { event: 'expired', at: 120_000, client: 1, stream: 'resident', place: 'lan', lease: a };
    const { expired, longestOutage, leastLeft } = figuresOf([reply(110, 1, [a]), taken, reply(130, 1, [a]), reply(190, 1, [a])], window);
    assert.deepEqual({ expired, longestOutage, leastLeft }, { expired: 1, longestOutage: 10, leastLeft: -10 });
  });

  it('count a client as without its lease until the end when nobody gave it back', () => {
    assert.equal(figuresOf([reply(90, 1, [a])], window).longestOutage, 50);
  });

  it('tell how long new clients waited: from the first Solicit to the first Reply, the unserved until the end', () => {
    const events = [
      solicit(101, 11, 'probe'), reply(101.2, 11, [a], { stream: 'probe' }),
      solicit(102, 12, 'probe'), reply(105.5, 12, [b], { stream: 'probe' }),
      solicit(103, 13, 'newcomer'),
    ];
    const { probes, newcomers } = figuresOf(events, window);
    assert.deepEqual({ ...probes, median: Math.round(10 * probes.median) / 10 }, { came: 2, median: 0.2, longest: 3.5, unserved: 0 });
    assert.deepEqual(newcomers, { came: 1, median: 97, longest: 97, unserved: 1 });
  });

  it('put new clients apart that a strike met in the middle, and leave out those that came just before the end', () => {
    const events = [solicit(99.9, 11, 'probe'), reply(101, 11, [a], { stream: 'probe' }), solicit(199.5, 12, 'probe')];
    const { probes, probesMidway } = figuresOf(events, window);
    assert.equal(probes.came, 0);
    assert.equal(probesMidway.came, 1);
    assert.ok(Math.abs(probesMidway.longest - 1.1) < 1e-9);
  });

  it('leave out what was before the first strike', () => {
    const { changed, duplicates } = figuresOf([reply(10, 1, [a]), reply(20, 1, [b]), reply(30, 2, [b])], window);
    assert.deepEqual([changed.length, duplicates.length], [0, 0]);
  });
});
