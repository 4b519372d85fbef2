import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import type { PairingReport } from '../../../src/control/index.ts';
import { describeInNamespace } from '../net/in-namespace.ts';
import { BOXES, said, TEST_MS, withTwoDaemons } from './two-daemons.ts';

const KEY = /[0-9A-Z]{4}(-[0-9A-Z]{4}){7}/;

describeInNamespace(import.meta.url, 'two daemons with one file', (suite) => {
  const daemons = withTwoDaemons(suite);

  suite.test('[R-ID1] are a pair without a certificate in it, tell nobody the key, and forget each other when told', async () => {
    const { path, start, ask } = daemons();
    const made = await daemons().makeFile();
    assert.equal(statSync(path('pair.yaml')).mode & 0o777, 0o600);
    const [key = ''] = KEY.exec(readFileSync(path('pair.yaml'), 'utf8')) ?? [];
    assert.notEqual(key, '');
    await Promise.all([said(start('west'), /paired with east/), said(start('east'), /-> NORMAL/)]);

    const reports = await Promise.all(BOXES.map(async (box) => JSON.parse((await ask(box, 'pair', 'status', '--json')).out) as PairingReport[]));
    const [atEast, atWest] = reports.map(([report]) => report);
    assert.deepEqual([atEast?.stage, atEast?.key, atWest?.stage, atWest?.key], ['paired', 'used', 'paired', 'used']);
    assert.deepEqual([atEast?.partnerCertificate, atWest?.partnerCertificate], [atWest?.ownCertificate, atEast?.ownCertificate]);

    const config = await ask('east', 'show', 'config');
    assert.match(config.out, /pairing-key: removed/);
    writeFileSync(path('pair.yaml'), readFileSync(path('pair.yaml'), 'utf8').replace('version: 1', 'version: 1\nversoin: 2'));
    assert.equal((await ask('east', 'reload')).code, 1);
    const logs = BOXES.map((box) => readFileSync(path(`${box}.log`), 'utf8')).join('');
    const records = BOXES.map((box) => readFileSync(path(`${box}/pairing/east-west.json`), 'utf8')).join('');
    for (const text of [config.out, logs, records, made.out]) assert.ok(!text.includes(key));

    assert.match((await ask('east', 'pair', 'reset', 'east-west')).err, /nothing was done: say --yes if it is meant\n\nThis box is paired with west\./);
    assert.match((await ask('east', 'pair', 'replace', 'east-west', '--yes')).err, /has no new pairing key for east-west/);
    assert.equal((await ask('east', 'pair', 'reset', 'east-west', '--yes')).code, 0);
    const status = await ask('east', 'show', 'status');
    assert.match(status.out, /ALARM east-west not-paired/);
    assert.match(status.out, /COMMUNICATIONS-INTERRUPTED WITHOUT west/);
  }, TEST_MS);
});
