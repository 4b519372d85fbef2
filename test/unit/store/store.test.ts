import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { BindingStatus, LeaseKind, type Binding } from '../../../src/lease/index.ts';
import { epochSeconds, INFINITY_SECONDS, iaid, type Address, type Duid } from '../../../src/wire/index.ts';
import { addressOf, bindingOf, bindingsOf } from './bindings.ts';
import { inDirectory, open } from './opened-store.ts';

/** As plain data, without the optional fields that are undefined. */
function plain(bindings: readonly Binding[]): unknown {
  return JSON.parse(JSON.stringify(bindings.map((binding) => ({ ...binding, address: Buffer.from(binding.address), duid: Buffer.from(binding.duid), linkLayerAddress: binding.linkLayerAddress && Buffer.from(binding.linkLayerAddress), relay: binding.relay && Buffer.from(binding.relay) }))));
}

describe('the store', () => {
  it('is fresh, then opened, and gives back every field of every binding as of its commit', () =>
    inDirectory(async (directory) => {
      const bindings: Binding[] = [
        bindingOf(1),
        bindingOf(2, { duid: new Uint8Array(0) as Duid, status: BindingStatus.FREE, iaid: iaid(0) }),
        bindingOf(3, { duid: new Uint8Array(130).fill(7) as Duid, iaid: iaid(0xffffffff), expirationTime: epochSeconds(0xffffffff) }),
        bindingOf(4, { validLifetime: INFINITY_SECONDS, preferredLifetime: INFINITY_SECONDS, linkLayerAddress: Uint8Array.of(0, 1, 2, 0, 0, 0, 0, 4) }),
        bindingOf(5, { relay: new Uint8Array(40_000).fill(12) }),
        bindingOf(6, { relay: Uint8Array.of(12, 0), linkLayerAddress: Uint8Array.of(0, 1) }),
        bindingOf(7, { kind: LeaseKind.IA_PD, prefixLength: 56, address: Uint8Array.of(0x20, 1, 0xd, 0xb8, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0) as Address, status: BindingStatus.ABANDONED }),
      ];
      const first = await open(directory);
      assert.equal(first.outcome, 'fresh');
      assert.equal(first.counter, 0);
      assert.deepEqual(await first.store.commit(7, bindings, []), { committed: true });
      await first.store.close();

      const second = await open(directory);
      assert.equal(second.outcome, 'opened');
      assert.equal(second.counter, 7);
      assert.equal(second.bindings, bindings.length);
      assert.deepEqual(plain(second.read), plain(bindings.map((binding) => ({ ...binding, revision: 7 }))));
      await second.store.close();
    }));
});
