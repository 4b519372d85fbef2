import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Beacon } from '../../../../src/health/index.ts';
import { createBeaconPorts, watchInterfaces } from '../../../../src/net/index.ts';
import type { BeaconPorts, InterfaceWatcher } from '../../../../src/net/index.ts';
import { formatAddress } from '../../../../src/wire/index.ts';
import { describeInNamespace } from '../in-namespace.ts';
import { addCable, ip, ipLater, linkLocalOf, skipAddressDetection, waiter } from '../veth.ts';

const KEY = new Uint8Array(32).fill(1);
const LINKS = ['lan', 'wlan'];
const WEST = 'aa'.repeat(32);
const RELATIONSHIP = { name: 'east-west', links: LINKS, partnerCertificate: undefined };

describeInNamespace(import.meta.url, 'beacons on real interfaces', ({ test, before, beforeEach, afterEach }) => {
  interface Side {
    ports: BeaconPorts;
    heard: { beacon: Beacon; interfaceName: string; source: string }[];
    reports: string[];
  }
  let east: Side;
  let west: Side;
  let watcher: InterfaceWatcher;
  let sending: NodeJS.Timeout;
  let sent: number;
  const { until, wake } = waiter();

  const side = (): Side => {
    const heard: Side['heard'] = [];
    const reports: string[] = [];
    const ports = createBeaconPorts({
      onBeacon(beacon, interfaceName, source) {
        heard.push({ beacon, interfaceName, source: formatAddress(source) });
        wake();
      },
      onReport: (severity, text) => reports.push(`${severity}: ${text}`),
      monotonicMs: () => performance.now(),
    });
    return { ports, heard, reports };
  };
  const beacon = (sequence: number): Beacon => ({ relationship: 'east-west', link: 'lan', mark: { session: '00000000000000aa', sequence }, heard: undefined });

  before(() => {
    skipAddressDetection();
    ip('link set lo up');
  });
  beforeEach(() => {
    addCable('lan', 'far');
    addCable('mgmt', 'farmgmt');
    east = side();
    west = side();
    east.ports.configure(['lan', 'mgmt'], [{ ...RELATIONSHIP, role: 'primary' }]);
    west.ports.configure(['far', 'farmgmt'], [{ ...RELATIONSHIP, role: 'secondary' }]);
    watcher = watchInterfaces({
      onChanges(changes) {
        for (const { ports } of [east, west]) ports.follow(changes, watcher.interfaces);
        wake();
      },
      onReport: () => undefined,
    });
    sent = 0;
    sending = setInterval(() => {
      east.ports.send('lan', beacon(++sent));
      wake();
    }, 20);
  });
  afterEach(() => {
    clearInterval(sending);
    watcher.close();
    east.ports.close();
    west.ports.close();
    ip('link del lan');
    ip('link del mgmt');
  });

  test('are heard by the partner, with the interface and the link-local address that they came by, and not by their sender', async () => {
    for (const { ports } of [east, west]) ports.useKey('east-west', KEY);
    await until(() => west.heard.length >= 2);
    const source = formatAddress(await linkLocalOf('lan'));
    const [first] = west.heard;
    assert.deepEqual([first?.beacon.link, first?.interfaceName, first?.source], ['lan', 'far', source]);
    assert.deepEqual(east.heard, []);
  });

  test('leave with hop limit 255 for all servers on the link', async () => {
    for (const { ports } of [east, west]) ports.useKey('east-west', KEY);
    await until(() => west.heard.length >= 1);
    const { stdout } = await promisify(execFile)('tshark', ['-i', 'far', '-c', '1', '-f', 'icmp6 and ip6[40] == 200', '-T', 'fields', '-e', 'ipv6.hlim', '-e', 'ipv6.dst']);
    assert.deepEqual(stdout.trim().split('\t'), ['255', 'ff02::1:2']);
  });

  test('are not sent without a key, and a partner with another key does not hear them', async () => {
    west.ports.useKey('east-west', KEY);
    await until(() => watcher.interfaces.has('lan'));
    east.ports.useKey('east-west', new Uint8Array(32).fill(2));
    await until(() => sent >= 10);
    east.ports.useKey('east-west', KEY);
    await until(() => west.heard.length > 0);
    assert.ok((west.heard[0]?.beacon.mark.sequence ?? 0) >= 10, 'none of those before was heard');
  });

  test('are heard with the key of before while the partner has not taken the new one yet', async () => {
    for (const { ports } of [east, west]) ports.useKey('east-west', KEY);
    await until(() => west.heard.length > 0);
    west.ports.useKey('east-west', new Uint8Array(32).fill(3));
    west.heard.length = 0;
    await until(() => west.heard.length > 0);
  });

  test('are said with the key of the last run of the program until there is one of this run, and never again', async () => {
    east.ports.useKeptKey('east-west', KEY);
    west.ports.useKey('east-west', KEY);
    await until(() => west.heard.length > 0);
    east.ports.useKey('east-west', new Uint8Array(32).fill(4));
    west.heard.length = 0;
    const since = sent;
    const back = setInterval(() => {
      west.ports.send('far', beacon(1_000_000));
    }, 20);
    await until(() => sent >= since + 15);
    assert.deepEqual([east.heard, west.heard], [[], []], 'what is recorded of the partner under the old key is nothing to the new run');
    east.ports.useKeptKey('east-west', KEY);
    west.ports.useKey('east-west', new Uint8Array(32).fill(4));
    await until(() => east.heard.length > 0);
    clearInterval(back);
  });

  test('are not those of a partner that is another one by now', async () => {
    for (const { ports } of [east, west]) ports.useKey('east-west', KEY);
    await until(() => west.heard.length > 0);
    west.ports.configure(['far', 'farmgmt'], [{ ...RELATIONSHIP, role: 'secondary', partnerCertificate: WEST }]);
    west.heard.length = 0;
    const since = sent;
    await until(() => sent >= since + 15);
    assert.deepEqual(west.heard, []);
  });

  test('that come in at the management interface are heard there: cables may be swapped', async () => {
    for (const { ports } of [east, west]) ports.useKey('east-west', KEY);
    await until(() => west.heard.length > 0);
    const misled = setInterval(() => {
      east.ports.send('mgmt', beacon(1_000_000));
    }, 20);
    await until(() => west.heard.some(({ interfaceName }) => interfaceName === 'farmgmt'));
    clearInterval(misled);
  });

  test('are heard again where the interface was replaced by another of the same name', async () => {
    for (const { ports } of [east, west]) ports.useKey('east-west', KEY);
    await until(() => west.heard.length > 0);
    await ipLater('link del lan');
    addCable('lan', 'far');
    west.heard.length = 0;
    await until(() => west.heard.length > 0);
    assert.deepEqual([...east.reports, ...west.reports].filter((text) => text.startsWith('error')), []);
  });
});
