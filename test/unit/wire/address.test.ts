import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type Address,
  isLinkLocal,
  isLoopback,
  isMulticast,
  isUnspecified,
  toAddress,
} from '../../../src/wire/index.ts';
import { address } from './octets.ts';

/** Which of the addresses the test is true for. */
function matching(test: (candidate: Address) => boolean): readonly string[] {
  return ['::', '::1', '::2', '1::', '0:0:1::1', '::1:0:0:1', 'ff02::1', 'feff::1', 'fe80::1', 'febf::1', 'fec0::1', 'fe7f::', '2001:db8::1'].filter(
    (text) => test(address(text)),
  );
}

describe('kinds of address', () => {
  it('tells them apart by RFC 4291', () => {
    assert.deepEqual(matching(isUnspecified), ['::']);
    assert.deepEqual(matching(isLoopback), ['::1']);
    assert.deepEqual(matching(isMulticast), ['ff02::1']);
    assert.deepEqual(matching(isLinkLocal), ['fe80::1', 'febf::1']);
  });

  it('looks at every octet for the unspecified and the loopback address', () => {
    for (let i = 0; i < 16; i++) {
      const bytes = new Uint8Array(16) as Address;
      bytes[i] = 1;
      assert.equal(isUnspecified(bytes), false);
      assert.equal(isLoopback(bytes), i === 15);
    }
  });

  it('takes 16 octets for an address, and no other number', () => {
    assert.ok(toAddress(new Uint8Array(16)));
    assert.equal(toAddress(new Uint8Array(15)), undefined);
    assert.equal(toAddress(new Uint8Array(17)), undefined);
  });
});
