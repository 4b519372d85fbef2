import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { LeaseTable, type PoolDefinition } from '../../../src/lease/index.ts';
import { PlaceDraw } from '../../../src/lease/place-draw.ts';
import { iaid } from '../../../src/wire/index.ts';
import { KEY, SECRET, duid, pool } from './leases.ts';

const BOUND = 2 ** 32;

function drawOf(...pools: readonly PoolDefinition[]): PlaceDraw {
  const table = new LeaseTable(KEY, 0);
  table.setPools(pools, []);
  return new PlaceDraw(table, SECRET);
}

function wordsOf(draw: PlaceDraw, number: number, attempt: number): number[] {
  const words = new Uint32Array(4);
  draw.words(number, attempt, words);
  return [...words];
}

describe('the places where a client looks', () => {
  it('are the same for the same client, whoever was drawn for between', () => {
    const draw = drawOf(pool('2001:db8::/64'));
    draw.setClient(duid(1, 130), iaid(1));
    const first = [draw.index(0, BOUND, 3), ...wordsOf(draw, 0, 3)];
    draw.setClient(duid(2, 14), iaid(1));
    draw.index(0, BOUND, 0);
    draw.setClient(duid(1, 130), iaid(1));
    assert.deepEqual([draw.index(0, BOUND, 3), ...wordsOf(draw, 0, 3)], first);
  });

  it('differ with each octet of the IAID and of the DUID, and with each attempt', () => {
    const draw = drawOf(pool('2001:db8::/64'));
    const places = new Set<number>();
    const clients = [
      ...[0, 1, 1 << 8, 1 << 16, 0x1000000].map((id) => [duid(1), id] as const),
      ...Array.from({ length: 14 }, (_, at) => [duid(1).map((octet, i) => (i === at ? octet + 1 : octet)) as ReturnType<typeof duid>, 0] as const),
    ];
    for (const [client, id] of clients) {
      draw.setClient(client, iaid(id));
      for (const attempt of [0, 1, 255]) places.add(draw.index(0, BOUND, attempt));
    }
    assert.equal(places.size, 3 * clients.length);
  });

  it('are of all four words, each by itself', () => {
    const draw = drawOf(pool('2001:db8::/64'));
    draw.setClient(duid(1), iaid(1));
    assert.equal(new Set([...wordsOf(draw, 0, 0), ...wordsOf(draw, 0, 1)]).size, 8);
  });

  it('are others in another pool, also where that begins at the same address or ends with the same octet', () => {
    const draw = drawOf(pool('2001:db8::/64'), pool('2001:db8:0:1::/64'), pool('2001:db8:100::/48 of /56'), pool('2001:db8:200::/48 of /56'));
    draw.setClient(duid(1), iaid(1));
    assert.equal(new Set([0, 1, 2, 3].map((number) => draw.index(number, BOUND, 0))).size, 4);
    const finer = drawOf(pool('2001:db8:100::/48 of /60'));
    finer.setClient(duid(1), iaid(1));
    assert.notEqual(finer.index(0, BOUND, 0), draw.index(2, BOUND, 0));
  });

  it('are those of the new pools when they are new', () => {
    const table = new LeaseTable(KEY, 0);
    const draw = new PlaceDraw(table, SECRET);
    const place = (definition: PoolDefinition): number => {
      table.setPools([definition], []);
      draw.setClient(duid(1), iaid(1));
      return draw.index(0, BOUND, 0);
    };
    const first = place(pool('2001:db8::/64'));
    assert.notEqual(place(pool('2001:db8:0:1::/64')), first);
    assert.equal(place(pool('2001:db8::/64')), first);
  });
});
