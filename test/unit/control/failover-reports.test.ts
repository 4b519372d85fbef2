import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import type { OutlookReport, RelationshipReport, StateReport, StatusReport } from '../../../src/control/index.ts';
import { perform } from '../../../src/control/perform.ts';
import { LeaseTable } from '../../../src/lease/index.ts';
import { MessageType } from '../../../src/wire/index.ts';
import { duid } from '../../conformance/server/box.ts';
import { iaNa, iaPd, message } from '../../conformance/server/client.ts';
import { createPair } from './pair.ts';
import type { Pair, PairedBox } from './pair.ts';
import { subjectOf } from './pair-subject.ts';

async function ask(box: PairedBox, request: Parameters<typeof perform>[0]): Promise<unknown> {
  const response = await perform(request, subjectOf(box));
  if ('error' in response) throw new Error(response.error);
  return response.result;
}

async function relationship(box: PairedBox): Promise<RelationshipReport> {
  const [report, ...others] = (await ask(box, { method: 'failover' })) as readonly RelationshipReport[];
  assert.ok(report !== undefined && others.length === 0);
  return report;
}

const outlook = async (box: PairedBox): Promise<OutlookReport> =>
  (await ask(box, { method: 'failover-outlook', relationship: 'east-west' })) as OutlookReport;

/** Clients with these numbers ask this box for an address and a prefix each. */
function give(box: PairedBox, ...clients: readonly number[]): void {
  for (const number of clients) {
    const client = duid(`00:03:00:01:c0:${number.toString(16).padStart(2, '0')}`);
    box.receive(message(MessageType.REQUEST, [iaNa(1), iaPd(2)], { client, server: box.serverId }));
  }
}

const iso = (epoch: number): string => new Date(epoch * 1_000).toISOString().replace('.000', '');

describe('what the daemon tells of failover through its control socket', () => {
  let pair: Pair;
  beforeEach(() => {
    pair = createPair();
  });

  it('a box that starts: its partner was never heard', async () => {
    pair.cut();
    pair.advance(1);
    const report = await relationship(pair.east);
    assert.deepEqual(
      [report.state, report.serving, report.communications, report.clockSkew],
      ['STARTUP', 'unresponsive', 'none', undefined],
    );
    assert.deepEqual(report.partner, { name: 'west', version: undefined, address: 'fd00::2', state: undefined, since: undefined, lastContact: undefined, heardOn: [], silentOn: [] });
  });

  it('two boxes that work together', async () => {
    pair.advance(20);
    give(pair.east, 1, 2, 3);
    pair.advance(20);
    const { since, why, partner, updates, ...report } = await relationship(pair.east);
    assert.deepEqual(report, {
      name: 'east-west',
      version: '1.2.3',
      role: 'primary',
      state: 'NORMAL',
      serving: 'responsive',
      communications: 'ok',
      secure: false,
      links: ['lan'],
      linkHealth: [{ link: 'lan', own: undefined, partner: undefined, relaying: false }],
      relayed: { toPartner: 0, fromPartner: 0 },
      loadBalancing: undefined,
      mclt: 100,
      clockSkew: 0,
      asking: undefined,
      held: undefined,
      waitUntil: undefined,
      partnerDownAt: undefined,
      pools: [
        { pool: '2001:db8:1::100 - 2001:db8:1::1ff', kind: 'IA_NA', primary: 125, secondary: 128 },
        { pool: '2001:db8:100::/48 by /56', kind: 'IA_PD', primary: 125, secondary: 128 },
      ],
    });
    assert.match(since, /^2027-01-15T08:00:\d\dZ$/);
    assert.ok(why.length > 5);
    assert.deepEqual({ ...partner, since: '' }, { name: 'west', version: undefined, address: 'fd00::2', state: 'NORMAL', since: '', lastContact: iso(pair.now), heardOn: [], silentOn: [] });
    assert.deepEqual({ ...updates, received: 0 }, { unacked: 0, waiting: 0, done: true, scanned: 1, refused: 0, received: 0 });
    const west = await relationship(pair.west);
    assert.deepEqual([west.role, west.state, west.serving], ['secondary', 'NORMAL', 'renew responsive']);
    assert.ok(west.updates.received >= 6, 'the leases of three clients were received');
  });

  it('a partner that is out of reach: since when, and what waits to be told', async () => {
    pair.advance(20);
    const lastContact = iso(pair.now);
    pair.cut();
    pair.advance(30);
    give(pair.east, 1);
    pair.advance(1);
    const { state, communications, partner, updates } = await relationship(pair.east);
    assert.deepEqual([state, communications, partner.state], ['COMMUNICATIONS-INTERRUPTED', 'none', 'NORMAL']);
    assert.equal(partner.lastContact, lastContact);
    assert.deepEqual([updates.unacked, updates.scanned, updates.refused], [0, 1, 0]);
    assert.equal((await outlook(pair.east)).untold, 2);
    pair.join();
    pair.advance(70);
    assert.equal((await relationship(pair.east)).state, 'NORMAL');
    assert.equal((await outlook(pair.east)).untold, 0);
  });

  it('a partner that will count as down by itself, and when', async () => {
    pair = createPair(PROVISIONING_WITH_AUTO);
    pair.advance(20);
    pair.cut();
    pair.advance(10);
    const report = await relationship(pair.east);
    assert.equal(report.partnerDownAt, iso(pair.now + 290));
    pair.advance(291);
    assert.equal((await relationship(pair.east)).state, 'PARTNER-DOWN');
  });

  it('what the operator holds', async () => {
    pair.advance(20);
    assert.equal(await ask(pair.west, { method: 'failover-command', relationship: 'east-west', action: 'handover' }), true);
    const report = await relationship(pair.west);
    assert.deepEqual([report.held, report.serving, report.state], ['handover', 'unresponsive', 'COMMUNICATIONS-INTERRUPTED']);
    assert.equal((await outlook(pair.west)).serves, 'operator');
  });

  it('a command that is refused, and one for a relationship that is not there', async () => {
    pair.advance(20);
    await assert.rejects(ask(pair.east, { method: 'failover-command', relationship: 'east-west', action: 'resume' }), /it is not held/);
    const missing = { message: 'there is no relationship "north", only: east-west' };
    await assert.rejects(ask(pair.east, { method: 'failover-command', relationship: 'north', action: 'resume' }), missing);
    await assert.rejects(ask(pair.east, { method: 'failover-outlook', relationship: 'north' }), missing);
    await assert.rejects(ask(pair.east, { method: 'failover-states', relationship: 'north' }), missing);
  });

  it('the line in the status', async () => {
    pair.advance(20);
    pair.cut();
    pair.advance(5);
    const { failover } = (await ask(pair.west, { method: 'status' })) as StatusReport;
    const since = failover[0]?.since;
    assert.deepEqual(failover, [
      { name: 'east-west', role: 'secondary', state: 'COMMUNICATIONS-INTERRUPTED', since, partner: 'east', partnerState: 'NORMAL', communications: 'none' },
    ]);
  });

  it('counters of what was told and taken', async () => {
    pair.advance(20);
    give(pair.east, 1, 2);
    pair.advance(5);
    const east = (await ask(pair.east, { method: 'counters' })) as Record<string, number>;
    const west = (await ask(pair.west, { method: 'counters' })) as Record<string, number>;
    assert.equal(east['partner-connections.wrong-certificate'], 1);
    assert.ok((east['failover.east-west.leases-sent'] ?? 0) >= 4);
    assert.equal(east['failover.east-west.leases-acked'], east['failover.east-west.leases-sent']);
    assert.equal(west['failover.east-west.leases-accepted'], east['failover.east-west.leases-sent']);
    assert.ok(Object.keys(east).every((name) => /^[a-z0-9.-]+$/.test(name)), Object.keys(east).join(' '));
    assert.ok(Object.values(east).every((count) => Number.isSafeInteger(count)));
  });

  it('the states of the machine, the current one marked', async () => {
    pair.advance(20);
    const states = (await ask(pair.east, { method: 'failover-states', relationship: 'east-west' })) as readonly StateReport[];
    assert.deepEqual(states.filter(({ isCurrent }) => isCurrent).map(({ state }) => state), ['NORMAL']);
    assert.equal(states.length, 10);
    const normal = states.find(({ state }) => state === 'NORMAL');
    assert.deepEqual(normal?.ways[0], { when: 'partner heard in another state', next: 'COMMUNICATIONS-INTERRUPTED', section: '8.8.2' });
    assert.equal(normal.serving, 'responsive');
  });
});

const PROVISIONING_WITH_AUTO = `${''}
version: 1
appliances:
  east: { management: { interface: eth0, address: fd00::1/64 }, links: { lan: [eth1] } }
  west: { management: { interface: eth0, address: fd00::2/64 }, links: { lan: [eth1] } }
relationships: { east-west: { primary: east, secondary: west, insecure: true, auto-partner-down: 5m } }
links: { lan: { prefixes: [2001:db8:1::/64], address-pools: [ { range: "2001:db8:1::100 - 2001:db8:1::1ff" } ] } }
`;

describe('what would be if the partner died now', () => {
  let pair: Pair;
  beforeEach(() => {
    pair = createPair();
    pair.advance(20);
    give(pair.east, 1, 2, 3);
    // On the same LAN, and none of the relationship's business.
    const client = duid('00:03:00:01:0a');
    pair.east.receive(message(MessageType.REQUEST, [iaNa(1)], { client, server: pair.east.serverId }));
    pair.advance(20);
  });

  it('on the box that served the clients: all go on', async () => {
    assert.deepEqual(await outlook(pair.east), {
      keep: 7,
      wait: 0,
      lose: 0,
      untold: 0,
      serves: 'now',
      servesFrom: undefined,
      newAddresses: 125,
      newPrefixes: 125,
      partnerPrefixes: 128,
    });
  });

  it('on the other one: all wait until they ask any server', async () => {
    const { keep, wait, lose, newAddresses, newPrefixes, partnerPrefixes } = await outlook(pair.west);
    assert.deepEqual({ keep, wait, lose }, { keep: 0, wait: 7, lose: 0 });
    assert.deepEqual({ newAddresses, newPrefixes, partnerPrefixes }, { newAddresses: 128, newPrefixes: 128, partnerPrefixes: 125 });
  });

  it('counts leases of the relationship alone', async () => {
    const file = createPair();
    file.advance(20);
    const before = await outlook(file.east);
    assert.equal(before.keep + before.wait + before.lose, 0);
    assert.equal(before.newAddresses, 128, 'a pool without failover is not counted');
  });

  it('on a box that waits for MCLT: those that end before are lost', async () => {
    const states = await outlookWhile(pair, 'RECOVER_WAIT', 50);
    assert.deepEqual(states, { keep: 0, wait: 7, lose: 0, serves: 'later', servesFrom: iso(pair.now + 50) });
    const late = await outlookWhile(pair, 'RECOVER_WAIT', 3_000);
    assert.deepEqual(late, { keep: 0, wait: 0, lose: 7, serves: 'later', servesFrom: iso(pair.now + 3_000) });
  });

  it('on a box that recovers: all wait for the operator', async () => {
    const states = await outlookWhile(pair, 'RECOVER', 0);
    assert.deepEqual(states, { keep: 0, wait: 7, lose: 0, serves: 'operator', servesFrom: undefined });
  });

  it('of very many leases, looks at some at a time', async () => {
    const { appliance } = pair.east;
    const table = appliance.leases;
    const slot = table.firstOfClient(duid('00:03:00:01:c0:01'), 0, 6);
    const binding = table.read(slot);
    for (let i = 0; i < 12_000; i++) {
      const address = binding.address.slice() as typeof binding.address;
      address[0] = 0x30;
      new DataView(address.buffer, address.byteOffset).setUint32(12, i);
      table.put({ ...binding, address, prefixLength: 128 });
    }
    assert.ok(table instanceof LeaseTable && table.size > 12_000);
    let turns = 0;
    const turn = (): void => {
      turns++;
      next = setImmediate(turn);
    };
    let next = setImmediate(turn);
    const report = await outlook(pair.east);
    clearImmediate(next);
    assert.equal(report.keep, 7, 'leases of no link are not counted');
    assert.ok(turns >= 2, 'others had their turn');
  });
});

/** The outlook of the primary, were its endpoint in this state. */
async function outlookWhile(pair: Pair, state: 'RECOVER' | 'RECOVER_WAIT', waitSeconds: number): Promise<object> {
  const { EndpointState } = await import('../../../src/failover/index.ts');
  const { reportOutlook } = await import('../../../src/control/outlook.ts');
  const { appliance } = pair.east;
  const view = appliance.failover.relationship('east-west');
  assert.ok(view !== undefined);
  const waitUntil = state === 'RECOVER_WAIT' ? ((pair.now + waitSeconds) as typeof view.since) : undefined;
  const elsewhere = except(view, { state: EndpointState[state], waitUntil });
  const subject = subjectOf({
    ...pair.east,
    appliance: except(appliance, { failover: except(appliance.failover, { relationship: () => elsewhere }) }),
  });
  const report = await reportOutlook(subject, 'east-west');
  assert.ok(typeof report !== 'string');
  const { keep, wait, lose, serves, servesFrom } = report;
  return { keep, wait, lose, serves, servesFrom };
}

/** The same object, as it would be if some of its members were others. */
function except<Whole extends object>(whole: Whole, others: Partial<Whole>): Whole {
  return new Proxy(whole, { get: (target, key) => (key in others ? Reflect.get(others, key) : Reflect.get(target, key)) as unknown });
}
