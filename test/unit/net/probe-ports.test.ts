import assert from 'node:assert/strict';
import { createProbePorts, watchInterfaces } from '../../../src/net/index.ts';
import { createUdpHub } from '../../../src/net/udp/hub.ts';
import { ALL_DHCP_RELAY_AGENTS_AND_SERVERS, formatAddress } from '../../../src/wire/index.ts';
import type { Address } from '../../../src/wire/index.ts';
import { describeInNamespace } from './in-namespace.ts';
import { addCable, ip, linkLocalOf, skipAddressDetection, waiter } from './veth.ts';

const QUESTION = Uint8Array.of(1, 2, 3, 4);
const ANSWER = Uint8Array.of(2, 2, 3, 4);

describeInNamespace(import.meta.url, 'what a box asks as a client [R-LH4]', ({ test, before, beforeEach, afterEach }) => {
  const { until, wake } = waiter();
  let heard: { source: string; port: number; multicast: boolean; octets: Uint8Array }[];
  let answers: { interfaceName: string; source: string; octets: Uint8Array }[];
  let failed: string[];
  let hub: ReturnType<typeof createUdpHub>;
  let probes: ReturnType<typeof createProbePorts>;
  let watcher: ReturnType<typeof watchInterfaces>;

  before(() => {
    skipAddressDetection();
    ip('link set lo up');
  });
  beforeEach(async () => {
    heard = [];
    answers = [];
    failed = [];
    addCable('lan', 'far');
    hub = createUdpHub(() => undefined);
    probes = createProbePorts({
      onAnswer(interfaceName, source, octets) {
        answers.push({ interfaceName, source: formatAddress(source), octets });
        wake();
      },
      onFailed(interfaceName) {
        failed.push(interfaceName);
        wake();
      },
    });
    watcher = watchInterfaces({
      onChanges() {
        probes.follow(watcher.interfaces);
        wake();
      },
      onReport: () => undefined,
    });
    await until(() => ['lan', 'far'].every((name) => watcher.interfaces.get(name)?.linkLocal?.state === 'ready'));
  });
  afterEach(() => {
    probes.close();
    hub.close();
    watcher.close();
    ip('link del lan');
  });

  const socketAt = (interfaceName: string, port: number, groups: readonly Address[]) => {
    const opened = hub.open(
      { interfaceName, port, groups, receiveBufferBytes: 4_096, sendBufferBytes: 4_096 },
      {
        onBatch(batch) {
          for (let i = 0; i < batch.count; i++) {
            heard.push({ source: formatAddress(batch.peer(i) as Address), port: batch.peerPort(i), multicast: batch.isMulticast(i), octets: batch.payload(i).slice() });
          }
          wake();
        },
        onFailed: (code) => assert.fail(code),
      },
    );
    assert.ok(opened.ok);
    return opened.socket;
  };

  test('goes from the clients\' port to all servers on the link, and the answer comes back there', async () => {
    const server = socketAt('far', 547, [ALL_DHCP_RELAY_AGENTS_AND_SERVERS]);
    probes.send('lan', QUESTION);
    await until(() => heard.length > 0);
    const source = await linkLocalOf('lan');
    assert.deepEqual(heard, [{ source: formatAddress(source), port: 546, multicast: true, octets: QUESTION }]);
    server.queue(ANSWER, source, 546);
    hub.flush();
    await until(() => answers.length > 0);
    assert.deepEqual(answers, [{ interfaceName: 'lan', source: formatAddress(await linkLocalOf('far')), octets: ANSWER }]);
  });

  test('is not asked where another program has the port, which is told, and is when that is gone', async () => {
    const other = socketAt('lan', 546, []);
    probes.send('lan', QUESTION);
    assert.deepEqual(failed, [], 'never from within');
    await until(() => failed.length > 0);
    assert.deepEqual(failed, ['lan']);
    other.close();
    socketAt('far', 547, [ALL_DHCP_RELAY_AGENTS_AND_SERVERS]);
    const again = setInterval(() => {
      probes.send('lan', QUESTION);
    }, 20);
    await until(() => heard.length > 0);
    clearInterval(again);
  });

  test('is asked on an interface that took the place of another one of its name', async () => {
    probes.send('lan', QUESTION);
    const first = watcher.interfaces.get('lan')?.ifindex;
    ip('link del lan');
    addCable('lan', 'far');
    await until(() => watcher.interfaces.get('lan')?.linkLocal?.state === 'ready' && watcher.interfaces.get('lan')?.ifindex !== first);
    socketAt('far', 547, [ALL_DHCP_RELAY_AGENTS_AND_SERVERS]);
    probes.send('lan', QUESTION);
    await until(() => heard.length > 0);
  });
});
