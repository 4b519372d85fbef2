import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CountersReport, LeaseReport, LinkReport, LogReport, StatusReport } from '../../../src/control/index.ts';
import { writeCrashRecord } from '../../../src/store/index.ts';
import { formatDuid } from '../../../src/wire/index.ts';
import type { Duid } from '../../../src/wire/index.ts';
import { CLIENT, OTHER_CLIENT } from '../../conformance/server/client.ts';
import { startProgram } from '../../lab/process/program.ts';
import type { Program } from '../../lab/process/program.ts';
import { CLI, ENVIRONMENT, twinlease } from '../console/command.ts';
import type { Ran } from '../console/command.ts';
import { describeInNamespace } from '../net/in-namespace.ts';
import { addCable, linkLocalOf, skipAddressDetection } from '../net/veth.ts';
import { damage, fileOf } from '../store/database-files.ts';
import { open } from '../store/opened-store.ts';
import { bindingsOf } from '../store/bindings.ts';
import { openClient } from './dhcp-client.ts';
import type { DhcpClient } from './dhcp-client.ts';

const NEWCOMER = Uint8Array.of(0, 2, 0, 0, 0, 9, 1) as Duid;

function provisioning(first: string): string {
  return [
    'version: 1',
    'appliances: { box: { links: { lan: [tlcd0] }, clock: system } }',
    'links:',
    '  lan:',
    '    prefixes: [2001:db8:1::/64]',
    `    address-pools: [{ range: "2001:db8:1::${first}00 - 2001:db8:1::${first}ff" }]`,
    '',
  ].join('\n');
}

describeInNamespace(import.meta.url, 'the daemon', (suite) => {
  let directory: string;
  let client: DhcpClient;
  let program: Program | undefined;

  suite.before(async () => {
    skipAddressDetection();
    addCable('tlcd0', 'tlcd1');
    await linkLocalOf('tlcd0');
    await linkLocalOf('tlcd1');
    client = await openClient('tlcd1');
  });
  suite.after(() => client.close());
  suite.beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tlcd-'));
    writeFileSync(path('box.yaml'), provisioning('1'));
  });
  suite.afterEach(async () => {
    await program?.end('SIGKILL');
    program = undefined;
    rmSync(directory, { recursive: true, force: true });
  });

  const path = (name: string): string => join(directory, name);
  const serve = (state = 'state', control = 'control'): readonly string[] =>
    ['serve', path('box.yaml'), '--state', path(state), '--control', path(control)];

  async function start(): Promise<Program> {
    const environment = `NODE_COMPILE_CACHE=${ENVIRONMENT.NODE_COMPILE_CACHE}`;
    const started = startProgram('twinlease', ['env', environment, process.execPath, CLI, ...serve()], path('log'));
    program = started;
    await said(started, /\bserving\b/);
    return started;
  }

  const said = async (from: Program, what: RegExp, since = 0): Promise<string> =>
    await from.log.next({
      what: String(what),
      from: since,
      withinMs: 9_000,
      match: (line) => (what.test(line) ? line : undefined),
    });

  const ask = async (...words: readonly string[]): Promise<Ran> => await twinlease(...words, '--control', path('control'));

  async function json<Report>(...words: readonly string[]): Promise<Report> {
    const { code, out, err } = await ask(...words, '--json');
    assert.equal(code, 0, err);
    return JSON.parse(out) as Report;
  }

  suite.test('shows what it does and holds, as text and as JSON', async () => {
    await start();
    const address = await client.bind(CLIENT);
    const [status, leases, links, counters, log, config] = await Promise.all([
      json<StatusReport>('show', 'status'),
      json<readonly LeaseReport[]>('show', 'leases'),
      json<readonly LinkReport[]>('show', 'links'),
      json<CountersReport>('show', 'counters'),
      json<readonly LogReport[]>('show', 'log', '--lines', '5'),
      json<{ readonly links: object }>('show', 'config'),
    ]);
    assert.equal(status.leases['ACTIVE'], 1);
    assert.equal(status.storage.directory, path('state'));
    assert.equal(status.storage.revision, 1);
    assert.deepEqual(leases.map(({ lease, status: held, duid }) => [lease, held, duid]), [[address, 'ACTIVE', formatDuid(CLIENT)]]);
    assert.deepEqual(links[0]?.interfaces, [{ name: 'tlcd0', serving: true, state: 'up' }]);
    assert.equal(links[0].pools[0]?.active, 1);
    assert.equal(counters['received.solicit'], 1);
    assert.equal(counters['interface.tlcd0.received'], 2);
    assert.ok(log.some(({ text }) => text.includes('serving on tlcd0')));
    assert.deepEqual(Object.keys(config.links), ['lan']);

    const texts = await Promise.all(
      [['status'], ['leases'], ['links'], ['counters'], ['log'], ['config']].map(async (words) => await ask('show', ...words)),
    );
    assert.ok(texts.every(({ code, err }) => code === 0 && err === ''));
    const signs = [/^leases +1 ACTIVE$/m, new RegExp(`^${address} +ACTIVE`, 'm'), /tlcd0: serving, up$/m, /^sent\.reply +1$/m, /serving on tlcd0$/m, /^version: 1$/m];
    const completed = await twinlease('complete', '--', 'show', 'leases', '--control', path('control'), '--link', '');
    assert.match(completed.out, /^lan\t$/m);
    for (const [i, sign] of signs.entries()) assert.match(texts[i]?.out ?? '', sign);
  });

  suite.test('finds and ends leases', async () => {
    await start();
    const address = await client.bind(CLIENT);
    await client.bind(OTHER_CLIENT);
    const found = await json<readonly LeaseReport[]>('lease', 'find', formatDuid(CLIENT));
    assert.deepEqual(found.map(({ lease }) => lease), [address]);
    assert.match((await ask('lease', 'find', address)).out, new RegExp(`^${address} +ACTIVE`, 'm'));
    const missing = await ask('lease', 'find', '2001:db8:1::');
    assert.deepEqual([missing.code, missing.err], [1, 'twinlease: there is no lease 2001:db8:1:: (a prefix is named with its length: 2001:db8:1::/56)\n']);
    assert.deepEqual(await json('lease', 'release', address), { lease: address, status: 'FREE' });
    const again = await ask('lease', 'reset', address);
    assert.deepEqual([again.code, again.err], [1, `twinlease: ${address} is not leased to anybody\n`]);
    assert.equal((await json<readonly LeaseReport[]>('show', 'leases', '--active')).length, 1);
  });

  suite.test('takes a new file whole or not at all, at SIGHUP and when it is asked to', async () => {
    const daemon = await start();
    writeFileSync(path('box.yaml'), provisioning('2'));
    daemon.signal('SIGHUP');
    await said(daemon, /the provisioning file was read again/);
    assert.match(await client.bind(CLIENT), /^2001:db8:1::2/);

    writeFileSync(path('box.yaml'), provisioning('3').replace('2001:db8:1::/64', 'everywhere'));
    const since = daemon.log.entries.length;
    daemon.signal('SIGHUP');
    await said(daemon, /error +the provisioning file was refused, the configuration stays as it was:/, since);
    await said(daemon, /box\.yaml:5:/, since);
    const refused = await ask('reload');
    assert.equal(refused.code, 1);
    assert.match(refused.err, /^twinlease: .*box\.yaml:5:\d+: /);
    assert.match(await client.bind(NEWCOMER), /^2001:db8:1::2/);

    writeFileSync(path('box.yaml'), provisioning('3').replace('box:', 'shed:'));
    assert.match((await ask('reload')).err, /describes no box "box", only: shed/);
    writeFileSync(path('box.yaml'), provisioning('3'));
    assert.equal((await ask('reload')).code, 0);
    assert.match(await client.bind(OTHER_CLIENT), /^2001:db8:1::3/);
  });

  suite.test('ends at SIGTERM with 0, at once though a client is connected, and knows its leases when it is back', async () => {
    const daemon = await start();
    const address = await client.bind(CLIENT);
    const idle = connect(path('control'));
    await once(idle, 'connect');
    idle.resume();
    assert.equal(await daemon.end('SIGTERM'), 'exit 0');
    assert.ok(!existsSync(path('control')));
    await start();
    assert.deepEqual((await json<readonly LeaseReport[]>('show', 'leases')).map(({ lease }) => lease), [address]);
  });

  suite.test('does not start where another one has its state directory or control socket, and harms nothing', async () => {
    await start();
    const sameState = await twinlease(...serve('state', 'other-control'));
    assert.equal(sameState.code, 1);
    assert.match(sameState.err, /^twinlease: .*\/state is in use by another process: .*\n$/);
    assert.ok(!existsSync(path('other-control')));
    const sameControl = await twinlease(...serve('other-state', 'control'));
    assert.equal(sameControl.code, 1);
    assert.match(sameControl.err, /^twinlease: another daemon answers on .*\/control; stop it, or name another control socket with --control\n$/);
    await (await open(path('other-state'))).store.close();
    assert.match(await client.bind(CLIENT), /^2001:db8:1::1/);
    assert.equal((await ask('show', 'status')).code, 0);
  });

  suite.test('does not hear a client over whose messages it failed twice, and says so', async () => {
    for (const error of ['first', 'second']) {
      writeCrashRecord(path('state'), { at: new Date(), client: CLIENT, message: Uint8Array.of(1), error });
    }
    await start();
    client.solicit(CLIENT);
    const before = client.heard.length;
    await client.bind(OTHER_CLIENT);
    assert.equal(client.heard.length, before + 2, 'only the other client is answered');
    assert.equal((await json<CountersReport>('show', 'counters'))['quarantined'], 1);
    const { alarms } = await json<StatusReport>('show', 'status');
    assert.deepEqual(alarms.map(({ id }) => id), [`client-quarantined ${formatDuid(CLIENT)}`]);
    assert.match((await ask('show', 'status')).out, /^ALARM client-quarantined 00:03:00:01:02:00:00:00:00:01$/m);
  });

  suite.test('gives nothing new after its storage was damaged, until the operator accepts the loss', async () => {
    const { store } = await open(path('state'));
    await store.commit(1, bindingsOf(0, 100), []);
    await store.close();
    await damage(await fileOf(path('state'), 'MANIFEST'), 0.5);
    await start();
    const status = await json<StatusReport>('show', 'status');
    assert.equal(status.storage.lost, 'unknown');
    assert.deepEqual(status.alarms.map(({ id }) => id), ['storage-lost']);
    const before = client.heard.length;
    client.solicit(NEWCOMER);
    await client.inform(NEWCOMER);
    assert.equal(client.heard.length, before + 1, 'the Solicit is not answered');
    assert.deepEqual(await json('store', 'accept'), { accepted: true });
    const accepted = await json<StatusReport>('show', 'status');
    assert.equal(accepted.storage.lost, 0);
    assert.deepEqual(accepted.alarms, []);
    assert.match(await client.bind(NEWCOMER), /^2001:db8:1::1/);
  });
});
