import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EndpointState } from '../../../src/failover/index.ts';
import { seconds } from '../../../src/wire/index.ts';
import { inNormal } from './pair.ts';
import type { Pair } from './pair.ts';
import { record, settings } from './settings.ts';
import { createSolo, inState, nameOf } from './solo.ts';

const { COMMUNICATIONS_INTERRUPTED } = EndpointState;

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

  it('[R-ST1] leaves void what was acknowledged in a copy of the disk that was put back', () => {
    const before = record('primary', COMMUNICATIONS_INTERRUPTED, { acksVoidThrough: 7 });
    for (const configuration of [settings('primary'), settings('primary', CHANGED)]) {
      const { box } = createSolo('primary', before);
      assert.deepEqual(box.flows.map(({ voidThrough }) => voidThrough), [7]);
      box.step({ kind: 'configured', relationships: [configuration] });
      assert.equal(box.flows.at(-1)?.voidThrough, 7);
    }
    const { box } = createSolo('primary', record('primary', COMMUNICATIONS_INTERRUPTED));
    box.step({ kind: 'configured', relationships: [settings('primary', CHANGED)] });
    assert.deepEqual(box.flows.map(({ voidThrough }) => voidThrough), [0, 0]);
  });

  it('[F-SM-70] has the partner declared down after another time, and not by the one that counted before', () => {
    for (const [after, changes, left] of [
      [60, { autoPartnerDown: seconds(600) }, 600],
      [600, { autoPartnerDown: seconds(60) }, 60],
      [60, { autoPartnerDown: seconds(60), ...CHANGED }, 20],
    ] as const) {
      const solo = inState('primary', COMMUNICATIONS_INTERRUPTED, { configuration: { autoPartnerDown: seconds(after) } });
      solo.box.advance(40_000);
      solo.box.step({ kind: 'configured', relationships: [settings('primary', changes)] });
      solo.box.advance((left - 1) * 1_000);
      assert.equal(nameOf(solo), 'COMMUNICATIONS-INTERRUPTED', `${String(left)} s`);
      solo.box.advance(1_000);
      assert.equal(nameOf(solo), 'PARTNER-DOWN', `${String(left)} s`);
    }
    const off = inState('primary', COMMUNICATIONS_INTERRUPTED, { configuration: { autoPartnerDown: seconds(60) } });
    off.box.step({ kind: 'configured', relationships: [settings('primary')] });
    off.box.advance(3_600_000);
    assert.equal(nameOf(off), 'COMMUNICATIONS-INTERRUPTED', 'nor where only the operator says so now');
  });
});
