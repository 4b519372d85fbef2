import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatRelationship, formatRelationshipStatus } from '../../../src/console/failover-text.ts';
import { stakeOf } from '../../../src/console/stake-text.ts';
import { formatStates } from '../../../src/console/state-text.ts';
import { FAILOVER_ACTIONS } from '../../../src/control/failover-protocol.ts';
import { ALL_WELL, LOST, NORMAL, NOW, RECOVERING } from './relationship.ts';
import { LONGEST_ADDRESS, LONGEST_NAME, widthOf } from './wide.ts';

describe('the text of a relationship', () => {
  it('that works', () => {
    assert.equal(formatRelationship(NORMAL, ALL_WELL, NOW), [
      'east-west: this box is the primary, west (fd00::2) its partner; links lan1,',
      '           branch',
      '  this box       NORMAL: both boxes work and agree',
      '                 since 2026-01-31 11:00:00Z (1h): the partner is heard again',
      '                 it answers every client (responsive)',
      '  partner        NORMAL since 2026-01-31 11:00:00Z (1h)',
      '  connection     TLS 1.3, certificates pinned; last heard 0s ago',
      '  programs       twinlease 0.2.0 on both',
      '  clocks         the same to the second',
      '  links          lan1 UP here and at west',
      '  updates        west knows every lease as it is',
      '  lead time      1h (MCLT)',
      '  if west died   80 leases go on, 3 wait until T2 to be extended here, 0 are',
      '                 lost',
      '                 new clients: 2000 addresses and 32000 prefixes, 32768 more when',
      '                 west is declared down and MCLT is over',
      '  LEFT IN POOL                         PRIMARY  SECONDARY',
      '  2001:db8:1::1000 - 2001:db8:1::1fff     2000       2048',
      '  2001:db8:100::/40 by /56               32000      32768',
    ].join('\n'));
  });

  it('[R-LH2] whose partner does not reach its clients, with the evidence', () => {
    const linkHealth = [
      {
        link: 'lan1',
        own: { verdict: 'UP', evidence: '', since: '2026-01-31T11:00:00Z' },
        partner: { verdict: 'LOST', evidence: 'no carrier', since: '2026-01-31T11:58:00Z' },
        relaying: true,
      },
      {
        link: 'branch',
        own: { verdict: 'switched off', evidence: 'switched off', since: '2026-01-31T10:02:00Z' },
        partner: undefined,
        relaying: false,
      },
    ];
    const lines = formatRelationship({ ...NORMAL, linkHealth, relayed: { toPartner: 12, fromPartner: 3 } }, ALL_WELL, NOW).split('\n');
    const from = lines.indexOf('  clocks         the same to the second') + 1;
    assert.deepEqual(lines.slice(from, lines.indexOf('  updates        west knows every lease as it is')), [
      '  links          lan1 UP here; LOST at west (no carrier) since 2026-01-31',
      '                 11:58:00Z: what its clients say is passed on',
      '                 branch switched off here since 2026-01-31 10:02:00Z; west has',
      '                 not said what it sees',
      '                 12 messages of clients passed on to west, 3 passed on by it',
    ]);
  });

  it('[R-LB2] of boxes that divide the clients, while it counts and while it does not', () => {
    const lines = (changes: Partial<typeof NORMAL>): readonly string[] => {
      const all = formatRelationship({ ...NORMAL, ...changes }, ALL_WELL, NOW).split('\n');
      return all.slice(all.findIndex((line) => line.includes('since 2026')) + 1, all.indexOf('  connection     TLS 1.3, certificates pinned; last heard 0s ago') - 1);
    };
    const loadBalancing = { hashBuckets: 77, inForce: true, problem: undefined, delayedService: 3 };
    assert.deepEqual(lines({ serving: 'responsive to its hash buckets', loadBalancing }), [
      '                 it answers its part of the clients, and those that ask for this',
      '                 box by its identifier (responsive to its hash buckets)',
      '  clients        77 of 256 hash buckets are this box\'s, 179 west\'s',
      '                 what west has not answered for 3s is passed on to it',
    ]);
    assert.deepEqual(lines({ loadBalancing: { ...loadBalancing, inForce: false } }).slice(1, 3), [
      '  clients        77 of 256 hash buckets are this box\'s, 179 west\'s, once both',
      '                 are in NORMAL again',
    ]);
    const notDivided = { ...loadBalancing, hashBuckets: undefined, inForce: false };
    assert.deepEqual(lines({ loadBalancing: notDivided }).slice(1), [
      '  clients        NOT DIVIDED (west has not agreed to it): in NORMAL this box',
      '                 answers all new ones',
    ]);
    assert.deepEqual(lines({ role: 'secondary', loadBalancing: { ...notDivided, problem: 'it proposes no hash map of 32 octets' } }).slice(1), [
      '  clients        NOT DIVIDED (it proposes no hash map of 32 octets): in NORMAL',
      '                 west answers all new ones',
    ]);
  });

  it('whose partner is out of reach', () => {
    assert.equal(formatRelationship(LOST, { ...ALL_WELL, untold: 7 }, NOW), [
      'east-west: this box is the primary, west (fd00::2) its partner; links lan1,',
      '           branch',
      '  this box       COMMUNICATIONS-INTERRUPTED: it does not hear its partner, and',
      '                 serves what is its own',
      '                 since 2026-01-31 11:58:00Z (2m): the partner is not heard any',
      '                 more',
      '                 it answers every client (responsive)',
      '                 west counts as down from 2026-01-31 13:58:00Z on (in 1h58m)',
      '  partner        NORMAL since 2026-01-31 11:00:00Z (1h), when it was heard last',
      '  connection     NONE; last heard 2m1s ago',
      '  clocks         not compared without a connection',
      '  updates        west does not know 7 leases as they are',
      '  lead time      1h (MCLT)',
      '  without west   80 leases go on, 3 wait until T2 to be extended here, 0 are',
      '                 lost',
      '                 new clients: 2000 addresses and 32000 prefixes, 32768 more when',
      '                 west is declared down and MCLT is over',
      '  LEFT IN POOL                         PRIMARY  SECONDARY',
      '  2001:db8:1::1000 - 2001:db8:1::1fff     2000       2048',
      '  2001:db8:100::/40 by /56               32000      32768',
    ].join('\n'));
  });

  it('that recovers', () => {
    assert.equal(formatRelationship(RECOVERING, { ...ALL_WELL, keep: 0, wait: 83, serves: 'operator' }, NOW), [
      'east-west: this box is the secondary, west (fd00::2) its partner; links lan1,',
      '           branch',
      '  this box       RECOVER: it learns from its partner what it missed',
      '                 since 2026-01-31 11:00:00Z (1h): the partner is heard again',
      '                 it answers no client (unresponsive)',
      '  partner        NORMAL since 2026-01-31 11:00:00Z (1h)',
      '  connection     plain TCP, NOT SECURED; last heard 0s ago',
      '  programs       twinlease 0.2.0 on both',
      '  clocks         the partner\'s is 3s ahead (5s end the connection)',
      '  updates        west knows every lease as it is; 5 updates without an',
      '                 acknowledgement, 8 to be sent; 43% of the leases looked through',
      '                 for west; 2 LEASES REFUSED by west; asked west for every lease,',
      '                 4711 leases received so far',
      '  lead time      1h (MCLT)',
      '  if west died   0 leases go on, 83 wait for you to decide, 0 are lost',
      '                 new clients: nothing until you decide',
      '  LEFT IN POOL                         PRIMARY  SECONDARY',
      '  2001:db8:1::1000 - 2001:db8:1::1fff     2000       2048',
      '  2001:db8:100::/40 by /56               32000      32768',
    ].join('\n'));
  });

  const lines: readonly (readonly [what: string, text: string, expected: RegExp])[] = [
    ['until when it waits', formatRelationship({ ...RECOVERING, waitUntil: '2026-01-31T12:30:00Z' }, ALL_WELL, NOW), /it goes on at 2026-01-31 12:30:00Z \(in 30m\)/],
    [
      'who is lost while it waits',
      formatRelationship(RECOVERING, { ...ALL_WELL, keep: 0, wait: 81, lose: 2, serves: 'later', servesFrom: '2026-01-31T12:30:00Z' }, NOW),
      /if west died {3}0 leases go on, 81 wait 30m for this box, 2 are lost/,
    ],
    ['that the operator paused it', formatRelationship({ ...LOST, held: 'pause' }, ALL_WELL, NOW), /the operator keeps it from west \("twinlease failover resume\s+east-west" ends that\)/],
    ['that the operator handed over', formatRelationship({ ...LOST, held: 'handover' }, ALL_WELL, NOW), /the operator handed its clients to west/],
    ['a partner that is behind', formatRelationship({ ...NORMAL, clockSkew: 2 }, ALL_WELL, NOW), /clocks {9}the partner's is 2s behind/],
    ['a connection on which nothing is agreed', formatRelationship({ ...LOST, communications: 'connecting' }, ALL_WELL, NOW), /connected, nothing agreed on yet; last heard 2m1s ago/],
    [
      'a partner that was never heard',
      formatRelationship({ ...LOST, partner: { ...LOST.partner, state: undefined, since: undefined, lastContact: undefined } }, ALL_WELL, NOW),
      /partner {8}west was never heard\n {2}connection {5}NONE; never heard\n/,
    ],
    [
      '[R-PD1] that the partner lives and the management link is cut',
      formatRelationship({ ...LOST, partner: { ...LOST.partner, heardOn: ['lan1'] } }, ALL_WELL, NOW),
      /when it was heard\s+last\n {17}west is ALIVE: it is heard on lan1; the management link is what\s+fails\n/,
    ],
    [
      '[R-PD1] that the partner is heard nowhere',
      formatRelationship({ ...LOST, partner: { ...LOST.partner, silentOn: ['lan1'] } }, ALL_WELL, NOW),
      /it is not heard on lan1 either, where it was heard before: it\s+is probably down\n/,
    ],
    ['that it hears its partner, which is not ready', formatRelationship({ ...LOST, communications: 'ok' }, ALL_WELL, NOW), /INTERRUPTED: it serves what is its own until its\s+partner is ready/],
    ['one link as one', formatRelationship({ ...NORMAL, links: ['lan1'] }, ALL_WELL, NOW), /its partner; link lan1\n/],
    ['pools as large as they come', formatRelationship({ ...NORMAL, pools: [{ pool: '2001:db8::/64', kind: 'IA_NA', primary: 2 ** 63, secondary: 2 ** 63 }] }, ALL_WELL, NOW), /2001:db8::\/64 +2\^63 +2\^63/],
  ];
  for (const [what, text, expected] of lines) {
    it(`says ${what}`, () => assert.match(text, expected));
  }

  it('fits 80 columns whatever the names, in every state', () => {
    for (const report of [NORMAL, LOST, RECOVERING]) {
      const text = formatRelationship(
        {
          ...report,
          name: LONGEST_NAME,
          partner: { ...report.partner, name: LONGEST_NAME, address: LONGEST_ADDRESS },
          links: Array.from({ length: 20 }, () => LONGEST_NAME),
          held: 'handover',
          waitUntil: '2026-02-28T12:00:00Z',
          pools: [{ pool: `${LONGEST_ADDRESS} - ${LONGEST_ADDRESS}`, kind: 'IA_NA', primary: 1_000_000, secondary: 1_000_000 }],
        },
        { ...ALL_WELL, keep: 1_000_000, wait: 1_000_000, lose: 1_000_000, untold: 1_000_000 },
        NOW,
      );
      assert.ok(widthOf(text) <= 80, text);
    }
  });

  it('has a line in the status', () => {
    const status = { name: 'a', role: 'primary', state: 'NORMAL', since: NORMAL.since, partner: 'west', partnerState: 'NORMAL', communications: 'ok' } as const;
    assert.equal(formatRelationshipStatus(status), 'a: NORMAL with west, as primary');
    assert.equal(formatRelationshipStatus({ ...status, partnerState: 'RECOVER-DONE' }), 'a: NORMAL with west (RECOVER-DONE), as primary');
    assert.equal(formatRelationshipStatus({ ...status, partnerState: undefined }), 'a: NORMAL with west (not heard yet), as primary');
    assert.equal(formatRelationshipStatus({ ...status, communications: 'none' }), 'a: NORMAL WITHOUT west, as primary');
    assert.equal(formatRelationshipStatus({ ...status, communications: 'connecting' }), 'a: NORMAL WITHOUT west, as primary');
  });
});

describe('what is said to be at stake', () => {
  it('partner-down, while the partner is out of reach', () => {
    assert.equal(stakeOf('partner-down', LOST, ALL_WELL, NOW), [
      'This box is in COMMUNICATIONS-INTERRUPTED; west was heard 2m1s ago, in NORMAL.',
      'If west still serves, both boxes give leases as if alone: two clients may get',
      'the same prefix, and their leases have to be settled when the boxes meet again.',
      'Make sure that it is switched off, or cut off from its clients.',
      'This box then serves alone: 83 leases that it knows, new ones for their full',
      'time, and the 32768 prefixes of west in 1h (MCLT).',
      'west, when it comes back, learns everything from this box, and may have to wait',
      '1h before it serves.',
    ].join('\n'));
  });

  it('pause', () => {
    assert.equal(stakeOf('pause', NORMAL, ALL_WELL, NOW), [
      'This box is in NORMAL; west is connected, in NORMAL.',
      'Both boxes go on serving, each from its own share; you have no backup until',
      '"resume" or a restart of this box. Leases that west does not know are given for',
      '1h at most (MCLT).',
    ].join('\n'));
  });

  it('handover with changes that the partner does not know', () => {
    assert.equal(stakeOf('handover', NORMAL, { ...ALL_WELL, untold: 7 }, NOW), [
      'This box is in NORMAL; west is connected, in NORMAL.',
      'This box answers nobody until "resume" or its restart, and west serves alone; if',
      'it fails, nobody serves.',
      'west does not know 7 leases as they are: wait until "show failover" says that it',
      'does.',
    ].join('\n'));
  });

  it('partner-down, while the partner answers: that it does', () => {
    assert.match(stakeOf('partner-down', NORMAL, ALL_WELL, NOW), /^west IS NOT DOWN: it answers this box at this moment\.$/m);
    assert.doesNotMatch(stakeOf('partner-down', LOST, ALL_WELL, NOW), /IS NOT DOWN/);
  });

  it('partner-down, while the partner is heard on a LAN: that it is alive, before anything else', () => {
    const alive = { ...LOST, partner: { ...LOST.partner, heardOn: ['lan1'] } };
    const [, second] = stakeOf('partner-down', alive, ALL_WELL, NOW).split('\n');
    assert.equal(second, 'west IS NOT DOWN: it is heard on lan1; the management link is what fails.');
    assert.match(stakeOf('force-partner-down', alive, ALL_WELL, NOW), /^west IS NOT DOWN: it is heard on/m);
  });

  it('force-partner-down: that leases are missing', () => {
    assert.match(stakeOf('force-partner-down', LOST, ALL_WELL, NOW), /This box does not have all leases that west knew/);
    assert.doesNotMatch(stakeOf('partner-down', LOST, ALL_WELL, NOW), /does not have all leases/);
  });

  it('is something for every command, within 80 columns', () => {
    const partner = { ...LOST.partner, name: LONGEST_NAME, state: undefined };
    for (const action of FAILOVER_ACTIONS) {
      const text = stakeOf(action, { ...LOST, partner }, ALL_WELL, NOW);
      assert.ok(widthOf(text) <= 80, text);
      assert.ok(text.split('\n').length >= 2, text);
    }
  });
});

describe('the text of the state machine', () => {
  const states = [
    { state: 'NORMAL', serving: 'responsive', isCurrent: true, ways: [{ when: 'partner not heard', next: 'COMMUNICATIONS-INTERRUPTED', section: '8.8.2' }] },
    {
      state: 'RECOVER',
      serving: 'unresponsive',
      isCurrent: false,
      ways: [
        { when: 'partner heard in POTENTIAL-CONFLICT, RESOLUTION-INTERRUPTED, CONFLICT-DONE', next: 'POTENTIAL-CONFLICT', section: '8.5.2' },
        { when: 'partner heard in RECOVER, RECOVER-WAIT', next: 'COMMUNICATIONS-INTERRUPTED', section: '8.7.2' },
      ],
    },
    { state: 'STARTUP', serving: 'unresponsive', isCurrent: false, ways: [] },
  ];

  it('marks the state that the box is in, and has the section behind each way', () => {
    assert.equal(formatStates(states), [
      '>>> NORMAL (responsive)  <- this box',
      '      partner not heard -> COMMUNICATIONS-INTERRUPTED                    [8.8.2]',
      '',
      '    RECOVER (unresponsive)',
      '      partner heard in POTENTIAL-CONFLICT, RESOLUTION-INTERRUPTED, CONFLICT-DONE',
      '        -> POTENTIAL-CONFLICT                                            [8.5.2]',
      '      partner heard in RECOVER, RECOVER-WAIT -> COMMUNICATIONS-INTERRUPTED',
      '                                                                         [8.7.2]',
      '',
      '    STARTUP (unresponsive)',
      '      it stays',
    ].join('\n'));
  });
});
