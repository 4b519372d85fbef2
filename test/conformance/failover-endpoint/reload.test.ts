import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { inNormal } from './pair.ts';
import type { Pair } from './pair.ts';
import { settings } from './settings.ts';

const CHANGED = { configDigest: 'bb', configSections: { links: '1', lifetimes: '3' } };

function alarmsOf(pair: Pair, role: 'primary' | 'secondary'): readonly string[] {
  return [...pair.boxes[role].alarms.keys()].filter((id) => id.includes('configuration'));
}

describe('A configuration that changes while a box runs', () => {
  it('[R-CFG3] is compared with the partner\'s at once, and the two go on in NORMAL', () => {
    const pair = inNormal();
    pair.boxes.primary.step({ kind: 'configured', relationships: [settings('primary', CHANGED)] });
    pair.advance(5_000);
    assert.equal(pair.states, 'NORMAL NORMAL');
    assert.equal(alarmsOf(pair, 'secondary').length, 1, 'the secondary knows that the two differ');
    pair.boxes.secondary.step({ kind: 'configured', relationships: [settings('secondary', CHANGED)] });
    pair.advance(5_000);
    assert.equal(pair.states, 'NORMAL NORMAL');
    assert.deepEqual([alarmsOf(pair, 'primary'), alarmsOf(pair, 'secondary')], [[], []]);
  });

  it('but not for this partner leaves the connection alone', () => {
    const pair = inNormal();
    pair.boxes.primary.step({ kind: 'configured', relationships: [settings('primary')] });
    pair.advance(1_000);
    assert.ok(!pair.passed.some((message) => message.includes('CONNECT')), pair.passed.join('; '));
  });
});
