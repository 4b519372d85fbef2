import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { askDaemon, startControl } from '../../../src/control/index.ts';
import type {
  Control, CountersReport, LeasePage, LeaseQuery, LinkReport, LogReport, Request, StatusReport, Subject,
} from '../../../src/control/index.ts';
import { BindingStatus, LeaseKind } from '../../../src/lease/index.ts';
import type { InterfaceState } from '../../../src/net/index.ts';
import { MessageType, formatDuid } from '../../../src/wire/index.ts';
import type { Duid } from '../../../src/wire/index.ts';
import { Query, leasequery } from '../../conformance/leasequery/requestor.ts';
import { PROVISIONING, address } from '../../conformance/server/box.ts';
import { CLIENT, OTHER_CLIENT, iaNa, message } from '../../conformance/server/client.ts';
import { bindingOf, bindingsOf } from '../store/bindings.ts';
import { inDirectory } from './in-directory.ts';
import { STARTED, giveLeases, interfaceState, runBox } from './running-box.ts';
import type { RunningBox } from './running-box.ts';

describe('what the daemon tells through its control socket', () => {
  let running: RunningBox;
  let leases: readonly string[];
  beforeEach(() => {
    running = runBox();
    leases = giveLeases(running.box);
  });
  afterEach(() => running.close());

  async function asking<Answer>(use: (ask: (request: Request) => Promise<unknown>) => Promise<Answer>): Promise<Answer> {
    let answer: Answer | undefined;
    await inDirectory(async (directory) => {
      const path = join(directory, 'control.sock');
      const control = await startControl(path, running.subject);
      assert.ok(typeof control !== 'string', 'it opens');
      try {
        answer = await use(async (request) => await askDaemon(path, request));
      } finally {
        (control satisfies Control).close();
      }
    });
    return answer as Answer;
  }

  const page = (query: LeaseQuery): Promise<LeasePage> => asking(async (ask) => (await ask({ method: 'leases', query })) as LeasePage);
  const names = async (query: LeaseQuery): Promise<readonly string[]> => (await page(query)).leases.map(({ lease }) => lease);

  it('status: who it is, its leases by status, its storage, alarms and queues', async () => {
    running.subject.alarms.raise('storage-full', 'the disk is full');
    const { now, rssBytes, leases: counts, ...rest } = await asking(async (ask) => (await ask({ method: 'status' })) as StatusReport);
    assert.equal(now, '2026-01-31T12:00:00Z');
    assert.ok(rssBytes > 1_000_000);
    assert.deepEqual(Object.keys(counts), Object.keys(BindingStatus));
    assert.equal(counts['ACTIVE'], 3);
    assert.deepEqual(rest, {
      appliance: 'box',
      configuration: { file: '/etc/twinlease.yaml', isUndoneShared: false },
      version: '1.2.3',
      serverId: '00:04:00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f',
      startedAt: STARTED.toISOString(),
      clock: { trusted: true, source: 'system' },
      storage: { directory: '/var/lib/twinlease', generation: '00ff', revision: 7, lost: 0 },
      failover: [],
      alarms: [{ id: 'storage-full', since: STARTED.toISOString(), severity: 'error', text: 'the disk is full' }],
      queued: { intake: 0, waiting: 0 },
    });
  });

  for (const [lost, shown] of [['unknown', 'unknown'], [[{ address: address('2001:db8:1::5'), prefixLength: 128 }], 1]] as const) {
    it(`status: ${String(shown)} lost records`, async () => {
      running.close();
      running = runBox({ lostRecords: lost });
      const report = await asking(async (ask) => (await ask({ method: 'status' })) as StatusReport);
      assert.equal(report.storage.lost, shown);
    });
  }

  it('links: their interfaces, pools with what is in them, and reservations', async () => {
    const report = await asking(async (ask) => (await ask({ method: 'links' })) as readonly LinkReport[]);
    assert.deepEqual(report, [
      {
        name: 'branch',
        prefixes: ['2001:db8:2::/64'],
        interfaces: [],
        pools: [
          { pool: '2001:db8:2::100 - 2001:db8:2::1ff', kind: 'IA_NA', size: 256, active: 0, abandoned: 0 },
          { pool: '2001:db8:200::/48 by /56', kind: 'IA_PD', size: 256, active: 0, abandoned: 0 },
        ],
        reservations: 0,
      },
      {
        name: 'lan',
        prefixes: ['2001:db8:1::/64'],
        interfaces: [{ name: 'eth1', serving: false, state: 'up' }],
        pools: [
          { pool: '2001:db8:1::100 - 2001:db8:1::1ff', kind: 'IA_NA', size: 256, active: 2, abandoned: 0 },
          { pool: '2001:db8:100::/48 by /56', kind: 'IA_PD', size: 256, active: 1, abandoned: 0 },
        ],
        reservations: 0,
      },
    ]);
  });

  const linkLocal = { address: 'fe80::1', prefixLength: 64 };
  const states: readonly [state: InterfaceState | undefined, shown: string][] = [
    [undefined, 'missing'],
    [interfaceState({ enabled: false, carrier: false }), 'switched off'],
    [interfaceState({ carrier: false }), 'no carrier'],
    [interfaceState({ linkLocal: undefined }), 'no link-local address'],
    [interfaceState({ linkLocal: { ...linkLocal, state: 'tentative' } }), 'checking its link-local address'],
    [interfaceState({ linkLocal: { ...linkLocal, state: 'duplicate' } }), 'its link-local address is in use by another device'],
    [interfaceState({}), 'up'],
  ];
  for (const [state, shown] of states) {
    it(`links: an interface is "${shown}"`, async () => {
      running.close();
      const interfaces: Subject['interfaces'] = { interfaces: new Map(state === undefined ? [] : [['eth1', state]]), close: () => undefined };
      running = runBox({ changes: { interfaces } });
      const report = await asking(async (ask) => (await ask({ method: 'links' })) as readonly LinkReport[]);
      assert.equal(report.find(({ name }) => name === 'lan')?.interfaces[0]?.state, shown);
    });
  }

  it('leases: in the order of their addresses, with who has them and until when', async () => {
    const { leases: shown, more } = await page({ limit: 10 });
    assert.equal(more, false);
    assert.deepEqual(shown.map(({ lease }) => lease), leases);
    const prefix = shown.at(-1);
    assert.deepEqual(prefix, {
      lease: leases[2],
      kind: 'IA_PD',
      status: 'ACTIVE',
      link: 'lan',
      duid: formatDuid(CLIENT),
      iaid: 2,
      expires: new Date((running.box.now + 2_000) * 1_000).toISOString().replace('.000', ''),
      lastHeard: new Date(running.box.now * 1_000).toISOString().replace('.000', ''),
      pending: false,
    });
  });

  it('leases: page by page, none twice and none left out', async () => {
    running.close();
    running = runBox({ bindings: bindingsOf(0, 2_500) });
    const sizes: number[] = [];
    const seen: string[] = [];
    for (let after: string | undefined, more = true; more; ) {
      const next = await page({ limit: 1_000_000, after });
      sizes.push(next.leases.length);
      seen.push(...next.leases.map(({ lease }) => lease));
      ({ more } = next);
      after = seen.at(-1);
    }
    assert.deepEqual(sizes, [1_000, 1_000, 500]);
    assert.equal(new Set(seen).size, 2_500);
  });

  it('leases: of a client, of a link, those that are held, or one by its name', async () => {
    const ofClient = await names({ limit: 9, duid: formatDuid(CLIENT) });
    const ofOther = await names({ limit: 9, duid: formatDuid(OTHER_CLIENT) });
    assert.deepEqual([ofClient.length, ofOther.length], [2, 1]);
    assert.deepEqual([...ofClient, ...ofOther].sort(), [...leases].sort());
    assert.deepEqual(await names({ limit: 1, duid: formatDuid(CLIENT) }), ofClient.slice(0, 1));
    assert.deepEqual(await names({ limit: 9, link: 'branch' }), []);
    assert.deepEqual(await names({ limit: 9, link: 'lan' }), leases);
    assert.deepEqual(await names({ limit: 9, name: leases[2] }), [leases[2]]);
    assert.deepEqual(await names({ limit: 9, name: '2001:db8:1::' }), []);
  });

  it('leases: prefixes that no client ever had are left out, unless all are asked for, or the one by its name', async () => {
    running.close();
    const nobody = new Uint8Array(0) as Duid;
    const [prefix = bindingOf(0)] = bindingsOf(7, 8, { prefixLength: 64, kind: LeaseKind.IA_PD, status: BindingStatus.FREE_BACKUP, duid: nobody });
    // What another server knew of as declined came without its client.
    running = runBox({ bindings: [bindingOf(1), prefix, bindingOf(9, { status: BindingStatus.ABANDONED, duid: nobody })] });
    assert.deepEqual(await names({ limit: 9 }), ['2001:db8:1::1', '2001:db8:1::9']);
    assert.deepEqual(await names({ limit: 9, all: true }), ['2001:db8:1::1', '2001:db8:1::7/64', '2001:db8:1::9']);
    assert.deepEqual(await names({ limit: 9, name: '2001:db8:1::7/64' }), ['2001:db8:1::7/64']);
  });

  it('leases: those of a client that are held, after one of them was released', async () => {
    const [first = ''] = leases;
    assert.equal(await asking(async (ask) => await ask({ method: 'lease-command', action: 'release', lease: first })), true);
    assert.deepEqual(await names({ limit: 9, active: true }), leases.slice(1));
    assert.equal((await page({ limit: 9, name: first })).leases[0]?.status, 'FREE');
  });

  it('leases: a lease that waits for stable storage says so', async () => {
    running.close();
    running = runBox({ commits: 'by hand' });
    running.box.deliver(message(MessageType.REQUEST, [iaNa(1)]));
    assert.equal((await page({ limit: 9 })).leases[0]?.pending, true);
  });

  const wrong: readonly [query: LeaseQuery, why: string][] = [
    [{ limit: 1, after: 'x' }, '"x" is no address or prefix'],
    [{ limit: 1, name: '2001:db8::/129' }, '"2001:db8::/129" is no address or prefix'],
    [{ limit: 1, name: '2001:db8::/5x' }, '"2001:db8::/5x" is no address or prefix'],
    [{ limit: 1, name: '2001:db8::/56/7' }, '"2001:db8::/56/7" is no address or prefix'],
    [{ limit: 1, duid: 'zz' }, '"zz" is no DUID'],
    [{ limit: 1, link: 'lam' }, 'there is no link "lam", only: branch, lan'],
  ];
  for (const [query, why] of wrong) {
    it(`leases: ${why}`, async () => {
      await assert.rejects(page(query), { message: why });
    });
  }

  it('release and reset: refused in words where there is nothing to end', async () => {
    const end = async (action: 'release' | 'reset', lease: string): Promise<unknown> =>
      await asking(async (ask) => await ask({ method: 'lease-command', action, lease }));
    await assert.rejects(end('release', '2001:db8:1::77'), { message: 'there is no lease 2001:db8:1::77' });
    await assert.rejects(end('reset', 'x'), { message: '"x" is no address or prefix' });
    assert.equal(await end('reset', leases[2] ?? ''), true);
    await assert.rejects(end('reset', leases[2] ?? ''), { message: `${String(leases[2])} is not leased to anybody` });
  });

  it('counters: what was received and sent, by type', async () => {
    const report = await asking(async (ask) => (await ask({ method: 'counters' })) as CountersReport);
    assert.equal(report['received.request'], 2);
    assert.equal(report['sent.reply'], 2);
    assert.equal(report['received.relay-forw'] ?? report['received.relay-forward'], 0);
    assert.equal(report['shed.client-rate'], 0);
    assert.equal(report['discarded.unknown-link'], 0);
    assert.equal(report['leases'], 3);
    assert.ok(Object.values(report).every((count) => Number.isSafeInteger(count)));
    assert.ok(Object.keys(report).every((name) => /^[a-z0-9.-]+$/.test(name)), Object.keys(report).join(' '));
  });

  it('leasequery: who may ask, and what became of it; nothing of a box that nobody may ask', async () => {
    const report = async (): Promise<unknown> => await asking(async (ask) => await ask({ method: 'leasequery' }));
    await assert.rejects(report(), { message: 'nobody may ask which leases there are: there is no "leasequery" in the provisioning file' });
    running.close();
    const provisioning = `${PROVISIONING}leasequery: { requestors: ["2001:db8:f::/64", "::1"], tcp: { security: insecure } }\n`;
    const connection = { requestor: '::1', port: 4_000, state: 'active' as const, isSecured: false, forSeconds: 5, told: 6, behind: 7 };
    running = runBox({ provisioning, changes: { leasequeryTcp: () => ({ port: 547, isSecure: false, isListening: true, connectionsMax: 10, connections: [connection], counters: { tooMany: 2 } }) } });
    for (const source of ['2001:db8:f::5', '2001:db8:e::5']) {
      running.box.deliver(leasequery({ query: { type: Query.address, address: '2001:db8:1::77' } }), { source: address(source) });
    }
    assert.deepEqual(await report(), {
      requestors: ['2001:db8:f::/64', '::1'],
      udp: { answered: 1, refused: { NotAllowed: 1 } },
      tcp: { port: 547, security: 'insecure', listening: true, connectionsMax: 10, connections: [{ requestor: '::1', port: 4_000, state: 'active', since: 5, clients: 6, behind: 7 }] },
    });
    const counters = await asking(async (ask) => (await ask({ method: 'counters' })) as CountersReport);
    assert.deepEqual([counters['leasequery.answered'], counters['leasequery.refused.not-allowed'], counters['leasequery.tcp.too-many']], [1, 1, 2]);
  });

  it('log: the last lines', async () => {
    for (const line of ['one', 'two', 'three']) running.subject.log.add('warning', line);
    const report = await asking(async (ask) => (await ask({ method: 'log', lines: 2 })) as readonly LogReport[]);
    assert.deepEqual(report, [
      { time: STARTED.toISOString(), severity: 'warning', text: 'two' },
      { time: STARTED.toISOString(), severity: 'warning', text: 'three' },
    ]);
  });
});
