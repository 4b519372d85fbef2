import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ReservationPlaces } from '../../../src/server/reservation-places.ts';
import type { Reservation } from '../../../src/server/index.ts';
import { iaid, parseHex } from '../../../src/wire/index.ts';
import type { Duid } from '../../../src/wire/index.ts';

const OCTETS = parseHex('00:03:00:01:02:00') as Duid;

function reservation(by: Partial<Reservation>): Reservation {
  return { duid: undefined, iaid: undefined, linkLayerAddress: undefined, addresses: [], prefixes: [], options: [], ...by };
}

function numbered(n: number): Duid {
  return Uint8Array.of(0, 3, 0, 1, n >> 24, n >> 16, n >> 8, n) as Duid;
}

describe('which reservation is for which client', () => {
  it('tells one of a whole client from those of its IAs, and a link-layer address from a DUID of the same octets', () => {
    const places = new ReservationPlaces([
      reservation({ duid: OCTETS }),
      reservation({ duid: OCTETS, iaid: iaid(0) }),
      reservation({ duid: OCTETS, iaid: iaid(7) }),
      reservation({ linkLayerAddress: OCTETS }),
    ]);
    assert.deepEqual([undefined, 0, 7, 8].map((one) => places.ofClient(OCTETS, one === undefined ? undefined : iaid(one))), [0, 1, 2, -1]);
    assert.equal(places.ofLinkLayer(OCTETS), 3);
    assert.equal(places.ofLinkLayer(OCTETS.subarray(1)), -1);
  });

  it('has a place for each of very many, and none for others', () => {
    const many = 20_000;
    const places = new ReservationPlaces(Array.from({ length: many }, (_, n) => reservation({ duid: numbered(n) })));
    for (let n = 0; n < many; n++) assert.equal(places.ofClient(numbered(n), undefined), n);
    for (let n = many; n < many + 1_000; n++) assert.equal(places.ofClient(numbered(n), undefined), -1);
  });

  it('is empty where nothing is reserved', () => {
    const places = new ReservationPlaces([]);
    assert.deepEqual([places.ofClient(OCTETS, undefined), places.ofClient(OCTETS, iaid(1)), places.ofLinkLayer(OCTETS)], [-1, -1, -1]);
  });
});
