import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { LinkEvidence, LinkVerdict, MessageType, epochSeconds } from '../../../src/wire/index.ts';
import { inNormal } from './pair.ts';
import type { Pair } from './pair.ts';

function answersSolicit(pair: Pair, role: 'primary' | 'secondary'): boolean {
  const [view] = pair.boxes[role].failover.relationships;
  return view?.responsiveness.answers(MessageType.SOLICIT, false) === true;
}

function links(pair: Pair, role: 'primary' | 'secondary', verdict: LinkVerdict): void {
  const evidence = verdict === LinkVerdict.LOST ? LinkEvidence.NO_CARRIER : 0;
  pair.boxes[role].step({ kind: 'links', links: [{ link: 'lan', verdict, evidence, since: epochSeconds(0) }] });
}

describe('A box whose clients can’t reach it, with a partner that does not relay [R-LH8]', () => {
  const plain = { configuration: { relaying: false } };

  it('as the primary leaves, so that its partner serves, and stays away as long as that lasts', () => {
    const pair = inNormal(plain);
    assert.equal(answersSolicit(pair, 'secondary'), false);
    links(pair, 'primary', LinkVerdict.LOST);
    pair.advance(1_000);
    assert.equal(answersSolicit(pair, 'secondary'), true);
    pair.advance(60_000);
    assert.equal(pair.states, 'COMMUNICATIONS-INTERRUPTED COMMUNICATIONS-INTERRUPTED');
    links(pair, 'primary', LinkVerdict.UP);
    pair.advance(16_000);
    assert.equal(pair.states, 'NORMAL NORMAL');
  });

  it('as the primary stays where relay agents bring clients, or where it is not sure', () => {
    for (const verdict of [LinkVerdict.UNKNOWN, LinkVerdict.SUSPECT]) {
      const pair = inNormal(plain);
      links(pair, 'primary', verdict);
      pair.advance(5_000);
      assert.equal(pair.states, 'NORMAL NORMAL');
    }
  });

  it('as the secondary stays: it answers no new client anyway', () => {
    const pair = inNormal(plain);
    links(pair, 'secondary', LinkVerdict.LOST);
    pair.advance(5_000);
    assert.equal(pair.states, 'NORMAL NORMAL');
  });

  for (const role of ['primary', 'secondary'] as const) {
    it(`as the ${role} says so in an alarm, whether it leaves or stays: nobody passes on what its clients say`, () => {
      const pair = inNormal(plain);
      links(pair, role, LinkVerdict.LOST);
      pair.advance(1_000);
      const alarm = pair.boxes[role].alarms.get('link lan');
      assert.equal(alarm?.severity, 'error');
      assert.match(alarm.text, /^lan: this box does not reach its clients there \(no carrier since .*\), and \w+ does not say that it does$/);
    });
  }

  it('is no reason to leave a partner that relays', () => {
    const pair = inNormal();
    links(pair, 'primary', LinkVerdict.LOST);
    pair.advance(5_000);
    assert.equal(pair.states, 'NORMAL NORMAL');
  });
});
