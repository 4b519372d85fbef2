import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NEVER, remainingLifetime, renewalTimes, saturatedExpirationTime } from '../../../src/lease/index.ts';
import { INFINITY_SECONDS, epochSeconds, seconds } from '../../../src/wire/index.ts';
import { NOW } from './leases.ts';

function times(preferred: number, t1: number | 'auto', t2: number | 'auto'): [number, number] {
  const found = renewalTimes(seconds(preferred), t1 === 'auto' ? t1 : seconds(t1), t2 === 'auto' ? t2 : seconds(t2));
  return [found.t1, found.t2];
}

describe('lifetimes', () => {
  it('[S-TX-9] T1 and T2 are 0.5 and 0.8 of the shortest preferred lifetime, infinite when it is', () => {
    assert.deepEqual(times(3_600, 'auto', 'auto'), [1_800, 2_880]);
    assert.deepEqual(times(3, 'auto', 'auto'), [1, 2]);
    assert.deepEqual(times(0, 'auto', 'auto'), [0, 0]);
    assert.deepEqual(times(INFINITY_SECONDS, 'auto', 'auto'), [INFINITY_SECONDS, INFINITY_SECONDS]);
    assert.deepEqual(times(INFINITY_SECONDS - 1, 'auto', 'auto'), [2_147_483_647, 3_435_973_835]);
  });

  it('[S-TX-9] set T1 and T2 count, as far as a client can make use of them', () => {
    assert.deepEqual(times(3_600, 100, 200), [100, 200]);
    assert.deepEqual(times(3_600, 5_000, 6_000), [3_600, 3_600]);
    assert.deepEqual(times(3_600, 'auto', 900), [900, 900]);
    assert.deepEqual(times(3_600, 3_000, 'auto'), [2_880, 2_880]);
    assert.deepEqual(times(3_600, 300, 200), [200, 200]);
    assert.deepEqual(times(INFINITY_SECONDS, 300, 'auto'), [300, INFINITY_SECONDS]);
  });

  it('[S-TX-9] 0 leaves the time to the client', () => {
    assert.deepEqual(times(3_600, 0, 0), [0, 0]);
    assert.deepEqual(times(3_600, 0, 'auto'), [0, 2_880]);
    assert.deepEqual(times(3_600, 'auto', 0), [1_800, 0]);
  });

  it('end a lifetime from now, an infinite one never', () => {
    assert.equal(saturatedExpirationTime(NOW, seconds(60)), NOW + 60);
    assert.equal(saturatedExpirationTime(NOW, INFINITY_SECONDS), NEVER);
    assert.equal(saturatedExpirationTime(NOW, seconds(0xfffffffe)), NEVER - 1);
    assert.equal(saturatedExpirationTime(epochSeconds(1), seconds(0xfffffffe)), NEVER - 1);
    assert.equal(saturatedExpirationTime(epochSeconds(0), seconds(0xfffffffe)), NEVER - 1);
  });

  it('tell what is left', () => {
    assert.equal(remainingLifetime(epochSeconds(NOW + 60), NOW), 60);
    assert.equal(remainingLifetime(NOW, NOW), 0);
    assert.equal(remainingLifetime(epochSeconds(NOW - 1), NOW), 0);
    assert.equal(remainingLifetime(NEVER, NOW), INFINITY_SECONDS);
  });
});
