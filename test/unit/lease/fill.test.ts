import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { Allocator, type Binding, BindingStatus, LeaseTable, NO_SLOT } from '../../../src/lease/index.ts';
import { InvariantError, epochSeconds, iaid } from '../../../src/wire/index.ts';
import { KEY, NOW, SECRET, binding, duid, pool } from './leases.ts';

const POOLS = [pool('2001:db8::/124'), pool('2001:db8:1::/56 of /64')];
const CLIENTS = 6;

const named = fc.oneof(
  fc.nat({ max: 31 }).map((n) => `2001:db8::${n.toString(16)}`),
  fc.nat({ max: 7 }).map((n) => `2001:db8:1:${n.toString(16)}::/64`),
);
const one = fc.record({
  name: named,
  status: fc.constantFrom(...Object.values(BindingStatus)),
  client: fc.nat({ max: CLIENTS - 1 }),
  length: fc.constantFrom(14, 130),
  end: fc.nat({ max: 100 }),
});
const bindings = fc.uniqueArray(one, { selector: ({ name }) => name, maxLength: 24 }).map((leases) =>
  leases.map(({ name, status, client, length, end }) =>
    binding(name, { status, duid: duid(client, length), startTimeOfState: epochSeconds(NOW - end), stateExpirationTime: epochSeconds(NOW + end) }),
  ),
);

/** All that can be asked of a table, in the order in which it says it. */
function told(leases: readonly Binding[], enter: (table: LeaseTable, binding: Binding) => void): unknown {
  const table = new LeaseTable(KEY, 0);
  for (const lease of leases) enter(table, lease);
  table.setPools(POOLS, []);
  const allocator = new Allocator(table, SECRET, { leasesMax: 1_000, leasesPerClientMax: 1_000 });
  allocator.startMessage(NOW, () => false);
  const found = leases.map(({ address, prefixLength }) => table.read(table.find(address, 0, prefixLength)));
  const ofClients = Array.from({ length: CLIENTS }, (_, client) => {
    const slots: number[] = [];
    for (let slot = table.firstOfClient(duid(client), 0, 14); slot !== NO_SLOT; slot = table.nextOfClient(slot)) slots.push(slot);
    return slots;
  });
  const offers = [7, 0, 1].map((client) => allocator.find([0, 1], duid(client), iaid(1), undefined));
  const counts = Object.values(BindingStatus).map((status) => table.count(status));
  const due: number[][] = [];
  for (let time = NOW - 1; table.nextExpiry <= NOW + 100; time += 1) {
    const slots: number[] = [];
    while (table.takeExpired(epochSeconds(time), 3, slots));
    due.push(slots.sort((a, b) => a - b));
  }
  return { size: table.size, found, ofClients, offers, counts, due };
}

describe('a table that is filled at a start', () => {
  it('is, once its pools are known, as if each lease had been put', () => {
    const property = fc.property(bindings, (leases) => {
      assert.deepEqual(
        told(leases, (table, lease) => table.fill(lease)),
        told(leases, (table, lease) => table.put(lease)),
      );
    });
    fc.assert(property, { seed: 1964, numRuns: 200 });
  }).timeout(60_000);

  it('is not filled any more when it serves', () => {
    const table = new LeaseTable(KEY, 0);
    table.setPools(POOLS, []);
    assert.throws(() => table.fill(binding('2001:db8::1')), InvariantError);
  });
});
