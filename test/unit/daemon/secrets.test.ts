import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { askDaemon } from '../../../src/control/index.ts';
import type { Request } from '../../../src/control/index.ts';
import { parsePairingKey } from '../../../src/identity/index.ts';
import { twinlease } from '../console/command.ts';
import { describeInNamespace } from '../net/in-namespace.ts';
import { BOXES, said, TEST_MS, withTwoDaemons } from './two-daemons.ts';

/** How octets may be written down. */
function formsOf(octets: Uint8Array): readonly string[] {
  const buffer = Buffer.from(octets);
  const hex = buffer.toString('hex');
  const pairs = hex.match(/../g) ?? [];
  return [hex, hex.toUpperCase(), pairs.join(':'), pairs.join(':').toUpperCase(), buffer.toString('base64').replace(/=+$/, ''), buffer.toString('base64url'), buffer.toString('latin1')];
}

/** All that gives a key away: its lines in PEM, its private exponent and primes. */
function formsOfPrivateKey(pem: string): readonly string[] {
  const { d = '', p = '', q = '' } = createPrivateKey(pem).export({ format: 'jwk' });
  const lines = pem.split('\n').filter((line) => /^[A-Za-z0-9+/=]{40,}$/.test(line));
  return [...lines, ...[d, p, q].flatMap((number) => formsOf(Buffer.from(number, 'base64url')))];
}

/** In which forms the text holds what it must not. */
function found(text: string, forms: readonly string[]): readonly string[] {
  return forms.filter((form) => form.length >= 8 && text.includes(form));
}

describeInNamespace(import.meta.url, 'what is secret on two boxes', (suite) => {
  const daemons = withTwoDaemons(suite);

  suite.test('[R-ID1] is in no log, report, fingerprint, export or complaint, nor in what the partner has on its disk', async () => {
    const { path, ask, start } = daemons();
    const made = await daemons().makeFile();
    const file = readFileSync(path('pair.yaml'), 'utf8');
    const key = /pairing-key: (\S+)/.exec(file)?.[1] ?? '';
    const octets = parsePairingKey(key);
    assert.ok(octets instanceof Uint8Array);
    const [west, east] = [start('west'), start('east')];
    await Promise.all([said(west, /paired with east/), said(east, /-> NORMAL/)]);

    const privateKey = readFileSync(path('east/pairing/box.key'), 'utf8');
    const { allocationSecret } = JSON.parse(readFileSync(path('east/identity.json'), 'utf8')) as { allocationSecret: string };
    const forms = {
      'the pairing key': [key, key.toLowerCase(), key.replaceAll('-', ''), ...formsOf(octets)],
      'the private key': formsOfPrivateKey(privateKey),
      'the secret of addresses': [allocationSecret, ...formsOf(Buffer.from(allocationSecret.replaceAll(':', ''), 'hex'))],
    };

    writeFileSync(path('wrong.yaml'), file.replace('version: 1', 'version: 1\nversoin: 2').replace(key, `${key}0`));
    // What commands print of a running box is what it says over its control socket.
    const methods = ['config', 'status', 'failover', 'links', 'counters', 'pairings'] as const;
    const requests: readonly Request[] = [...methods.map((method) => ({ method })), { method: 'log', lines: 1_000 }];
    const reports = await Promise.all(requests.map(async (request) => JSON.stringify(await askDaemon(path('east.sock'), request))));
    const printed = await Promise.all([ask('east', 'show', 'config'), twinlease('check', path('wrong.yaml'), '--json')]);
    const dumped = await ask('east', 'diag', 'dump', path('support'));
    assert.equal(dumped.code, 0, dumped.err);
    const [diff, history] = [await ask('east', 'show', 'diff'), await ask('east', 'show', 'failover', '--history')];
    await east.end('SIGTERM');
    const exported = await twinlease('export', '--state', path('east'));
    assert.equal(exported.code, 0);

    const told = new Map<string, string>([
      ['output of commands', [...reports, ...[made, ...printed, dumped, diff, history, exported].map(({ out, err }) => out + err)].join('\n')],
      ...BOXES.map((box) => [`the log of ${box}`, readFileSync(path(`${box}.log`), 'utf8')] as const),
      ...BOXES.map((box) => [`what ${box} remembers of its partner`, readFileSync(path(`${box}/pairing/east-west.json`), 'utf8')] as const),
      ['the file for support', readFileSync(path('support'), 'utf8')],
      ['the history of failover', readFileSync(path('east/failover-history.jsonl'), 'utf8')],
      ['the certificate', readFileSync(path('east/pairing/box.crt'), 'utf8')],
    ]);
    for (const [place, text] of told) {
      assert.ok(text.length > 100, place);
      for (const [what, written] of Object.entries(forms)) assert.deepEqual(found(text, written), [], `${what} is in ${place}`);
    }
    for (const part of ['show status', 'show config', 'pairing-key: ', '-> NORMAL', 'MemTotal']) assert.ok(told.get('the file for support')?.includes(part), part);
    // Where each of them is, it is found.
    assert.ok(found(file, forms['the pairing key']).length > 0);
    assert.ok(found(privateKey, forms['the private key']).length > 10);
    assert.ok(found(readFileSync(path('east/identity.json'), 'utf8'), forms['the secret of addresses']).length > 0);
  }, TEST_MS);
});
