import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { LeaseReport, LinkReport, StatusReport } from '../../../src/control/index.ts';
import { formatCounters, formatLeases, formatLinks, formatLog, formatStatus } from '../../../src/console/report-text.ts';
import { LONGEST_ADDRESS, LONGEST_DUID, LONGEST_NAME, LONGEST_PREFIX, widthOf } from './wide.ts';

const NOW = Date.parse('2026-01-31T12:00:00Z');

const STATUS: StatusReport = {
  appliance: 'box',
  version: '1.2.3',
  serverId: '00:04:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10',
  startedAt: '2026-01-30T10:59:00.000Z',
  now: '2026-01-31T12:00:00Z',
  clock: { trusted: true, source: 'ntp' },
  leases: { ACTIVE: 12, FREE: 3, ABANDONED: 0 },
  storage: { directory: '/var/lib/twinlease', generation: '00ff', revision: 41, lost: 0 },
  configuration: { file: '/etc/twinlease.yaml', undoneIn: undefined, isUndoneShared: false, undecided: undefined },
  failover: [],
  alarms: [],
  dnsDue: undefined,
  queued: { intake: 1, waiting: 2 },
  rssBytes: 61.4 * 1_048_576,
};

function lease(changes: Partial<LeaseReport>): LeaseReport {
  return {
    lease: '2001:db8::5',
    kind: 'IA_NA',
    status: 'ACTIVE',
    link: 'lan',
    duid: '00:03:00:01:02:00:00:00:00:01',
    iaid: 1,
    expires: '2026-01-31T13:30:00Z',
    lastHeard: '2026-01-31T11:30:00Z',
    linkLayerAddress: undefined,
    dns: undefined,
    pending: false,
    ...changes,
  };
}

describe('the text of the status', () => {
  it('says what the box is, holds and waits for', () => {
    assert.equal(formatStatus(STATUS), [
      'appliance  box, twinlease 1.2.3, up 1d1h',
      'server     00:04:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10',
      'leases     12 ACTIVE, 3 FREE',
      'storage    /var/lib/twinlease, 41 commits',
      'waiting    1 to be handled, 2 for storage',
      'clock      2026-01-31 12:00:00Z, trusted (NTP)',
      'memory     61 MiB',
      'alarms     none',
    ].join('\n'));
  });

  it('shows lost records and every alarm, within 80 columns', () => {
    const text = formatStatus({
      ...STATUS,
      leases: {},
      storage: { ...STATUS.storage, lost: 'unknown' },
      alarms: [
        { id: 'storage-full', since: '2026-01-31T11:00:00.000Z', severity: 'error', advice: undefined, text: 'the disk is full: nothing new is leased until there is room; delete what is not needed' },
        { id: `client-quarantined ${LONGEST_DUID}`, since: '2026-01-31T11:30:00.000Z', severity: 'error', advice: undefined, text: `messages of client ${LONGEST_DUID} are dropped` },
      ],
    });
    assert.ok(widthOf(text) <= 80, text);
    assert.match(text, /^leases {5}none$/m);
    assert.match(text, /^storage .*, LOST RECORDS: unknown$/m);
    assert.ok(text.includes([
      '',
      'ALARM storage-full',
      '  since 2026-01-31T11:00:00Z: the disk is full: nothing new is leased until',
      '  there is room; delete what is not needed',
      '',
      'ALARM client-quarantined',
    ].join('\n')), text);
    assert.ok(text.replaceAll(/\n */g, '').includes(LONGEST_DUID), 'the DUID is whole');
  });

  it('has a line for each relationship, and says how grave an alarm is and what to do', () => {
    const relationship = {
      name: LONGEST_NAME,
      role: 'secondary',
      state: 'COMMUNICATIONS-INTERRUPTED',
      since: '2026-01-31T11:00:00Z',
      partner: LONGEST_NAME,
      partnerState: 'NORMAL',
      communications: 'none',
    } as const;
    const text = formatStatus({
      ...STATUS,
      failover: [relationship, { ...relationship, name: 'a', partner: 'east', state: 'NORMAL', communications: 'ok' }],
      alarms: [
        { id: 'a no-backup', since: '2026-01-31T11:00:00.000Z', severity: 'warning', text: 'you have no backup: east is not in step', advice: 'Look after east and the management link, at once and with both eyes.' },
        { id: 'a note', since: '2026-01-31T11:00:00.000Z', severity: 'info', text: 'all is well', advice: undefined },
      ],
    });
    assert.ok(widthOf(text) <= 80, text);
    assert.match(text, /^failover {3}a-link-with-a-name-of-32-letters: COMMUNICATIONS-INTERRUPTED WITHOUT\n {11}a-link/m);
    assert.match(text, /^failover {3}a: NORMAL with east, as secondary$/m);
    assert.ok(text.endsWith([
      '',
      'WARNING a no-backup',
      '  since 2026-01-31T11:00:00Z: you have no backup: east is not in step',
      '  to do: Look after east and the management link, at once and with both eyes.',
      '',
      'NOTE a note',
      '  since 2026-01-31T11:00:00Z: all is well',
    ].join('\n')), text);
  });
});

describe('the table of leases', () => {
  it('has a line for each lease', () => {
    const leases = [lease({}), lease({ lease: '2001:db8:100::/56', status: 'FREE', link: undefined, expires: undefined })];
    assert.equal(formatLeases({ leases, more: false }, NOW), [
      'LEASE              STATUS  ENDS IN  LINK  CLIENT',
      '2001:db8::5        ACTIVE  1h30m    lan   00:03:00:01:02:00:00:00:00:01',
      '2001:db8:100::/56  FREE    never    -     00:03:00:01:02:00:00:00:00:01',
    ].join('\n'));
  });

  it('says how to see the next page', () => {
    const text = formatLeases({ leases: [lease({})], more: true }, NOW);
    assert.equal(text.split('\n').at(-1), 'more: --after 2001:db8::5');
  });

  it('says so where there are none', () => {
    assert.equal(formatLeases({ leases: [], more: false }, NOW), 'no leases');
  });

  it('fits 80 columns with the longest of everything; leases are whole, clients show their ends', () => {
    const text = formatLeases({
      leases: [
        lease({ lease: LONGEST_ADDRESS, status: 'PENDING_FREE', expires: '2026-12-31T23:59:59Z', link: LONGEST_NAME, duid: LONGEST_DUID }),
        lease({ lease: LONGEST_PREFIX, kind: 'IA_PD' }),
      ],
      more: false,
    }, NOW);
    assert.equal(widthOf(text), 80, text);
    assert.ok(text.includes(`${LONGEST_ADDRESS}  PENDING_FREE`));
    assert.ok(text.includes(LONGEST_PREFIX));
    assert.ok(text.split('\n')[1]?.endsWith(':80:81'), text);
  });
});

describe('the text of the links', () => {
  const link: LinkReport = {
    name: 'lan',
    prefixes: ['2001:db8:1::/64'],
    interfaces: [{ name: 'eth1', serving: true, state: 'up' }, { name: 'eth2', serving: false, state: 'missing' }],
    pools: [
      { pool: '2001:db8:1::1000 - 2001:db8:1::1fff', kind: 'IA_NA', size: 4096, active: 12, abandoned: 1 },
      { pool: '2001:db8:100::/40 by /56', kind: 'IA_PD', size: 65_536, active: 3, abandoned: 0 },
    ],
    reservations: 2,
    health: undefined,
  };

  it('shows interfaces, reservations and how full the pools are', () => {
    assert.equal(formatLinks([link]), [
      'lan: 2001:db8:1::/64',
      '  interface eth1: serving, up',
      '  interface eth2: NOT SERVING, missing',
      '  2 reservations',
      '  POOL                                 ACTIVE  SET ASIDE   SIZE',
      '  2001:db8:1::1000 - 2001:db8:1::1fff      12          1   4096',
      '  2001:db8:100::/40 by /56                  3          0  65536',
    ].join('\n'));
  });

  it('[R-LH2] shows what two boxes make of a link that they share', () => {
    const up = { verdict: 'UP', evidence: '', since: '2026-01-31T11:00:00Z' };
    const shared = { ...link, pools: [], reservations: 0, health: { link: 'lan', partnerName: 'west', own: up, partner: { ...up, verdict: 'SUSPECT', evidence: 'its link-local address is being checked' }, relaying: true } };
    assert.deepEqual(formatLinks([shared]).split('\n').slice(3, 6), [
      '  UP here; SUSPECT at west (its link-local address is being checked) since',
      '  2026-01-31 11:00:00Z: what its clients say is passed on',
      '  no pools',
    ]);
    assert.match(formatLinks([{ ...shared, health: { ...shared.health, partner: up, relaying: false } }]), /^ {2}UP here and at west$/m);
    assert.match(formatLinks([{ ...shared, health: { ...shared.health, partner: undefined } }]), /^ {2}UP here; west has no port there: what its clients say is passed on$/m);
  });

  it('says what is not there', () => {
    assert.equal(formatLinks([{ ...link, interfaces: [], pools: [], reservations: 0 }, { ...link, name: 'b', interfaces: [], pools: [], reservations: 0 }]), [
      'lan: 2001:db8:1::/64',
      '  no interface of this box: its clients come through relays',
      '  no pools',
      '',
      'b: 2001:db8:1::/64',
      '  no interface of this box: its clients come through relays',
      '  no pools',
    ].join('\n'));
  });

  it('fits 80 columns with the longest of everything, and cuts no pool', () => {
    const text = formatLinks([{
      ...link,
      name: LONGEST_NAME,
      prefixes: ['2001:db88:aaaa:bbbb::/64', '2001:db88:aaaa:cccc::/64', '2001:db88:aaaa:dddd::/64'],
      interfaces: [{ name: 'eth0123456789ab', serving: false, state: 'its link-local address is in use by another device' }],
      pools: [
        { pool: `2001:db88:aaaa:bbbb:cccc:dddd:1111:0001 - ${LONGEST_ADDRESS}`, kind: 'IA_NA', size: 2 ** 64, active: 1_000_000, abandoned: 999_999 },
        { pool: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:0/112 by /128', kind: 'IA_PD', size: 1_000_000, active: 0, abandoned: 0 },
      ],
    }]);
    assert.ok(widthOf(text) <= 80, text);
    assert.ok(text.includes('  2001:db88:aaaa:bbbb:cccc:dddd:1111:0001 -\n'));
    assert.match(text, new RegExp(`^ {2}${LONGEST_ADDRESS} +1000000 +999999 +2\\^64$`, 'm'));
    assert.match(text, /^ {2}ffff:ffff:ffff:ffff:ffff:ffff:ffff:0\/112 by \/128 +0 +0 +1000000$/m);
  });
});

describe('the table of counters', () => {
  const counters = { 'sent.reply': 3, 'received.solicit': 10, 'shed.solicit': 0 };

  it('is in the order of the names and leaves out what is 0', () => {
    assert.equal(formatCounters(counters, 'counted'), 'COUNTER           COUNT\nreceived.solicit     10\nsent.reply            3');
  });

  it('has all of them on request', () => {
    assert.match(formatCounters(counters, 'all'), /^shed\.solicit +0$/m);
  });

  it('says so where nothing was counted', () => {
    assert.equal(formatCounters({ a: 0 }, 'counted'), 'nothing was counted yet');
  });
});

describe('the text of the log', () => {
  const lines = [
    { time: '2026-01-31T12:00:00.250Z', severity: 'info', text: 'lan: serving on eth1' },
    { time: '2026-01-31T12:00:01.000Z', severity: 'warning', text: 'lan: interface eth1 is gone; waiting for it, and for its address' },
  ] as const;

  it('is what the daemon writes to its own', () => {
    assert.equal(
      formatLog(lines, false),
      '2026-01-31T12:00:00Z info    lan: serving on eth1\n' +
        '2026-01-31T12:00:01Z warning lan: interface eth1 is gone; waiting for it, and for its address',
    );
  });

  it('stays within a screen, and breaks no word', () => {
    assert.equal(
      formatLog(lines, true),
      '2026-01-31T12:00:00Z info    lan: serving on eth1\n' +
        `2026-01-31T12:00:01Z warning lan: interface eth1 is gone; waiting for it, and\n${' '.repeat(29)}for its address`,
    );
  });
});
