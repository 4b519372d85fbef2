import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { createServerProbe, isProbe, probeSolicit } from '../../../src/health/index.ts';
import type { ServerProbe } from '../../../src/health/index.ts';
import { MessageType, OptionCode, decodeMessage, monotonicMs } from '../../../src/wire/index.ts';

describe('a server asked as a client would [R-LH4]', () => {
  let probe: ServerProbe;
  let now: number;
  beforeEach(() => {
    probe = createServerProbe();
    now = 0;
  });

  /** @returns how often it was asked in so many seconds, in which it was looked at ten times a second */
  const seconds = (count: number, { isAnswering = false, isCrowded = false, aliveAt = () => now } = {}): number => {
    let asked = 0;
    for (const end = now + 1_000 * count; now < end; now += 100) {
      if (!probe.look({ aliveAt: monotonicMs(aliveAt()), isCrowded }, monotonicMs(now))) continue;
      asked++;
      if (isAnswering) probe.answered();
    }
    return asked;
  };

  it('is asked once a second', () => {
    assert.equal(seconds(10, { isAnswering: true }), 10);
    assert.equal(probe.isUnanswered, false);
  });

  it('counts as mute after three questions, and not after two', () => {
    seconds(3);
    assert.equal(probe.isUnanswered, false);
    seconds(1);
    assert.equal(probe.isUnanswered, true);
  });

  it('is not mute any more with its first answer', () => {
    seconds(10);
    probe.answered();
    assert.equal(probe.isUnanswered, false);
    seconds(3);
    assert.equal(probe.isUnanswered, false);
  });

  it('has an excuse while its program was not heard of behind the question: it does nothing at all', () => {
    seconds(1, { isAnswering: true });
    const stoppedAt = now;
    seconds(20, { aliveAt: () => stoppedAt });
    assert.equal(probe.isUnanswered, false);
  });

  it('has an excuse while so much is said that it may not come to read all', () => {
    seconds(20, { isCrowded: true });
    assert.equal(probe.isUnanswered, false);
  });

  it('has one for what could not be sent', () => {
    for (let i = 0; i < 10; i++) {
      seconds(1);
      probe.forget();
    }
    assert.equal(probe.isUnanswered, false);
  });
});

describe('the question', () => {
  it('is a Solicit that every server understands, and nobody gets a lease by (RFC 9915 18.2.1) [R-LH4]', () => {
    const decoded = decodeMessage(probeSolicit(0x123456));
    assert.ok(decoded.error === undefined && 'transactionId' in decoded);
    assert.deepEqual([decoded.type, decoded.transactionId], [MessageType.SOLICIT, 0x123456]);
    assert.deepEqual(decoded.options.map(({ code }) => code), [OptionCode.CLIENTID, OptionCode.ELAPSED_TIME, OptionCode.ORO, OptionCode.IA_NA]);
  });

  it('is known again, and nothing else is taken for it', () => {
    const question = probeSolicit(7);
    assert.equal(isProbe(question), true);
    for (const at of [0, 4, 9, 25]) {
      const other = question.slice();
      other[at] = (other[at] ?? 0) ^ 1;
      assert.equal(isProbe(other), at === 4, String(at));
    }
    assert.equal(isProbe(question.subarray(0, -1)), false);
  });
});
