import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { LeasequeryReport } from '../../../src/control/index.ts';
import { formatLeasequery } from '../../../src/console/show-leasequery.ts';
import { LONGEST_ADDRESS, widthOf } from './wide.ts';

const REPORT: LeasequeryReport = {
  requestors: ['2001:db8:f::5', '2001:db8:e::/64'],
  udp: { answered: 12, refused: { NotAllowed: 3, NotConfigured: 1 } },
  tcp: {
    port: 547,
    security: 'tls',
    listening: true,
    connectionsMax: 10,
    connections: [
      { requestor: '2001:db8:f::5', port: 40_000, state: 'active', since: 3_700, clients: 1_234, behind: 7 },
      { requestor: '2001:db8:e::9', port: 547, state: 'idle', since: 2, clients: 0, behind: 0 },
    ],
  },
};

describe('the text of who asks for leases', () => {
  it('has who may, what was asked by UDP, and each connection', () => {
    assert.equal(formatLeasequery(REPORT), [
      'requestors  2001:db8:f::5, 2001:db8:e::/64',
      'by UDP      12 answered, 3 refused (NotAllowed), 1 refused (NotConfigured)',
      'by TCP      port 547, TLS; 2 of 10 connections',
      '',
      'REQUESTOR       PORT  STATE    FOR  TOLD  BEHIND',
      '2001:db8:f::5  40000  active  1h1m  1234       7',
      '2001:db8:e::9    547  idle      2s     0       0',
    ].join('\n'));
  });

  it('says that there is no TCP, no TLS, or nobody at the port', () => {
    assert.match(formatLeasequery({ ...REPORT, tcp: undefined }), /by TCP {6}off$/);
    const { tcp } = REPORT;
    assert.ok(tcp !== undefined);
    assert.match(formatLeasequery({ ...REPORT, tcp: { ...tcp, security: 'insecure', listening: false, connections: [] } }), /by TCP {6}port 547, WITHOUT TLS, NOT LISTENING; 0 of 10 connections$/);
  });

  it('fits 80 columns', () => {
    const { tcp } = REPORT;
    assert.ok(tcp !== undefined);
    const connections = [{ requestor: LONGEST_ADDRESS, port: 65_535, state: 'closing' as const, since: 1e6, clients: 1_000_000, behind: 16_384 }];
    assert.ok(widthOf(formatLeasequery({ ...REPORT, requestors: [LONGEST_ADDRESS, LONGEST_ADDRESS, LONGEST_ADDRESS], tcp: { ...tcp, connections } })) <= 80);
  });
});
