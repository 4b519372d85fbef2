import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { clockStake, formatClock } from '../../../src/console/clock-text.ts';
import { parseUtcTime } from '../../../src/console/utc-time.ts';
import type { ClockReport } from '../../../src/control/index.ts';

const REPORT: ClockReport = {
  now: '2026-11-29T10:42:00Z',
  trusted: true,
  source: 'ntp',
  doubt: undefined,
  system: { now: '2026-11-29T10:42:00Z', status: 'synchronized', maxError: 0.0213 },
  timescale: '0102030405060708',
};
const UNTRUSTED: ClockReport = {
  ...REPORT,
  trusted: false,
  source: 'nobody',
  system: { now: '1970-01-01T00:03:00Z', status: 'unconfirmed', maxError: undefined },
};

/** In one line, as the person reads it. */
const flat = (text: string): string => text.replaceAll(/\s+/g, ' ');

describe('clock show', () => {
  it('says what time it is, in UTC, who says so, and what the system\'s clock is worth', () => {
    assert.equal(
      formatClock(REPORT),
      [
        'time       2026-11-29 10:42:00Z, trusted (NTP)',
        'system     2026-11-29 10:42:00Z, which NTP keeps right, off by 0.021 s at most',
        'timescale  0102030405060708',
      ].join('\n'),
    );
  });

  it('[R-ST2] says that the time is not trusted, what follows from that, and what ends it', () => {
    const text = flat(formatClock(UNTRUSTED));
    assert.match(text, /NOT TRUSTED: nobody has confirmed it/);
    assert.match(text, /no lease ends, and no partner is declared down by itself/);
    assert.match(text, /"twinlease clock set" ends that/);
    assert.match(text, /1970-01-01 00:03:00Z, which nobody is known to keep right/);
  });

  it('[R-ST2] tells of a jump that waits for a second source', () => {
    const text = flat(formatClock({ ...REPORT, doubt: { source: 'partner', by: -200_000 } }));
    assert.match(text, /the partner would set it by -2d7h, which is more than a day: it counts when a second source says the same/);
  });

  it('fits a screen of 80 columns', () => {
    for (const report of [REPORT, UNTRUSTED, { ...REPORT, doubt: { source: 'ntp', by: 1e9 } as const }]) {
      for (const line of [...formatClock(report).split('\n'), ...clockStake(report, Date.parse(report.now) + 1e9).split('\n')]) assert.ok(line.length <= 80, line);
    }
  });
});

describe('what clock set means', () => {
  const now = Date.parse(REPORT.now);

  it('[R-ST2] a step: every time moves along, the connection is made anew, the system\'s clock stays', () => {
    const text = flat(clockStake(UNTRUSTED, now + 90_000));
    assert.match(text, /nobody has confirmed it\. You set it by \+1m30s\./);
    assert.match(text, /no lease ends or lasts longer by the step itself/);
    assert.match(text, /those that are over by the true time at once/);
    assert.match(text, /"date -u -s '2026-11-29 10:43:30'" sets it/);
    assert.doesNotMatch(text, /more than a day/);
  });

  it('a confirmation, where it shows that already', () => {
    assert.match(flat(clockStake(UNTRUSTED, now + 1_000)), /You confirm that\./);
  });

  it('[R-ST2] for a trusted clock more than a day takes a second source', () => {
    assert.match(flat(clockStake(REPORT, now + 90_000_000)), /only when a second source, NTP or a partner, says the same/);
    assert.doesNotMatch(flat(clockStake(REPORT, now + 80_000_000)), /second source/);
  });
});

describe('a time that is typed', () => {
  for (const [text, read] of [
    ['2026-11-29T10:42:07Z', '2026-11-29T10:42:07.000Z'],
    ['2026-11-29T10:42:07', '2026-11-29T10:42:07.000Z'],
    ['2026-11-29T10:42', '2026-11-29T10:42:00.000Z'],
    ['2026-11-29 10:42', '2026-11-29T10:42:00.000Z'],
    ['2026-11-29t10:42z', '2026-11-29T10:42:00.000Z'],
    ['2026-11-29T10:42+02:00', '2026-11-29T08:42:00.000Z'],
  ] as const) {
    it(`${text} is ${read}`, () => assert.equal(new Date(parseUtcTime(text) ?? NaN).toISOString(), read));
  }

  for (const text of ['', 'now', '10:42', '2026-11-29', '2026-02-30T10:00', '2026-13-01T10:00', '2026-11-29T25:00', '2026-11-29T10:42:07.5', '1764412920']) {
    it(`"${text}" is none`, () => assert.equal(parseUtcTime(text), undefined));
  }
});
