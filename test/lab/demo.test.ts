// `make run` does what it says, from two empty directories and one file on.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import { run } from './process/run.ts';

const demonstration = fileURLToPath(new URL('./demo.ts', import.meta.url));
/** Until two boxes that were never started are a pair; seconds. */
const pairedWithin = 60;

describe('the demonstration', () => {
  it('pairs two boxes, pulls a cable, kills a box, and every client is served', async () => {
    const told = await run([process.execPath, demonstration]);
    const [, paired] = /and (\d+\.\d) s later they are a pair/.exec(told) ?? [];
    assert.ok(Number(paired) < pairedWithin, told);
    for (const who of ['laptop', 'home router', 'branch office PC', 'phone', 'printer']) {
      assert.match(told, new RegExp(`The ${who} \\(\\w+\\) has its leases? \\d`));
    }
    assert.match(told, /West heard it and passed [1-9]\d* messages on/);
    assert.match(told, /Each of them knows all 7 leases/);
    assert.ok(told.split('\n').every((line) => line.length <= 80), told);
  });
});
