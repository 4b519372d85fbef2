import assert from 'node:assert/strict';
import { createPartnerHosts, watchInterfaces } from '../../../../src/net/index.ts';
import type { InterfaceWatcher, PartnerHosts } from '../../../../src/net/index.ts';
import { describeInNamespace } from '../in-namespace.ts';
import { addressOf, addCable, ip, ipLater, skipAddressDetection, waiter } from '../veth.ts';

describeInNamespace(import.meta.url, 'echoes to the boxes of partners', ({ test, before, beforeEach, afterEach }) => {
  let hosts: PartnerHosts;
  let watcher: InterfaceWatcher;
  let told: string[];
  let reports: string[];
  const { until, wake } = waiter();

  before(() => {
    skipAddressDetection();
    ip('link set lo up');
  });
  beforeEach(async () => {
    told = [];
    reports = [];
    addCable('mgmt', 'far');
    ip('addr add fe80::a/64 dev mgmt nodad');
    ip('addr add fe80::b/64 dev far nodad');
    ip('addr add fd00:e::1/64 dev mgmt nodad');
    hosts = createPartnerHosts({
      onEvent({ relationship, reach }) {
        told.push(`${relationship} ${reach}`);
        wake();
      },
      onReport(severity, text) {
        reports.push(`${severity}: ${text}`);
        wake();
      },
    });
    watcher = watchInterfaces({
      onChanges() {
        hosts.follow(watcher.interfaces);
        wake();
      },
      onReport: (_, text) => assert.fail(text),
    });
    await until(() => watcher.interfaces.get('mgmt')?.carrier === true);
  });
  afterEach(async () => {
    hosts.close();
    watcher.close();
    await ipLater('link delete mgmt').catch(() => undefined);
  });

  function configure(...partners: readonly [relationship: string, address: string][]): void {
    hosts.configure(
      { interfaceName: 'mgmt', address: addressOf('fe80::a') },
      partners.map(([relationship, address]) => ({ relationship, address: addressOf(address) })),
    );
  }

  test('are answered by its kernel, over a link-local address too', async () => {
    configure(['near', '::1'], ['over the cable', 'fe80::b']);
    hosts.ask('near');
    await until(() => told.length === 1);
    hosts.ask('over the cable');
    await until(() => told.length === 2);
    assert.deepEqual(told, ['near answers', 'over the cable answers']);
    assert.deepEqual(reports, []);
  });

  test('are missed three times where nobody is', async () => {
    configure(['pair', 'fe80::b'], ['nobody', 'fd00:e::99']);
    hosts.ask('nobody');
    const from = performance.now();
    await until(() => told.length > 0);
    assert.deepEqual(told, ['nobody silent']);
    assert.ok(performance.now() - from >= 700, 'not before three of them were waited for');
    // Whoever it is has come.
    ip('addr add fd00:e::99/64 dev far nodad');
    await until(() => told.length > 1);
    assert.deepEqual(told, ['nobody silent', 'nobody answers']);
  });

  test('of two relationships with one partner are told apart', async () => {
    configure(['one', 'fe80::b'], ['other', 'fe80::b']);
    hosts.ask('other');
    await until(() => told.length > 0);
    assert.deepEqual(told, ['other answers']);
    hosts.ask('one');
    await until(() => told.length > 1);
    assert.deepEqual(told, ['other answers', 'one answers']);
  });

  test('tell nothing while the port has no carrier but that, and are asked for when it is back', async () => {
    configure(['pair', 'fe80::b']);
    hosts.ask('pair');
    await until(() => told.length === 1);
    hosts.rest('pair');
    await ipLater('link set far down');
    await until(() => told.length === 2);
    await ipLater('link set far up');
    await ipLater('addr replace fe80::b/64 dev far nodad');
    await until(() => told.length === 3);
    assert.deepEqual(told, ['pair answers', 'pair no-carrier', 'pair answers']);
  });

  test('are not missed because this process was busy', async () => {
    configure(['pair', 'fe80::b'], ['nobody', 'fd00:e::99']);
    hosts.ask('pair');
    await until(() => told.length === 1);
    for (let stall = 0; stall < 4; stall++) {
      for (const end = performance.now() + 600; performance.now() < end; );
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    // Some rounds later.
    hosts.ask('nobody');
    await until(() => told.includes('nobody silent'));
    assert.deepEqual(told, ['pair answers', 'nobody silent']);
  });

  test('that can\'t be sent say nothing about the partner, and the operator is told once', async () => {
    configure(['pair', 'fd01::1']);
    hosts.ask('pair');
    await until(() => reports.length > 0);
    assert.deepEqual(reports, ["warning: an echo to fd01::1 can't be sent: Network is unreachable"]);
    ip('addr add fd01::1/64 dev far nodad');
    await until(() => told.length > 0);
    assert.deepEqual(told, ['pair answers']);
    assert.deepEqual(reports.slice(1), ['info: echoes to fd01::1 are sent and answered again']);
  });

  test('are heard again after the interface was deleted and made anew', async () => {
    configure(['pair', 'fe80::b']);
    hosts.ask('pair');
    await until(() => told.length === 1);
    await ipLater('link delete mgmt');
    await until(() => told.length === 2);
    addCable('mgmt', 'far');
    ip('addr add fe80::b/64 dev far nodad');
    await until(() => told.length === 3);
    assert.deepEqual(told, ['pair answers', 'pair no-carrier', 'pair answers']);
  });
});
