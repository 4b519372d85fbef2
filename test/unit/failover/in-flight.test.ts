import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { InFlight } from '../../../src/failover/updates/in-flight.ts';
import type { SentUpdate } from '../../../src/failover/updates/in-flight.ts';
import { holds } from '../wire/arbitraries.ts';

const lease = fc.record({
  slot: fc.integer({ min: 1, max: 5_000 }),
  revision: fc.maxSafeNat(),
  start: fc.nat({ max: 0xffffffff }),
  lifetime: fc.nat({ max: 0xffffffff }),
}, { noNullPrototype: true });
const content = fc.record({ leases: fc.array(lease, { minLength: 1, maxLength: 6 }), takesBack: fc.boolean(), isForgetful: fc.boolean() }, { noNullPrototype: true });
/** An update is sent, or the one at this place among those on their way is answered. */
const action = fc.oneof(content, fc.nat({ max: 700 }));

function update(sequence: number, leases: SentUpdate['leases']): SentUpdate {
  return { transactionId: sequence, sequence, leases, takesBack: false, isForgetful: false };
}

function leaseIn(slot: number): SentUpdate['leases'][number] {
  return { slot, revision: 1, start: 2, lifetime: 3 };
}

describe('updates on their way', () => {
  it('are found again as they were sent, in whatever order they are answered', () => {
    holds(
      fc.property(fc.array(action, { maxLength: 900 }), (actions) => {
        const inFlight = new InFlight();
        inFlight.open(10_000);
        const model = new Map<number, SentUpdate>();
        let sequence = 0;
        for (const next of actions) {
          if (typeof next === 'number') {
            const id = [...model.keys()][next] ?? -1;
            assert.deepEqual(inFlight.take(id), model.get(id));
            model.delete(id);
          } else {
            sequence += 1;
            const sent = { transactionId: 1_000_000 - sequence, sequence, ...next };
            inFlight.add(sent);
            model.set(sent.transactionId, sent);
          }
          assert.equal(inFlight.size, model.size);
          assert.equal(inFlight.oldest, [...model.values()][0]?.sequence ?? 0);
          assert.equal(inFlight.sequence, sequence);
        }
        const slots = new Set([...model.values()].flatMap(({ leases }) => leases.map(({ slot }) => slot)));
        for (let slot = 0; slot <= 5_000; slot += 1) assert.equal(inFlight.isAbout(slot), slots.has(slot));
        for (const sent of model.values()) assert.deepEqual(inFlight.take(sent.transactionId), sent);
        assert.equal(inFlight.size, 0);
      }),
    );
  }).timeout(60_000);

  it('are never more than the window', () => {
    const inFlight = new InFlight();
    assert.equal(inFlight.isFull, true, 'a window that was not opened is shut');
    inFlight.open(1);
    assert.equal(inFlight.isFull, false);
    inFlight.add(update(1, [leaseIn(7)]));
    assert.equal(inFlight.isFull, true);
    assert.throws(() => inFlight.add(update(2, [leaseIn(8)])), /beyond the window/);
  });

  it('are forgotten with the connection', () => {
    const inFlight = new InFlight();
    inFlight.open(10);
    inFlight.add(update(1, [leaseIn(7), leaseIn(8)]));
    inFlight.open(10);
    assert.equal(inFlight.size, 0);
    assert.equal(inFlight.sequence, 0);
    assert.equal(inFlight.isAbout(7), false);
    assert.equal(inFlight.take(1), undefined);
    inFlight.add(update(1, [leaseIn(9)]));
    assert.deepEqual(inFlight.take(1), update(1, [leaseIn(9)]));
  });
});
