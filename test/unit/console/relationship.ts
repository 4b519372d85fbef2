/** Reports of a relationship, for tests of what is made of them. */
import type { OutlookReport, RelationshipReport } from '../../../src/control/index.ts';

export const NOW = Date.parse('2026-01-31T12:00:00Z');

/** The primary, while all is well. */
export const NORMAL: RelationshipReport = {
  name: 'east-west',
  version: '0.2.0',
  role: 'primary',
  state: 'NORMAL',
  since: '2026-01-31T11:00:00Z',
  why: 'the partner is heard again',
  serving: 'responsive',
  partner: { name: 'west', version: '0.2.0', address: 'fd00::2', state: 'NORMAL', since: '2026-01-31T11:00:00Z', lastContact: '2026-01-31T12:00:00Z', heardOn: [], silentOn: [] },
  communications: 'ok',
  secure: true,
  links: ['lan1', 'branch'],
  linkHealth: [
    { link: 'lan1', own: { verdict: 'UP', evidence: '', since: '2026-01-31T11:00:00Z' }, partner: { verdict: 'UP', evidence: '', since: '2026-01-31T11:00:00Z' }, relaying: false },
    { link: 'branch', own: undefined, partner: undefined, relaying: false },
  ],
  relayed: { toPartner: 0, fromPartner: 0 },
  loadBalancing: undefined,
  mclt: 3_600,
  clockSkew: 0,
  updates: { unacked: 0, waiting: 0, done: true, scanned: 1, refused: 0, received: 12 },
  asking: undefined,
  held: undefined,
  waitUntil: undefined,
  partnerDownAt: undefined,
  pools: [
    { pool: '2001:db8:1::1000 - 2001:db8:1::1fff', kind: 'IA_NA', primary: 2_000, secondary: 2_048 },
    { pool: '2001:db8:100::/40 by /56', kind: 'IA_PD', primary: 32_000, secondary: 32_768 },
  ],
};

export const ALL_WELL: OutlookReport = {
  keep: 80,
  wait: 3,
  lose: 0,
  untold: 0,
  serves: 'now',
  servesFrom: undefined,
  newAddresses: 2_000,
  newPrefixes: 32_000,
  partnerPrefixes: 32_768,
};

/** The same, two minutes after the partner fell silent. */
export const LOST: RelationshipReport = {
  ...NORMAL,
  state: 'COMMUNICATIONS-INTERRUPTED',
  since: '2026-01-31T11:58:00Z',
  why: 'the partner is not heard any more',
  partner: { ...NORMAL.partner, lastContact: '2026-01-31T11:57:59Z' },
  communications: 'none',
  clockSkew: undefined,
  linkHealth: [],
  partnerDownAt: '2026-01-31T13:58:00Z',
};

/** The secondary, while it fetches everything, with much to complain of. */
export const RECOVERING: RelationshipReport = {
  ...NORMAL,
  role: 'secondary',
  state: 'RECOVER',
  serving: 'unresponsive',
  secure: false,
  clockSkew: -3,
  linkHealth: [],
  asking: 'all',
  updates: { unacked: 5, waiting: 8, done: false, scanned: 0.437, refused: 2, received: 4_711 },
};
