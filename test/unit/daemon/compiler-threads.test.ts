import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, it } from 'mocha';
import { yieldFromCompiling } from '../../../src/compiler-threads.ts';

/** Of each thread of this process, by name: the niceness, 0 for what is usual and 19 for the lowest. */
function niceness(): readonly { readonly name: string; readonly nice: number }[] {
  return readdirSync('/proc/self/task').map((id) => {
    const [before = '', after = ''] = readFileSync(`/proc/self/task/${id}/stat`, 'utf8').split(') ');
    return { name: before.slice(before.indexOf('(') + 1), nice: Number(after.split(' ')[16]) };
  });
}

describe('yieldFromCompiling', () => {
  it("makes the compiler's threads wait for all others, and leaves those as they were", () => {
    const usual = niceness().find(({ name }) => name !== 'V8Worker')?.nice;
    const count = yieldFromCompiling();
    assert.ok(count > 0, 'Node.js names the threads of V8 as before');
    const after = niceness();
    assert.deepEqual(after.filter(({ name }) => name === 'V8Worker').map(({ nice }) => nice), Array<number>(count).fill(19));
    assert.deepEqual(new Set(after.filter(({ name }) => name !== 'V8Worker').map(({ nice }) => nice)), new Set([usual]));
  });
});
