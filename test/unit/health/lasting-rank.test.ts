import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { createLastingRank, linkRank } from '../../../src/health/index.ts';
import type { LastingRank, LinkRank } from '../../../src/health/index.ts';
import { LinkVerdict, monotonicMs } from '../../../src/wire/index.ts';

describe('the rank of a link that lasts [R-LH6]', () => {
  let rank: LastingRank;
  const see = (seconds: number, seen: LinkRank): LinkRank => rank.see(seen, monotonicMs(1_000 * seconds));

  beforeEach(() => {
    rank = createLastingRank();
    assert.equal(rank.changesAt(), Infinity);
    see(0, 2);
  });

  it('is what is seen until the link was well for the first time', () => {
    const starting = createLastingRank();
    for (const first of [0, 1, 0, 1, 2] as const) {
      assert.equal(starting.see(first, monotonicMs(7)), first);
      assert.equal(starting.changesAt(), Infinity);
    }
    assert.equal(starting.see(1, monotonicMs(8)), 2);
  });

  it('falls to nothing at once, and to doubt after a second of it', () => {
    assert.equal(see(10, 1), 2);
    assert.equal(rank.changesAt(), 11_000);
    assert.equal(see(10.9, 1), 2);
    assert.equal(see(11, 1), 1);
    assert.equal(rank.changesAt(), Infinity);
    assert.equal(see(12, 0), 0);
  });

  it('rises when it has been no worse for a minute', () => {
    see(10, 0);
    assert.equal(see(20, 2), 0);
    assert.equal(rank.changesAt(), 80_000);
    assert.equal(see(79.9, 2), 0);
    assert.equal(see(80, 2), 2);
  });

  it('stays down where the link comes and goes', () => {
    for (let at = 10; at < 600; at += 50) assert.equal(see(at, at % 100 === 10 ? 0 : 2), 0);
  });

  it('knows the verdicts, of which an unknown one is none', () => {
    const { UP, SUSPECT, LOST, ADMIN_OFF, UNKNOWN } = LinkVerdict;
    assert.deepEqual([UP, SUSPECT, LOST, ADMIN_OFF, UNKNOWN, 200].map(linkRank), [2, 1, 0, 0, undefined, undefined]);
  });
});
