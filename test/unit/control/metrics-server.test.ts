import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, it } from 'mocha';
import { createMetricsServer } from '../../../src/control/index.ts';
import type { MetricsServer } from '../../../src/control/index.ts';

const HOST = '::1';

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, HOST);
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

describe('metrics over HTTP', () => {
  let server: MetricsServer;
  const reports: string[] = [];
  let rendered = 0;

  async function open(): Promise<string> {
    reports.length = 0;
    rendered = 0;
    const port = await freePort();
    const told = Promise.withResolvers<undefined>();
    server = createMetricsServer(
      () => `twinlease_up ${String(++rendered)}\n`,
      (severity, line) => {
        reports.push(`${severity} ${line}`);
        told.resolve(undefined);
      },
    );
    server.configure({ host: HOST, port });
    await told.promise;
    return `http://[${HOST}]:${String(port)}`;
  }

  afterEach(() => server.close());

  it('are given where it is said, and nothing else is', async () => {
    const url = await open();
    assert.deepEqual(reports, [`info metrics are given at ${url}/metrics`]);
    const answer = await fetch(`${url}/metrics`);
    assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, 'text/plain; version=0.0.4; charset=utf-8']);
    assert.equal(await answer.text(), 'twinlease_up 1\n');
    assert.equal(await (await fetch(`${url}/metrics?name=x`)).text(), 'twinlease_up 1\n', 'it is a second old at most');
    assert.deepEqual([(await fetch(`${url}/`)).status, (await fetch(`${url}/metrics`, { method: 'POST', body: 'x' })).status], [404, 405]);
  });

  it('are given nowhere any more where nobody says so', async () => {
    const url = await open();
    server.configure(undefined);
    await assert.rejects(fetch(`${url}/metrics`));
  });

  it('a port that is taken is reported once, and nobody who says nothing keeps the others away for long', async () => {
    const url = await open();
    const { port } = new URL(url);
    const told = Promise.withResolvers<string>();
    const second = createMetricsServer(() => '', (_, line) => told.resolve(line));
    second.configure({ host: HOST, port: Number(port) });
    assert.equal(await told.promise, `metrics can't be given at [${HOST}]:${port} (EADDRINUSE): it is tried again`);
    second.close();
    const silent = Array.from({ length: 12 }, () => connect(Number(port), HOST).on('error', () => undefined));
    await Promise.all(silent.slice(0, 8).map(async (socket): Promise<unknown> => await once(socket, 'connect')));
    await Promise.all(silent.slice(8).map(async (socket) => {
      if (!socket.closed) await once(socket, 'close');
    }));
    for (const socket of silent) socket.destroy();
  });
});
