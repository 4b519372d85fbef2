import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askDaemon } from '../../../src/control/index.ts';
import type { ClockReport, LogReport, Request, StatusReport } from '../../../src/control/index.ts';
import { CLIENT, OTHER_CLIENT } from '../../conformance/server/client.ts';
import { makeSystemClock } from '../../lab/pair/system-clock.ts';
import type { SystemClock } from '../../lab/pair/system-clock.ts';
import { eventually } from '../../lab/process/eventually.ts';
import { startProgram } from '../../lab/process/program.ts';
import type { Program } from '../../lab/process/program.ts';
import { CLI, ENVIRONMENT } from '../console/command.ts';
import { describeInNamespace } from '../net/in-namespace.ts';
import { addCable, linkLocalOf, skipAddressDetection } from '../net/veth.ts';
import { openClient } from './dhcp-client.ts';
import type { DhcpClient } from './dhcp-client.ts';

/** For several starts on a machine that may be busy. */
const STARTS_MS = 30_000;

const PROVISIONING = `version: 1
appliances: { box: { links: { lan: [tlck0] } } }
links:
  lan:
    prefixes: [2001:db8:1::/64]
    address-pools: [{ range: "2001:db8:1::100 - 2001:db8:1::1ff" }]
`;

/** The daemon runs by a clock of the system that the test sets. */
describeInNamespace(import.meta.url, 'a daemon that may not know what time it is', (suite) => {
  let directory: string;
  let client: DhcpClient;
  let clock: SystemClock;
  let program: Program | undefined;

  suite.before(async () => {
    skipAddressDetection();
    addCable('tlck0', 'tlck1');
    await linkLocalOf('tlck0');
    await linkLocalOf('tlck1');
    client = await openClient('tlck1');
  });
  suite.after(() => client.close());
  suite.beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tlck-'));
    writeFileSync(path('box.yaml'), PROVISIONING);
    clock = makeSystemClock(path('clock'));
  });
  suite.afterEach(async () => {
    await program?.end('SIGKILL');
    program = undefined;
    rmSync(directory, { recursive: true, force: true });
  });

  const path = (name: string): string => join(directory, name);
  const ask = async <Report>(request: Request): Promise<Report> => (await askDaemon(path('control'), request)) as Report;
  const status = async (): Promise<StatusReport> => await ask({ method: 'status' });
  const alarms = async (): Promise<readonly string[]> => (await status()).alarms.map(({ id }) => id);
  const clockNow = async (): Promise<ClockReport> => await ask({ method: 'clock' });
  const said = async (from: Program, what: RegExp, since = 0): Promise<string> =>
    await from.log.next({ what: String(what), from: since, withinMs: 9_000, match: (line) => (what.test(line) ? line : undefined) });

  async function start(): Promise<{ readonly daemon: Program; readonly serving: string }> {
    const words = ['serve', path('box.yaml'), '--state', path('state'), '--control', path('control')];
    const command = await clock.under(['env', `NODE_COMPILE_CACHE=${ENVIRONMENT.NODE_COMPILE_CACHE}`, process.execPath, CLI, ...words]);
    const daemon = startProgram('twinlease', command, path('log'));
    program = daemon;
    return { daemon, serving: await said(daemon, /\bserving\b/) };
  }

  const assertRight = (time: string): void => {
    assert.ok(Math.abs(Date.parse(time) - Date.now()) < 30_000, `${time} is about now`);
  };

  suite.test('[R-ST2] begins at the date of the program and serves where the system shows 1970, and says so', async () => {
    clock.losesTime();
    const { serving } = await start();
    assert.match(serving, /^2026-11-01T00:00:\d\dZ\? info /);
    assert.match(await client.bind(CLIENT), /^2001:db8:1::1/);
    const { now, clock: known, startedAt } = await status();
    assert.match(now, /^2026-11-01T00:00:/);
    assert.match(startedAt, /^2026-(10-31T23:59|11-01T00:00):/);
    assert.deepEqual(known, { trusted: false, source: 'nobody' });
    assert.deepEqual(await alarms(), ['clock-untrusted']);
  });

  suite.test('[R-ST2] steps to the true time when NTP has it; then its log, its alarms and its start read right, too', async () => {
    clock.losesTime();
    const { daemon } = await start();
    await client.bind(CLIENT);
    const since = daemon.log.entries.length;
    clock.isKept();
    await said(daemon, /^\S+Z warning the clock was set by \d+ s$/, since);
    assertRight((await said(daemon, /^\S+Z info {4}the clock is trusted \(NTP\)$/, since)).slice(0, 20));
    assert.deepEqual(await alarms(), []);
    const { startedAt, clock: known } = await status();
    assertRight(startedAt);
    assert.deepEqual(known, { trusted: true, source: 'ntp' });
    for (const { time } of await ask<readonly LogReport[]>({ method: 'log', lines: 50 })) assertRight(time);
  });

  suite.test('[R-ST2] of a user whose kernel nobody keeps goes on serving, with an alarm, until one word confirms the time', async () => {
    const before = await start();
    const address = await client.bind(CLIENT);
    assert.deepEqual(await alarms(), []);
    await before.daemon.end('SIGTERM');

    // The machine that tests run on is not started anew.
    assert.ok(existsSync(path('state/clock.json')));
    rmSync(path('state/clock.json'));
    clock.isLeft();
    const { daemon } = await start();
    assert.equal(await client.bind(CLIENT), address);
    assert.match(await client.bind(OTHER_CLIENT), /^2001:db8:1::1/);
    assert.deepEqual(await alarms(), ['clock-untrusted']);
    assert.match((await status()).alarms[0]?.advice ?? '', /"clock: system" in the provisioning file says so/);

    await ask({ method: 'clock-set', time: 'system' });
    await said(daemon, /the clock is trusted \(the operator\)/);
    const { now, source } = await clockNow();
    assertRight(now);
    assert.equal(source, 'operator');
    assert.deepEqual(await alarms(), []);
  }, STARTS_MS);

  suite.test('[R-ST2] knows as much as before when it is restarted and its box is not, also after kill -9', async () => {
    clock.losesTime();
    const { daemon } = await start();
    await ask({ method: 'clock-set', time: Math.round(Date.now() / 1_000) });
    const { timescale } = await clockNow();
    await eventually('the clock to be kept', () => Promise.resolve(existsSync(path('state/clock.json')) ? true : undefined), 5_000);
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      await program?.end(signal);
      const { serving } = await start();
      assert.match(serving, /^\S+Z info /);
      const known = await clockNow();
      assert.deepEqual([known.trusted, known.source, known.timescale], [true, 'operator', timescale]);
      assertRight(known.now);
    }
    assert.ok(daemon.pid !== program?.pid);
  }, STARTS_MS);

  suite.test('believes the system\'s clock from the moment at which the provisioning file says so', async () => {
    clock.isLeft();
    const { daemon } = await start();
    assert.deepEqual(await alarms(), ['clock-untrusted']);
    writeFileSync(path('box.yaml'), PROVISIONING.replace('[tlck0] }', '[tlck0] }, clock: system'));
    await ask({ method: 'reload' });
    await said(daemon, /the clock is trusted \(the system's clock\)/);
    assert.deepEqual(await alarms(), []);
    assertRight((await clockNow()).now);
  });
});
