import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bindingEntry } from '../../../src/store/entry.ts';
import { seconds } from '../../../src/wire/index.ts';
import { binding } from '../lease/leases.ts';

describe('the record of a lease', () => {
  it('has nothing of what is kept in memory only: a program that does not know of it reads the record', () => {
    const lease = binding('2001:db8::1');
    const plain = bindingEntry(lease, 7).value.slice();
    assert.deepEqual(bindingEntry({ ...lease, renewal: { t1: seconds(1), t2: seconds(2) } }, 7).value, plain);
  });
});
