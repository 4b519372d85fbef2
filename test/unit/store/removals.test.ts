// The journal of what is to be removed from the DNS.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isSoundKey, removalKey } from '../../../src/store/key.ts';
import { decodeRemoval } from '../../../src/store/removal-entry.ts';
import { addressOf, bindingOf } from './bindings.ts';
import { readRaw } from './database-files.ts';
import { inDirectory, open } from './opened-store.ts';
import type { Duid } from '../../../src/wire/index.ts';

const DUID = Uint8Array.of(0, 3, 0, 1, 1, 2, 3, 4, 5, 6) as Duid;
const named = (letter: number, forward = true) => ({ name: Uint8Array.of(1, letter, 3, 0x6c, 0x61, 0x6e, 0), duid: DUID, forward });

describe('what is to be removed from the DNS', () => {
  it('[F-DD-10] is written with the leases of its commit, read at the next start, and gone when all of it is done', () =>
    inDirectory(async (directory) => {
      const first = await open(directory);
      const removals = [
        { address: addressOf(1), names: [named(0x61), named(0x62, false)] },
        { address: addressOf(2), names: [named(0x63)] },
      ];
      assert.deepEqual(await first.store.commit(1, [bindingOf(1)], [], [], undefined, removals), { committed: true });
      await first.store.close();
      const second = await open(directory);
      assert.deepEqual(second.removals, removals);
      assert.equal(second.bindings, 1);
      await second.store.commit(2, [], [], [], undefined, [{ address: addressOf(1), names: [] }, { address: addressOf(2), names: [named(0x64)] }]);
      await second.store.close();
      const third = await open(directory);
      assert.deepEqual(third.removals, [{ address: addressOf(2), names: [named(0x64)] }]);
      await third.store.close();
      assert.ok((await readRaw(directory)).every(([key]) => isSoundKey(key)));
    }));

  for (const [what, items] of [
    ['has nothing to remove', [5]],
    ['ends in the middle', [5, named(0x61).name, DUID]],
    ['has no name', [5, Uint8Array.of(0x61), DUID, 1]],
    ['has a DUID that is too long', [5, named(0x61).name, new Uint8Array(131), 1]],
    ['says neither yes nor no', [5, named(0x61).name, DUID, 2]],
  ] as const) {
    it(`is not read where a record ${what}`, () => {
      assert.equal(decodeRemoval(removalKey(addressOf(1)), items), undefined);
      assert.ok(decodeRemoval(removalKey(addressOf(1)), [5, named(0x61).name, DUID, 1]) !== undefined);
    });
  }
});
