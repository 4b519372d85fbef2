import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { TransitionReport } from '../../../src/control/index.ts';
import { formatHistory } from '../../../src/console/history-text.ts';
import { widthOf } from './wide.ts';

const NOW = Date.parse('2026-01-31T12:00:00Z');

function transition(time: string, from: string, to: string, why: string): TransitionReport {
  return { time: `2026-01-${time}Z`, relationship: 'east-west', from, to, why };
}

describe('what an endpoint went through, as text', () => {
  it('is a time line of the last day at most, with the gravest state of each 20 minutes, and each state with how long it lasted', () => {
    const text = formatHistory(
      'east-west',
      [
        transition('31T00:00:00', 'STARTUP', 'NORMAL', 'the partner is there'),
        transition('31T06:02:00', 'NORMAL', 'COMMUNICATIONS-INTERRUPTED', 'communications failed'),
        transition('31T06:07:00', 'COMMUNICATIONS-INTERRUPTED', 'NORMAL', 'the partner is heard again'),
        transition('31T11:00:00', 'NORMAL', 'COMMUNICATIONS-INTERRUPTED', 'communications failed'),
        transition('31T11:40:00', 'COMMUNICATIONS-INTERRUPTED', 'PARTNER-DOWN', 'the operator said that the partner is down'),
      ],
      NOW,
    );
    assert.ok(widthOf(text) <= 80);
    assert.deepEqual(text.split('\n').slice(0, 4), [
      'east-west, the last day:',
      `  |${' '.repeat(36)}${'-'.repeat(18)}i${'-'.repeat(14)}iiP|`,
      `  12:00Z${' '.repeat(62)}12:00Z`,
      '  P PARTNER-DOWN  i COMMUNICATIONS-INTERRUPTED  - NORMAL',
    ]);
    assert.match(text, /\n2026-01-31 00:00:00Z {2}NORMAL \(for 6h2m\): the box started; the partner is there\n/);
    assert.match(text, /\n2026-01-31 06:02:00Z {2}COMMUNICATIONS-INTERRUPTED \(for 5m\): communications failed\n/);
    assert.match(text, /\n2026-01-31 11:40:00Z {2}PARTNER-DOWN \(until now, 20m\): the operator said that the\n {22}partner is down$/);
  });

  it('shows no more of the past than there is to show', () => {
    const since = (time: string): string => formatHistory('east-west', [transition(time, 'STARTUP', 'NORMAL', 'the partner is there')], NOW).split('\n', 2).join('\n');
    assert.equal(since('31T11:50:00'), `east-west, the last 12 minutes:\n  |${' '.repeat(12)}${'-'.repeat(60)}|`);
    assert.equal(since('31T11:47:00'), `east-west, the last 72 minutes:\n  |${' '.repeat(59)}${'-'.repeat(13)}|`);
    assert.equal(since('31T06:00:00'), `east-west, the last 6 hours:\n  |${'-'.repeat(72)}|`);
    assert.equal(since('30T11:00:00'), `east-west, the last day:\n  |${'-'.repeat(72)}|`);
  });

  it('says of times that nobody had confirmed that they may be any others, and of no span what nobody knows', () => {
    const began: TransitionReport = { ...transition('01T00:00:00', 'STARTUP', 'NORMAL', 'the partner is there'), time: '1970-01-01T00:00:20Z', isUnconfirmed: true };
    const cut: TransitionReport = { ...began, time: '1970-01-01T00:05:20Z', from: 'NORMAL', to: 'COMMUNICATIONS-INTERRUPTED', why: 'communications failed' };
    const text = formatHistory('east-west', [began, cut, transition('31T11:00:00', 'STARTUP', 'NORMAL', 'the partner is there')], NOW);
    assert.deepEqual(text.split('\n').slice(1), [
      `  |${' '.repeat(12)}${'-'.repeat(60)}|`,
      `  10:48Z${' '.repeat(62)}12:00Z`,
      '  - NORMAL',
      '',
      '1970-01-01 00:00:20Z? NORMAL (for 5m): the box started; the partner is there',
      '1970-01-01 00:05:20Z? COMMUNICATIONS-INTERRUPTED (for nobody knows how long):',
      '                      communications failed',
      '2026-01-31 11:00:00Z  NORMAL (until now, 1h): the box started; the partner is',
      '                      there',
      '',
      '? by a clock that nobody had confirmed: it may have been any other time',
    ]);
  });

  it('is a time line where nobody has confirmed any time, all the same: one clock shows all of it, but for what lies before a start', () => {
    const at = (time: string, from: string, to: string): TransitionReport => ({ ...transition(time, from, to, 'why'), isUnconfirmed: true });
    const text = formatHistory('east-west', [at('31T10:00:00', 'STARTUP', 'NORMAL'), at('31T11:00:00', 'STARTUP', 'NORMAL')], NOW);
    assert.match(text, /----\|\n/);
    assert.match(text, /10:00:00Z\? NORMAL \(for nobody knows how long\)[^]*11:00:00Z\? NORMAL \(until now, 1h\)/);
  });

  it('shows no negative span where the clock was set back', () => {
    const text = formatHistory('east-west', [transition('31T11:30:00', 'STARTUP', 'NORMAL', 'why'), transition('31T11:00:00', 'STARTUP', 'NORMAL', 'why')], NOW);
    assert.match(text, /11:30:00Z {2}NORMAL \(for nobody knows how long\)/);
  });

  it('may be empty', () => {
    assert.equal(formatHistory('east-west', [], NOW), 'east-west: nothing has happened yet');
  });
});
