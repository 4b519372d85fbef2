/** RFC 8156 figures 7, 8 and 9, and what else two boxes go through together; the endpoints of both are the real ones. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EndpointState } from '../../../src/failover/index.ts';
import { seconds } from '../../../src/wire/index.ts';
import { createPair, inNormal } from './pair.ts';
import type { Pair } from './pair.ts';

const { NORMAL, RESOLUTION_INTERRUPTED, COMMUNICATIONS_INTERRUPTED } = EndpointState;
const MCLT = 60;
const SHORT = { configuration: { mclt: seconds(MCLT) } };

/** What passed since the last look, without CONTACT. */
function passed(pair: Pair): readonly string[] {
  return pair.passed.splice(0).filter((line) => !line.endsWith('CONTACT'));
}

function partnerDown(pair: Pair, role: 'primary' | 'secondary'): void {
  assert.equal(pair.boxes[role].command('partner-down'), undefined);
  pair.advance(50);
}

describe('Two boxes (RFC 8156 section 8)', () => {
  it('[F-SM-200] figure 7: one was down, the other served alone; the one recovers', () => {
    const pair = inNormal(SHORT);
    pair.advance(10_000);
    pair.crash('primary');
    assert.equal(pair.states, 'off COMMUNICATIONS-INTERRUPTED');
    pair.advance(70_000);
    partnerDown(pair, 'secondary');
    pair.advance(20_000);
    passed(pair);
    pair.start('primary');
    pair.advance(1_000);
    assert.equal(pair.states, 'RECOVER-WAIT PARTNER-DOWN');
    assert.deepEqual(passed(pair), [
      'primary CONNECT',
      'secondary CONNECTREPLY',
      'secondary STATE(PARTNER-DOWN)',
      'primary STATE(STARTUP, COMMUNICATIONS-INTERRUPTED)',
      'primary STATE(RECOVER)',
      'primary UPDREQ',
      'secondary UPDDONE',
      'primary STATE(RECOVER-WAIT)',
    ]);
    pair.advance(MCLT * 1_000);
    assert.equal(pair.states, 'NORMAL NORMAL');
    assert.deepEqual(passed(pair), ['primary STATE(RECOVER-DONE)', 'secondary STATE(NORMAL)', 'primary STATE(NORMAL)']);
  });
  it('[F-SM-200] the wait counts from the time of failure', () => {
    const pair = inNormal({ configuration: { mclt: seconds(3_600) } });
    pair.crash('secondary');
    pair.advance(70_000);
    partnerDown(pair, 'primary');
    const { waitUntil } = (pair.start('secondary'), pair.advance(5_000), pair.boxes.secondary.view);
    assert.ok(waitUntil !== undefined);
    const left = waitUntil - pair.boxes.secondary.now().epoch;
    assert.ok(left > 3_500 && left < 3_600, `${left} s are left of 3600`);
  });
  it('[F-SM-201] figure 8: the connection breaks, and is made again', () => {
    const pair = inNormal();
    pair.reset();
    assert.equal(pair.states, 'COMMUNICATIONS-INTERRUPTED COMMUNICATIONS-INTERRUPTED');
    pair.advance(1_000);
    assert.equal(pair.states, 'NORMAL NORMAL');
    assert.deepEqual(passed(pair), [
      'primary CONNECT',
      'secondary CONNECTREPLY',
      'secondary STATE(COMMUNICATIONS-INTERRUPTED)',
      'primary STATE(COMMUNICATIONS-INTERRUPTED)',
      'primary STATE(NORMAL)',
      'secondary STATE(NORMAL)',
    ]);
  });
  it('[F-SM-202] figure 9: both served alone', () => {
    const pair = inNormal();
    pair.isCut = true;
    pair.advance(10_000);
    assert.equal(pair.states, 'COMMUNICATIONS-INTERRUPTED COMMUNICATIONS-INTERRUPTED');
    partnerDown(pair, 'primary');
    partnerDown(pair, 'secondary');
    pair.isCut = false;
    pair.advance(10_000);
    assert.equal(pair.states, 'NORMAL NORMAL');
    assert.deepEqual(passed(pair).slice(-9), [
      'primary STATE(POTENTIAL-CONFLICT)',
      'primary UPDREQ',
      'secondary STATE(POTENTIAL-CONFLICT)',
      'secondary UPDDONE',
      'primary STATE(CONFLICT-DONE)',
      'secondary UPDREQ',
      'primary UPDDONE',
      'secondary STATE(NORMAL)',
      'primary STATE(NORMAL)',
    ]);
  });
  it('[F-SM-202] interrupted, the conflict is settled later', () => {
    const pair = createPair({ primary: RESOLUTION_INTERRUPTED, secondary: RESOLUTION_INTERRUPTED });
    pair.start('primary');
    pair.advance(10_000);
    assert.equal(pair.states, 'RESOLUTION-INTERRUPTED off');
    pair.start('secondary');
    pair.advance(10_000);
    assert.equal(pair.states, 'NORMAL NORMAL');
  });
  it('[F-SM-203, F-GAP-19] two new boxes serve at once', () => {
    const pair = createPair({});
    pair.start('secondary');
    pair.start('primary');
    pair.advance(500);
    assert.equal(pair.states, 'NORMAL NORMAL');
    const lines = passed(pair);
    for (const role of ['primary', 'secondary']) {
      assert.equal(lines.filter((line) => line === `${role} UPDREQ`).length, 1);
      assert.equal(lines.filter((line) => line === `${role} UPDDONE`).length, 1);
    }
    assert.ok(!lines.some((line) => line.includes('UPDREQALL')));
  });
  it('[F-SM-203] a new box beside one that served: everything is asked for, and MCLT waited for', () => {
    const pair = inNormal(SHORT);
    pair.crash('secondary');
    partnerDown(pair, 'primary');
    passed(pair);
    pair.start('secondary', 'wiped');
    pair.advance(5_000);
    assert.equal(pair.states, 'PARTNER-DOWN RECOVER-WAIT');
    assert.ok(passed(pair).includes('secondary UPDREQALL'));
    pair.advance(MCLT * 1_000);
    assert.equal(pair.states, 'NORMAL NORMAL');
  });
  it('a half-open connection is replaced by the true partner\'s next one (F-CON-20)', () => {
    const pair = inNormal();
    pair.isCut = true;
    pair.boxes.primary.step({ kind: 'partnerHost', relationship: 'east-west', reach: 'no-carrier' });
    pair.advance(1_500);
    assert.equal(pair.states, 'COMMUNICATIONS-INTERRUPTED NORMAL', 'the secondary has not noticed');
    pair.isCut = false;
    pair.advance(6_000);
    assert.equal(pair.states, 'NORMAL NORMAL');
  });
  it('a rolling restart goes through COMMUNICATIONS-INTERRUPTED alone (R-XR7)', () => {
    const pair = inNormal();
    for (const role of ['secondary', 'primary'] as const) {
      pair.boxes[role].step({ kind: 'stopping' });
      pair.advance(50);
      pair.crash(role);
      pair.advance(2_000);
      pair.start(role);
      pair.advance(10_000);
      assert.equal(pair.states, 'NORMAL NORMAL');
    }
    assert.ok(!pair.passed.some((line) => line.includes('PARTNER-DOWN') || line.includes('CONFLICT')));
  });
  it('power comes back on both (RFC 8156 section 8.3)', () => {
    const pair = createPair({ primary: NORMAL, secondary: COMMUNICATIONS_INTERRUPTED });
    pair.start('primary');
    pair.start('secondary');
    pair.advance(2_000);
    assert.equal(pair.states, 'NORMAL NORMAL');
  });
  it('[R-ST1] an old copy of a disk is put back: RECOVER, with everything', () => {
    const pair = inNormal(SHORT);
    const copy = pair.copyDisk('secondary');
    pair.advance(120_000);
    pair.crash('secondary');
    pair.putBack('secondary', copy);
    passed(pair);
    pair.start('secondary');
    pair.advance(5_000);
    assert.equal(pair.states, 'COMMUNICATIONS-INTERRUPTED RECOVER-WAIT');
    assert.ok(passed(pair).includes('secondary UPDREQALL'));
    pair.advance(MCLT * 1_000);
    assert.equal(pair.states, 'NORMAL NORMAL');
    pair.advance(70_000);
    pair.crash('secondary');
    pair.start('secondary');
    pair.advance(5_000);
    assert.equal(pair.states, 'NORMAL NORMAL', 'the disk is one with its past now');
  });
});
