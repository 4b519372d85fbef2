// Run by memory.test.ts in a process of its own, with --expose-gc: puts as many leases as its argument says into a table and
// prints by how many octets the process grew for each, then what the pools of an empty table cost.
import { setImmediate as immediate } from 'node:timers/promises';
import { LeaseTable } from '../../../src/lease/index.ts';
import { KEY, binding, duid, pool } from './leases.ts';

function fill(table: LeaseTable, count: number): void {
  const one = binding('2001:db8::');
  const octets = new DataView(one.address.buffer, one.address.byteOffset);
  for (let i = 0; i < count; i += 1) {
    octets.setUint32(12, i);
    table.put({ ...one, duid: duid(i) });
  }
}

async function settledMemory(): Promise<NodeJS.MemoryUsage> {
  for (let i = 0; i < 3; i += 1) {
    await immediate();
    globalThis.gc?.();
  }
  return process.memoryUsage();
}

const leases = Number(process.argv[2]);
fill(new LeaseTable(KEY, 0), 20_000); // compiles the code
const before = await settledMemory();
const table = new LeaseTable(KEY, 0);
fill(table, leases);
const after = await settledMemory();

const empty = new LeaseTable(KEY, 0);
empty.setPools(Array.from({ length: 64 }, (_, i) => pool(`2001:db8:${(i + 1).toString(16)}::/104`)), []);
const withPools = process.memoryUsage();

console.log(
  JSON.stringify({
    leases: table.size,
    arrays: (after.arrayBuffers - before.arrayBuffers) / leases,
    heap: (after.heapUsed - before.heapUsed) / leases,
    resident: (after.rss - before.rss) / leases,
    pools: empty.pools.length,
    residentOfPools: withPools.rss - after.rss,
  }),
);
