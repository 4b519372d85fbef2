import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { epochSeconds, iaid } from '../../../src/wire/index.ts';
import { NOW, binding } from '../../unit/lease/leases.ts';
import { Box } from './box.ts';
import { clientUpdate, codeFor, leaseUpdate } from './messages.ts';

const LEASE = '2001:db8:1::1';

describe('a lease that both boxes extended (RFC 8156 7.5.5)', () => {
  for (const [role, updateNeeded, later, whose] of [
    ['primary', true, -6, 'own'],
    ['primary', false, -6, 'own'],
    ['secondary', true, -6, 'own'],
    ['primary', true, -5, 'own'],
    ['primary', true, 5, 'own'],
    ['primary', false, 0, 'the partner’s'],
    ['secondary', true, 0, 'the partner’s'],
    ['secondary', true, -5, 'the partner’s'],
    ['primary', true, 6, 'the partner’s'],
    ['secondary', true, 6, 'the partner’s'],
  ] as const) {
    const change = updateNeeded ? 'changed here as well' : 'not changed here';
    it(`[F-GAP-11, F-GAP-12] the ${role} keeps ${whose} terms of a lease that the partner extended ${String(later)} s later, ${change}`, () => {
      const box = new Box(role, { settings: { pools: [0] } }).open();
      box.has(binding(LEASE, { clientLastTransactionTime: epochSeconds(NOW - 100), iaid: iaid(7), stateExpirationTime: epochSeconds(NOW + 3_600), updateNeeded }));
      assert.equal(codeFor(box, clientUpdate(1, [leaseUpdate(LEASE, { cltTime: epochSeconds(NOW - 100 + later) })])), 0);
      const isOwn = whose === 'own';
      const kept = box.read(LEASE);
      assert.deepEqual([kept.iaid, kept.validLifetime, kept.stateExpirationTime], [isOwn ? 7 : 1, isOwn ? 7_200 : 3_600, NOW + 3_600]);
      assert.equal(kept.updateNeeded, isOwn && updateNeeded, 'the partner has to know what it does not know yet');
    });
  }
});
