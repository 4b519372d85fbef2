import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type Binding, BindingStatus, NEVER, declined, expired, freed, granted, released, reset } from '../../../src/lease/index.ts';
import { type EpochSeconds, InvariantError, epochSeconds, iaid, seconds } from '../../../src/wire/index.ts';
import { NOW, binding, duid } from './leases.ts';

const LATER: EpochSeconds = epochSeconds(NOW + 10_000);
const ENDED = [BindingStatus.EXPIRED, BindingStatus.RELEASED, BindingStatus.PENDING_FREE, BindingStatus.RESET];
const STATUSES = Object.values(BindingStatus);

/** The statuses in which a step can be taken. */
function allowed(step: (before: Binding) => Binding): BindingStatus[] {
  return STATUSES.filter((status) => {
    try {
      step(binding('2001:db8::1', { status }));
      return true;
    } catch (error) {
      assert.ok(error instanceof InvariantError);
      return false;
    }
  });
}

/** What every step leaves as it was. */
function assertMoved(after: Binding, before: Binding, status: BindingStatus, differing: Partial<Binding> = {}): void {
  assert.deepEqual(after, { ...before, status, startTimeOfState: LATER, stateExpirationTime: NEVER, revision: 9, ...differing });
}

describe('status transitions (RFC 8156 7.2)', () => {
  const active = binding('2001:db8::1', { linkLayerAddress: Uint8Array.of(1), relay: Uint8Array.of(2) });

  it('(1) a free lease is given, and one that nobody had', () => {
    const grant = {
      address: active.address,
      prefixLength: 128,
      kind: active.kind,
      duid: duid(3),
      iaid: iaid(4),
      preferredLifetime: seconds(50),
      validLifetime: seconds(60),
      linkLayerAddress: undefined,
      relay: undefined,
      relayAgent: undefined,
    };
    const wanted = {
      ...grant,
      status: BindingStatus.ACTIVE,
      clientLastTransactionTime: LATER,
      startTimeOfState: LATER,
      stateExpirationTime: LATER + 60,
      partnerLifetime: 0,
      ackedPartnerLifetime: 0,
      expirationTime: 0,
      partnerRawCltTime: 0,
      updateNeeded: false,
      timescale: 0,
      revision: 9,
      reconfigureData: undefined,
      clientAddress: undefined,
      dns: undefined,
    };
    assert.deepEqual(granted(grant, undefined, LATER, 9), wanted);
    assert.deepEqual(granted(grant, { ...active, status: BindingStatus.FREE }, LATER, 9), wanted);
    assert.deepEqual(allowed((before) => granted(grant, before, LATER, 9)), [BindingStatus.FREE, BindingStatus.FREE_BACKUP]);
    assert.throws(() => granted({ ...grant, preferredLifetime: seconds(61) }, undefined, LATER, 9), InvariantError);
  });

  it('(3) a client gives its lease back', () => {
    assertMoved(released(active, LATER, 9), active, BindingStatus.RELEASED, { clientLastTransactionTime: LATER });
    assert.deepEqual(allowed((before) => released(before, LATER, 9)), [BindingStatus.ACTIVE]);
  });

  it('(4), (5) a lease that ended is free, and remembers its client', () => {
    const ended = { ...active, status: BindingStatus.RELEASED };
    assertMoved(freed(ended, LATER, 9), ended, BindingStatus.FREE);
    assert.deepEqual(allowed((before) => freed(before, LATER, 9)), ENDED);
  });

  it('(8) a lease runs out, not before its time', () => {
    assertMoved(expired(active, LATER, 9), active, BindingStatus.EXPIRED);
    assert.throws(() => expired(active, epochSeconds(NOW + 7_199), 9), InvariantError);
    assert.equal(expired(active, epochSeconds(NOW + 7_200), 9).status, BindingStatus.EXPIRED);
    assert.deepEqual(allowed((before) => expired(before, LATER, 9)), [BindingStatus.ACTIVE]);
  });

  it('(9) a declined address is set aside for a time', () => {
    const held = declined(active, seconds(86_400), LATER, 9);
    assertMoved(held, active, BindingStatus.ABANDONED, {
      clientLastTransactionTime: LATER,
      stateExpirationTime: epochSeconds(LATER + 86_400),
    });
    assert.deepEqual(allowed((before) => declined(before, seconds(1), LATER, 9)), [BindingStatus.ACTIVE]);
  });

  it('(10) a declined address comes back', () => {
    const held = { ...active, status: BindingStatus.ABANDONED };
    assertMoved(reset(held, LATER, 9), held, BindingStatus.RESET);
    assert.deepEqual(allowed((before) => reset(before, LATER, 9)), [BindingStatus.ABANDONED]);
  });
});
