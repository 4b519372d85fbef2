import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EndpointState } from '../../../src/failover/index.ts';
import { MessageType } from '../../../src/wire/index.ts';
import { createPair, inNormal } from './pair.ts';
import type { Pair } from './pair.ts';

function answersRebind(pair: Pair, role: 'primary' | 'secondary'): boolean {
  const [view] = pair.boxes[role].failover.relationships;
  return view?.responsiveness.answers(MessageType.REBIND, false) === true;
}

describe('A box whose stable storage takes no writes (R-LH7)', () => {
  for (const role of ['primary', 'secondary'] as const) {
    const partner = role === 'primary' ? 'secondary' : 'primary';
    it(`as the ${role} leaves its partner, which serves all clients, and answers nobody itself`, () => {
      const pair = inNormal();
      pair.boxes[role].step({ kind: 'storage', works: false });
      pair.advance(1_000);
      assert.equal(answersRebind(pair, role), false);
      assert.equal(answersRebind(pair, partner), true);
      pair.advance(30_000);
      assert.equal(answersRebind(pair, partner), true, 'and does not come back before storage works');
    });

    it(`as the ${role} comes back as soon as storage works again`, () => {
      const pair = inNormal();
      pair.boxes[role].step({ kind: 'storage', works: false });
      pair.advance(20_000);
      pair.boxes[role].step({ kind: 'storage', works: true });
      // A primary that was sent away tries again within 15 s.
      pair.advance(16_000);
      assert.equal(pair.states, 'NORMAL NORMAL');
    });
  }

  it('in PARTNER-DOWN goes on with what it can answer: nobody else is there', () => {
    const pair = createPair({ primary: EndpointState.PARTNER_DOWN });
    pair.start('primary');
    pair.advance(7_000);
    pair.boxes.primary.step({ kind: 'storage', works: false });
    assert.equal(answersRebind(pair, 'primary'), true);
  });
});
