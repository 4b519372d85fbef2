// The rooms whose code `make mutate` changes, and the tests that each change is tried on: those of the room first,
// then of what is built on it. What only other tests would find counts as survived.

interface MutatedRoom {
  readonly name: string;
  /** In the order in which they are tried: the first failure ends it. */
  readonly tests: readonly string[];
}

const ROOMS: readonly MutatedRoom[] = [
  {
    name: 'lease',
    tests: [
      'test/unit/lease/!(model).test.ts',
      'test/unit/appliance/{told-leases,storage-state}.test.ts',
      'test/conformance/failover-lease/**/*.test.ts',
      'test/conformance/clock/**/*.test.ts',
      'test/conformance/server/**/*.test.ts',
      'test/conformance/failover-server/**/*.test.ts',
      // The longest by far.
      'test/unit/lease/model.test.ts',
    ],
  },
  {
    name: 'server',
    tests: [
      'test/conformance/server/**/*.test.ts',
      'test/conformance/failover-server/**/*.test.ts',
      'test/unit/appliance/durability.test.ts',
    ],
  },
  {
    name: 'failover',
    tests: [
      'test/unit/failover/**/*.test.ts',
      'test/conformance/failover-endpoint/!(schedules).test.ts',
      'test/conformance/failover-updates/!(schedules).test.ts',
      'test/conformance/failover-{endpoint,updates}/schedules.test.ts',
      'test/conformance/clock/**/*.test.ts',
      'test/conformance/failover-{balancing,relaying}/**/*.test.ts',
    ],
  },
];

/** The room that ROOM names; with TESTS, globs with spaces between, only those of its tests that concern what is changed. */
export function mutatedRoom(): MutatedRoom {
  const wanted = process.env['ROOM'];
  const room = ROOMS.find(({ name }) => name === wanted);
  if (room === undefined) throw new Error(`ROOM is one of ${ROOMS.map(({ name }) => name).join(', ')}`);
  const only = process.env['TESTS'];
  return only === undefined ? room : { ...room, tests: only.split(' ') };
}
