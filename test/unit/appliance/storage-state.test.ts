import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createStorageState } from '../../../src/appliance/storage-state.ts';
import { BindingStatus, LeaseTable, NO_SLOT } from '../../../src/lease/index.ts';
import { address } from '../../conformance/server/box.ts';

describe('records that could not be read', () => {
  const lease = { address: address('2001:db8:1::103'), prefixLength: 128 };

  it('keep their leases from being given out until the operator accepts the loss', () => {
    const table = new LeaseTable({ k0: 1, k1: 2 }, 0);
    const storage = createStorageState(table, [lease]);
    assert.equal(table.records.isTaken(table.find(lease.address, 0, 128)), true);
    storage.accept([]);
    assert.equal(table.find(lease.address, 0, 128), NO_SLOT);
  });

  it('are not removed again where the partner has told of the lease since', () => {
    const table = new LeaseTable({ k0: 1, k1: 2 }, 0);
    const storage = createStorageState(table, [lease]);
    const held = table.read(table.find(lease.address, 0, 128));
    table.put({ ...held, status: BindingStatus.ABANDONED, revision: 7 });
    storage.accept([]);
    assert.equal(table.records.revision(table.find(lease.address, 0, 128)), 7);
  });
});
