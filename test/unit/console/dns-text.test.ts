import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { DnsStatusReport } from '../../../src/control/index.ts';
import { formatDns } from '../../../src/console/show-dns.ts';
import { LONGEST_ADDRESS, widthOf } from './wide.ts';

const NOW = Date.parse('2026-01-31T12:00:00Z');

const REPORT: DnsStatusReport = {
  zones: [
    { zone: 'lan.example.com', servers: ['2001:db8::53', '2001:db8::54 port 5353'], key: 'twinlease', state: 'failing', waiting: 3, asking: 1, failingSince: '2026-01-31T11:59:48Z', nextTry: '2026-01-31T12:00:08Z', lastError: '2001:db8::53: it does not answer' },
    { zone: '1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa', servers: ['192.0.2.53'], state: 'idle', waiting: 0, asking: 0 },
  ],
  due: 5,
  held: 1,
  later: 1,
  removals: 2,
  taken: [{ address: '2001:db8:1::5', name: 'printer.lan.example.com' }],
};

describe('the text of what is due in the DNS', () => {
  it('says what waits, zone by zone, and why', () => {
    assert.equal(formatDns(REPORT, NOW), [
      'due        5 addresses; of 2 of them former names are to be removed',
      'later      1 address of these is tried again',
      'held       1 address of these waits until it is known what the partner does, or',
      '           a zone is configured',
      '',
      'lan.example.com: 2001:db8::53, 2001:db8::54 port 5353, signed with "twinlease"',
      '  state      FAILING for 12s, tried again in 8s',
      '  waiting    3, and 1 asked for',
      '  last error 2001:db8::53: it does not answer',
      '',
      '1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa: 192.0.2.53, NOT SIGNED',
      '  state      idle',
      '',
      'names that somebody else has:',
      '  printer.lan.example.com (for 2001:db8:1::5)',
    ].join('\n'));
  });

  it('says that all is well in one line', () => {
    const text = formatDns({ zones: [], due: 0, held: 0, later: 0, removals: 0, taken: [] }, NOW);
    assert.equal(text, 'due        nothing: the zones are as the leases are');
  });

  it('fits a screen, and shows no more than ten of many names', () => {
    const taken = Array.from({ length: 100 }, (_, i) => ({ address: LONGEST_ADDRESS, name: `${'x'.repeat(63)}.${'y'.repeat(63)}.${i}` }));
    const text = formatDns({ ...REPORT, zones: REPORT.zones.map((zone) => ({ ...zone, zone: 'z'.repeat(120), lastError: 'w'.repeat(300) })), taken }, NOW);
    assert.ok(widthOf(text) <= 80);
    assert.match(text, /\n {2}and 90 more$/);
  });
});
