import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isStored } from '../../../src/failover/updates/stored-binding.ts';
import { type Binding, BindingStatus, LeaseTable } from '../../../src/lease/index.ts';
import { epochSeconds, iaid, seconds } from '../../../src/wire/index.ts';
import { KEY, NOW, address, binding, duid } from '../lease/leases.ts';

/** With something in each field. */
const STORED = binding('2001:db8::1', {
  partnerLifetime: epochSeconds(NOW + 1),
  ackedPartnerLifetime: epochSeconds(NOW + 2),
  expirationTime: epochSeconds(NOW + 3),
  partnerRawCltTime: epochSeconds(NOW + 4),
  relay: Uint8Array.of(1, 2),
  relayAgent: address('2001:db8::a'),
  reconfigureData: Uint8Array.of(3, 4),
  clientAddress: Uint8Array.of(5, 6),
  dns: Uint8Array.of(7, 8),
});

const OTHER: Partial<Binding> = {
  status: BindingStatus.EXPIRED,
  updateNeeded: true,
  duid: duid(2),
  iaid: iaid(2),
  preferredLifetime: seconds(1),
  validLifetime: seconds(1),
  clientLastTransactionTime: epochSeconds(1),
  startTimeOfState: epochSeconds(1),
  stateExpirationTime: epochSeconds(1),
  partnerLifetime: epochSeconds(1),
  ackedPartnerLifetime: epochSeconds(1),
  expirationTime: epochSeconds(1),
  partnerRawCltTime: epochSeconds(1),
  relayAgent: address('2001:db8::b'),
};

const DATA = ['relay', 'relayAgent', 'reconfigureData', 'clientAddress', 'dns'] as const;

function isStoredAs(stored: Binding, asked: Binding): boolean {
  const table = new LeaseTable(KEY, 0);
  return isStored(table.records, table.put(stored), asked);
}

describe('what of the partner’s updates needs no write', () => {
  it('is what the table has already', () => {
    assert.equal(isStoredAs(STORED, { ...STORED }), true);
    assert.equal(isStoredAs(binding('2001:db8::1'), binding('2001:db8::1')), true);
  });

  for (const [field, value] of Object.entries(OTHER)) {
    it(`is not what differs in ${field}`, () => assert.equal(isStoredAs(STORED, { ...STORED, [field]: value }), false));
  }

  for (const field of DATA) {
    it(`is not what has another ${field}, a longer one, or one where there was none, or none any more`, () => {
      const octets = STORED[field];
      assert.ok(octets !== undefined);
      const other = octets.slice();
      other[other.length - 1] = 0xee;
      for (const value of [other, Uint8Array.of(...octets, 0), undefined]) {
        assert.equal(isStoredAs(STORED, { ...STORED, [field]: value }), false);
      }
      assert.equal(isStoredAs({ ...STORED, [field]: undefined }, STORED), false);
    });
  }
});
