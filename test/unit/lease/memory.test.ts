import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'mocha';

describe('the memory of the lease room', () => {
  it('is at most 160 octets a lease at 100 000, and in pools only what the leases need', () => {
    const script = new URL('measure-memory.ts', import.meta.url).pathname;
    const output = execFileSync(process.execPath, ['--expose-gc', script, '100000'], { encoding: 'utf8' });
    const measured = JSON.parse(output) as { leases: number; arrays: number; heap: number; pools: number; residentOfPools: number };
    assert.equal(measured.leases, 100_000);
    const each = measured.arrays + measured.heap;
    assert.ok(each > 128 && each < 160, output);
    assert.equal(measured.pools, 64);
    assert.ok(measured.residentOfPools < 16 * 2 ** 20, `64 pools of 2^24 addresses would be 132 MiB of bits: ${output}`);
  }).timeout(60_000);
});
