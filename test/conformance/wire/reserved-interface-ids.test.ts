import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isReservedInterfaceId } from '../../../src/wire/index.ts';
import { address } from '../../unit/wire/octets.ts';

describe('interface identifiers that no host may have', () => {
  it('[S-LNK-5, O-58] knows subnet-router anycast, subnet anycast and the IANA Ethernet block', () => {
    for (const id of [
      ':0:0:0:0',
      ':fdff:ffff:ffff:ff80',
      ':fdff:ffff:ffff:ffff',
      ':200:5eff:fe00:0',
      ':200:5eff:fe00:5213',
      ':200:5eff:feff:ffff',
    ]) {
      assert.equal(isReservedInterfaceId(address(`2001:db8:1:2${id}`)), true, id);
    }
  });

  it('[S-LNK-5, O-58] and none of their neighbours', () => {
    for (const id of [
      ':0:0:0:1',
      ':0:0:1:0',
      ':fdff:ffff:ffff:ff7f',
      ':fdff:ffff:fffe:ff80',
      ':fcff:ffff:ffff:ff80',
      ':200:5eff:fdff:ffff',
      ':200:5eff:ff00:0',
      ':200:5efe:fe00:0',
    ]) {
      assert.equal(isReservedInterfaceId(address(`2001:db8:1:2${id}`)), false, id);
    }
  });
});
