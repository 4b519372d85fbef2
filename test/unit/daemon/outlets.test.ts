import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { describeInNamespace } from '../net/in-namespace.ts';
import { said, withTwoDaemons } from './two-daemons.ts';

const URL_OF_METRICS = 'http://[fd00:e::1]:9547/metrics';

describeInNamespace(import.meta.url, 'a daemon that tells others of itself', (suite) => {
  const daemons = withTwoDaemons(suite);

  suite.test('does so where the provisioning file says so, and not where it does not', async () => {
    const { path, ask, start } = daemons();
    await daemons().makeFile();
    const plain = readFileSync(path('pair.yaml'), 'utf8');
    const key = /pairing-key: (\S+)/.exec(plain)?.[1] ?? assert.fail();
    const told = plain.replace(/address: "fd00:e::1\/64" \}/, 'address: "fd00:e::1/64", metrics-port: 9547 }\n    syslog: { server: "fd00:e::2", port: 5514 }');
    assert.notEqual(told, plain);
    writeFileSync(path('pair.yaml'), told);
    const receiver = createSocket('udp6');
    const heard: string[] = [];
    receiver.on('message', (message) => heard.push(message.toString()));
    receiver.bind(5514, 'fd00:e::2');
    await once(receiver, 'listening');
    try {
      const east = start('east');
      await said(east, /metrics are given at http:\/\/\[fd00:e::1\]:9547\/metrics/, 0, 30_000);
      await said(east, /lan1: serving on tlpd0/, 0, 30_000);
      const text = await (await fetch(URL_OF_METRICS)).text();
      assert.match(text, /\ntwinlease_failover_connected\{relationship="east-west"\} 0\n/);
      assert.equal((await fetch(URL_OF_METRICS.replace('metrics', 'config'))).status, 404);
      while (!heard.some((line) => line.includes('lan1: serving on tlpd0'))) await once(receiver, 'message');
      assert.match(heard.find((line) => line.includes('lan1: serving on')) ?? '', /^<30>1 20\S+Z east twinlease \d+ - - lan1: serving on tlpd0/);
      assert.ok(!`${text}${heard.join('')}`.includes(key), 'no key is told');
      writeFileSync(path('pair.yaml'), plain);
      assert.equal((await ask('east', 'reload')).code, 0);
      await assert.rejects(fetch(URL_OF_METRICS));
      const count = heard.length;
      await ask('east', 'reload');
      assert.equal(heard.length, count, 'nothing is sent any more');
    } finally {
      receiver.close();
    }
  }, 90_000);
});
