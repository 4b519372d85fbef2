import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createClientPorts, watchInterfaces } from '../../../src/net/index.ts';
import type { ClientInterface, ClientPort, ClientPorts, InterfaceWatcher } from '../../../src/net/index.ts';
import { createUdpHub } from '../../../src/net/udp/hub.ts';
import type { UdpHub, UdpSocket } from '../../../src/net/udp/hub.ts';
import { ALL_DHCP_RELAY_AGENTS_AND_SERVERS } from '../../../src/wire/index.ts';
import { describeInNamespace } from './in-namespace.ts';
import { addCable, copyOf, ip, ipLater, linkLocalOf, skipAddressDetection, waiter } from './veth.ts';

const SERVER_PORT = 547;
const CLIENT_PORT = 546;

describeInNamespace(import.meta.url, 'ports towards the clients', ({ test, before, beforeEach, afterEach }) => {
  let watcher: InterfaceWatcher;
  let ports: ClientPorts;
  /** The far ends of the cables, where the clients are. */
  let clients: UdpHub;
  let reports: string[];
  let heard: string[];
  const { until, wake } = waiter();

  before(() => {
    skipAddressDetection();
  });
  beforeEach(() => {
    reports = [];
    heard = [];
    clients = createUdpHub(() => undefined);
    ports = createClientPorts({
      receiveBufferBytes: 1 << 20,
      onBatch(receiver, batch) {
        for (let i = 0; i < batch.count; i++) {
          const text = new TextDecoder().decode(batch.payload(i));
          heard.push(`${receiver.link} ${text}`);
          receiver.queue(new TextEncoder().encode(`answer to ${text}`), copyOf(batch.peer(i)), batch.peerPort(i));
        }
        wake();
      },
      onDrained: () => undefined,
      onReport(severity, text) {
        reports.push(`${severity}: ${text}`);
        wake();
      },
    });
    watcher = watchInterfaces({
      onChanges(changes) {
        ports.follow(changes, watcher.interfaces);
        wake();
      },
      onReport: (_, text) => assert.fail(text),
    });
  });
  afterEach(async () => {
    watcher.close();
    ports.close();
    clients.close();
    for (const name of watcher.interfaces.keys()) if (/^(eth|new)/.test(name)) await ipLater(`link delete ${name}`);
  });

  function configure(...interfaces: ClientInterface[]): void {
    ports.configure(interfaces, watcher.interfaces);
  }
  async function reported(text: string): Promise<void> {
    await until(() => reports.some((report) => report.includes(text)));
  }
  async function ready(...names: string[]): Promise<void> {
    await until(() => names.every((name) => watcher.interfaces.get(name)?.linkLocal?.state === 'ready'));
  }
  function port(name: string): ClientPort {
    const found = ports.ports.get(name);
    assert.ok(found !== undefined);
    return found;
  }
  /** Sends a multicast from the far end of a cable until the server has heard it: it may just be opening. */
  async function ask(far: string, link: string, text: string): Promise<void> {
    await ready(far);
    const client = openClient(far);
    client.queue(new TextEncoder().encode(text), ALL_DHCP_RELAY_AGENTS_AND_SERVERS, SERVER_PORT);
    await until(() => heard.includes(`${link} ${text}`));
    client.close();
  }
  function openClient(interfaceName: string, onText: (text: string) => void = () => undefined): UdpSocket {
    const result = clients.open(
      { interfaceName, port: CLIENT_PORT, groups: [], receiveBufferBytes: 1 << 20, sendBufferBytes: 1 << 20 },
      {
        onBatch(batch) {
          for (let i = 0; i < batch.count; i++) onText(new TextDecoder().decode(batch.payload(i)));
        },
        onFailed: (code) => assert.fail(code),
      },
    );
    assert.ok(result.ok, result.ok ? '' : result.reason);
    return result.socket;
  }

  test('wait for an interface, serve it when it is there, and answer out of it', async () => {
    configure({ link: 'lan1', interfaceName: 'eth1' });
    await reported('there is no interface eth1');
    assert.equal(port('eth1').isOpen(), false);
    addCable('eth1', 'far1');
    await reported('serving on eth1');
    await ready('eth1', 'far1');
    const answers: string[] = [];
    const client = openClient('far1', (text) => {
      answers.push(text);
      wake();
    });
    client.queue(new TextEncoder().encode('first'), await linkLocalOf('eth1'), SERVER_PORT);
    await until(() => answers.length > 0);
    assert.deepEqual(answers, ['answer to first']);
    assert.deepEqual(reports[0], 'warning: lan1: there is no interface eth1; waiting for it');
    const { received, sent } = port('eth1').counters();
    assert.deepEqual([received, sent], [1, 1]);
  });

  test('serve an interface that was deleted and made anew, and keep counting', async () => {
    addCable('eth1', 'far1');
    configure({ link: 'lan1', interfaceName: 'eth1' });
    await reported('serving on eth1');
    await ask('far1', 'lan1', 'before');
    await ipLater('link delete eth1');
    await reported('interface eth1 is gone; waiting for it');
    assert.equal(port('eth1').isOpen(), false);
    port('eth1').queue(new Uint8Array(10), ALL_DHCP_RELAY_AGENTS_AND_SERVERS, CLIENT_PORT);
    reports = [];
    addCable('eth1', 'far1');
    await reported('serving on eth1');
    await ask('far1', 'lan1', 'after');
    const { received, sendErrors } = port('eth1').counters();
    assert.equal(received, 2);
    assert.equal(sendErrors.get('ENODEV'), 1);
  });

  test('serve the new interface where one was replaced faster than anybody looks', async () => {
    addCable('eth1', 'far1');
    configure({ link: 'lan1', interfaceName: 'eth1' });
    await reported('serving on eth1');
    for (const index of ['another', 'the same'] as const) {
      const same = index === 'the same' ? `index ${watcher.interfaces.get('eth1')?.ifindex} ` : '';
      ip('link delete eth1');
      ip(`link add eth1 ${same}type veth peer name far1`);
      ip('link set eth1 up');
      ip('link set far1 up');
      await reported('replaced by another');
      await ask('far1', 'lan1', `with ${index} index`);
      reports = [];
    }
  });

  test('let go of an interface that was renamed away, and serve one that got the configured name', async () => {
    addCable('eth1', 'far1');
    configure({ link: 'lan1', interfaceName: 'eth1' }, { link: 'lan2', interfaceName: 'new2' });
    await reported('lan1: serving on eth1');
    await ask('far1', 'lan1', 'as eth1');
    await ipLater('link set eth1 name new2');
    await reported('lan1: interface eth1 is now called new2; waiting for it');
    await reported('lan2: serving on new2');
    assert.equal(port('eth1').isOpen(), false);
    await ask('far1', 'lan2', 'as new2');
  });

  test('follow two interfaces that swap their names', async () => {
    addCable('eth1', 'far1');
    addCable('eth2', 'far2');
    configure({ link: 'lan1', interfaceName: 'eth1' }, { link: 'lan2', interfaceName: 'eth2' });
    await reported('lan2: serving on eth2');
    reports = [];
    ip('link set eth1 name swap');
    ip('link set eth2 name eth1');
    ip('link set swap name eth2');
    await reported('lan1: interface eth1 was replaced by another; serving on that');
    await reported('lan2: interface eth2 was replaced by another; serving on that');
    await ask('far1', 'lan2', 'from far1');
    await ask('far2', 'lan1', 'from far2');
    assert.deepEqual(reports.filter((report) => report.startsWith('warning')), []);
  });

  test('hear multicasts again after IPv6 was taken from the interface and given back', async () => {
    addCable('eth1', 'far1');
    configure({ link: 'lan1', interfaceName: 'eth1' });
    await reported('serving on eth1');
    ip('link set eth1 mtu 1200');
    ip('link set eth1 mtu 1500');
    await reported('IPv6 started on eth1');
    await ask('far1', 'lan1', 'after the change of MTU');
  });

  test('keep the socket while the carrier flaps, and say so', async () => {
    addCable('eth1', 'far1');
    configure({ link: 'lan1', interfaceName: 'eth1' });
    await reported('serving on eth1');
    await ask('far1', 'lan1', 'before');
    for (let flap = 0; flap < 3; flap++) {
      reports = [];
      await ipLater('link set far1 down');
      await reported('interface eth1 has lost its carrier');
      assert.equal(port('eth1').isOpen(), true);
      await ipLater('link set far1 up');
      await reported('interface eth1 has a carrier');
      await ask('far1', 'lan1', `after flap ${flap}`);
    }
    reports = [];
    await ipLater('link set eth1 down');
    await reported('interface eth1 was switched off');
  });

  test('try again when another program has the port, and serve as soon as it is free', async () => {
    addCable('eth1', 'far1');
    const result = clients.open(
      { interfaceName: 'eth1', port: SERVER_PORT, groups: [], receiveBufferBytes: 1 << 20, sendBufferBytes: 1 << 20 },
      { onBatch: () => undefined, onFailed: (code) => assert.fail(code) },
    );
    assert.ok(result.ok);
    configure({ link: 'lan1', interfaceName: 'eth1' });
    await reported("can't serve on eth1: bind: address already in use; trying again");
    assert.equal(port('eth1').isOpen(), false);
    result.socket.close();
    await reported('lan1: serving on eth1');
    await ask('far1', 'lan1', 'after the other program');
    assert.equal(reports.filter((report) => report.includes("can't serve")).length, 1);
  });

  for (const when of ['waits', 'has an answer to send'] as const)
    test(`open another socket when the kernel takes one away that ${when}`, async () => {
      addCable('eth1', 'far1');
      configure({ link: 'lan1', interfaceName: 'eth1' });
      await reported('serving on eth1');
      // The answer to this is sent when the event loop turns, and no sooner.
      await ask('far1', 'lan1', 'before');
      if (when === 'waits') await nextTurn();
      execFileSync('ss', ['--kill', '--all', '--udp', `sport = :${SERVER_PORT}`], { stdio: 'ignore' });
      await reported('the socket on eth1 failed (ECONNABORTED); opening another');
      await reported('serving on eth1 again');
      await ask('far1', 'lan1', 'after');
      const { received, sendErrors } = port('eth1').counters();
      assert.equal(received, 2);
      assert.equal(sendErrors.get('ECONNABORTED'), when === 'waits' ? undefined : 1);
    });

  test('say when another device has the link-local address', async () => {
    addCable('eth1', 'far1');
    configure({ link: 'lan1', interfaceName: 'eth1' });
    await reported('serving on eth1');
    await ipLater('link set eth1 addrgenmode none');
    await ipLater('address flush dev eth1');
    await ipLater('address add fe80::1/64 dev far1 nodad');
    writeFileSync('/proc/sys/net/ipv6/conf/eth1/accept_dad', '1');
    await ipLater('address add fe80::1/64 dev eth1');
    await reported("another device on eth1 has its address fe80::1; clients can't be answered");
  });

  test('take a new configuration: keep what stays, close what goes, open what is new', async () => {
    addCable('eth1', 'far1');
    addCable('eth2', 'far2');
    addCable('eth3', 'far3');
    configure({ link: 'lan1', interfaceName: 'eth1' }, { link: 'lan2', interfaceName: 'eth2' });
    await reported('lan2: serving on eth2');
    await ready('eth1', 'eth2', 'eth3');
    const kept = port('eth1');
    const dropped = port('eth2');
    reports = [];
    configure({ link: 'office', interfaceName: 'eth1' }, { link: 'lan3', interfaceName: 'eth3' });
    assert.deepEqual(reports, ['info: lan3: serving on eth3']);
    assert.equal(port('eth1'), kept);
    assert.equal(kept.link, 'office');
    assert.equal(dropped.isOpen(), false);
    assert.deepEqual([...ports.ports.keys()], ['eth1', 'eth3']);
    await ask('far1', 'office', 'after the reload');
  });
});
