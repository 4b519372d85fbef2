import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createKeepalive } from '../../../src/failover/keepalive.ts';
import type { Keepalive } from '../../../src/failover/keepalive.ts';
import { monotonicMs, seconds } from '../../../src/wire/index.ts';

const BEGIN = 1_000_000;

function at(ms: number): ReturnType<typeof monotonicMs> {
  return monotonicMs(BEGIN + ms);
}

/** Since `BEGIN`; both boxes send CONTACT every `interval` milliseconds, 0: as RFC 8156 has it. */
function keepalive(interval: number, ownSeconds = 60): Keepalive {
  const made = createKeepalive(seconds(ownSeconds), at(0));
  if (interval > 0) made.agreedInterval(interval);
  return made;
}

describe('keepalive', () => {
  const limits = [
    { interval: 250, answers: 5_000, gone: 1_000 },
    { interval: 100, answers: 5_000, gone: 1_000 },
    { interval: 500, answers: 10_000, gone: 2_000 },
    { interval: 0, answers: 60_000, gone: 60_000 },
    // Never longer than the keepalive time that this box said.
    { interval: 10_000, answers: 60_000, gone: 40_000 },
    { interval: 20_000, answers: 60_000, gone: 60_000 },
  ];
  for (const { interval, answers, gone } of limits) {
    it(`judges silence at intervals of ${String(interval)} ms by ${String(answers)} ms, and by ${String(gone)} where the host is gone as well`, () => {
      const kept = keepalive(interval);
      for (const [reach, limit] of [['answers', answers], ['silent', gone], ['no-carrier', gone]] as const) {
        assert.equal(kept.verdict(at(limit - 1), reach), undefined, reach);
        assert.notEqual(kept.verdict(at(limit), reach), undefined, reach);
      }
    });
  }

  it('says how long the silence was, and what is known of the host', () => {
    const kept = keepalive(250);
    assert.equal(kept.verdict(at(5_100), 'answers'), 'nothing was heard for 5.1 s');
    assert.equal(kept.verdict(at(1_000), 'silent'), 'nothing was heard for 1.0 s, and the host answers no echo');
    assert.equal(kept.verdict(at(1_000), 'no-carrier'), 'nothing was heard for 1.0 s, and the management port has no carrier');
  });

  it('takes what this box did not hear while it stood still for no silence, and for no more than that', () => {
    const kept = keepalive(250);
    kept.stalled(300, at(1_000));
    assert.equal(kept.heardAt, at(300));
    kept.stalled(10_000, at(2_000));
    assert.equal(kept.heardAt, at(2_000), 'nothing is heard in the future');
    kept.heard(at(2_500));
    assert.equal(kept.heardAt, at(2_500));
  });

  it('asks for a CONTACT when nothing was sent for the interval, not before', () => {
    const kept = keepalive(250);
    kept.sent(at(100));
    assert.deepEqual([kept.isContactDue(at(349)), kept.isContactDue(at(350))], [false, true]);
    assert.equal(kept.nextAt('answers'), at(350));
  });
});
