import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PairingReport } from '../../../src/control/index.ts';
import { startProgram } from '../../lab/process/program.ts';
import type { Program } from '../../lab/process/program.ts';
import { CLI, ENVIRONMENT, twinlease } from '../console/command.ts';
import type { Ran } from '../console/command.ts';
import { describeInNamespace } from '../net/in-namespace.ts';
import { addCable, ip, skipAddressDetection } from '../net/veth.ts';

const KEY = /[0-9A-Z]{4}(-[0-9A-Z]{4}){7}/;

describeInNamespace(import.meta.url, 'two daemons with one file', (suite) => {
  let directory: string;
  let programs: Program[];

  suite.before(() => {
    skipAddressDetection();
    ip('link set lo up');
    for (const address of ['fd00:e::1', 'fd00:e::2']) ip(`addr add ${address}/128 dev lo nodad`);
    addCable('tlpd0', 'tlpd1');
  });
  suite.beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tlpd-'));
    programs = [];
  });
  suite.afterEach(async () => {
    await Promise.all(programs.map(async (program) => await program.end('SIGKILL')));
    rmSync(directory, { recursive: true, force: true });
  });

  const path = (name: string): string => join(directory, name);
  const ask = async (box: string, ...words: readonly string[]): Promise<Ran> => await twinlease(...words, '--control', path(`${box}.sock`));
  const said = async (program: Program, what: RegExp): Promise<string> =>
    await program.log.next({ what: String(what), from: 0, withinMs: 9_000, match: (line) => (what.test(line) ? line : undefined) });

  function start(box: string): Program {
    const environment = `NODE_COMPILE_CACHE=${ENVIRONMENT.NODE_COMPILE_CACHE}`;
    const words = ['serve', path('pair.yaml'), '--appliance', box, '--state', path(box), '--control', path(`${box}.sock`)];
    const program = startProgram(box, ['env', environment, process.execPath, CLI, ...words], path(`${box}.log`));
    programs.push(program);
    return program;
  }

  suite.test('[R-ID1] are a pair without a certificate in it, tell nobody the key, and forget each other when told', async () => {
    const made = await twinlease(
      'pair', 'new', '--out', path('pair.yaml'), '--primary', 'east', '--secondary', 'west', '--management', 'lo',
      '--primary-address', 'fd00:e::1/64', '--secondary-address', 'fd00:e::2/64', '--link', 'lan1:tlpd0:2001:db8:1::/64',
    );
    assert.deepEqual([made.code, made.err], [0, '']);
    assert.equal(statSync(path('pair.yaml')).mode & 0o777, 0o600);
    const [key = ''] = KEY.exec(readFileSync(path('pair.yaml'), 'utf8')) ?? [];
    assert.notEqual(key, '');
    const boxes = ['east', 'west'] as const;
    await Promise.all([said(start('west'), /paired with east/), said(start('east'), /-> NORMAL/)]);

    const reports = await Promise.all(boxes.map(async (box) => JSON.parse((await ask(box, 'pair', 'status', '--json')).out) as PairingReport[]));
    const [atEast, atWest] = reports.map(([report]) => report);
    assert.deepEqual([atEast?.stage, atEast?.key, atWest?.stage, atWest?.key], ['paired', 'used', 'paired', 'used']);
    assert.deepEqual([atEast?.partnerCertificate, atWest?.partnerCertificate], [atWest?.ownCertificate, atEast?.ownCertificate]);

    const config = await ask('east', 'show', 'config');
    assert.match(config.out, /pairing-key: removed/);
    writeFileSync(path('pair.yaml'), readFileSync(path('pair.yaml'), 'utf8').replace('version: 1', 'version: 1\nversoin: 2'));
    assert.equal((await ask('east', 'reload')).code, 1);
    const logs = boxes.map((box) => readFileSync(path(`${box}.log`), 'utf8')).join('');
    const records = boxes.map((box) => readFileSync(path(`${box}/pairing/east-west.json`), 'utf8')).join('');
    for (const text of [config.out, logs, records, made.out]) assert.ok(!text.includes(key));

    assert.match((await ask('east', 'pair', 'reset', 'east-west')).err, /nothing was done: say --yes if it is meant\n\nThis box is paired with west\./);
    assert.match((await ask('east', 'pair', 'replace', 'east-west', '--yes')).err, /has no new pairing key for east-west/);
    assert.equal((await ask('east', 'pair', 'reset', 'east-west', '--yes')).code, 0);
    const status = await ask('east', 'show', 'status');
    assert.match(status.out, /ALARM east-west not-paired/);
    assert.match(status.out, /COMMUNICATIONS-INTERRUPTED WITHOUT west/);
  });
});
