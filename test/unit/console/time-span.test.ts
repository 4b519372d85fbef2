import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatSpan, spanUntil } from '../../../src/console/time-span.ts';

describe('a span of time', () => {
  const cases: readonly [seconds: number, text: string][] = [
    [-5, '0s'], [0, '0s'], [0.9, '0s'], [1, '1s'], [59.9, '59s'], [60, '1m'], [61, '1m1s'], [3_552, '59m12s'],
    [3_600, '1h'], [3_601, '1h'], [3_661, '1h1m'], [86_399, '23h59m'], [86_400, '1d'], [273_600, '3d4h'],
    [86_400 + 59, '1d'], [4_294_967_295, '49710d6h'],
  ];
  for (const [seconds, text] of cases) {
    it(`of ${String(seconds)} s is ${text}`, () => assert.equal(formatSpan(seconds), text));
  }

  it('until a time is counted from now', () => {
    assert.equal(spanUntil('2026-01-31T12:01:30Z', Date.parse('2026-01-31T12:00:00Z')), '1m30s');
  });

  it('until a time that is over is 0s', () => {
    assert.equal(spanUntil('2026-01-31T12:00:00Z', Date.parse('2026-01-31T13:00:00Z')), '0s');
  });

  it('until no time is for ever', () => {
    assert.equal(spanUntil(undefined, 0), 'never');
  });
});
