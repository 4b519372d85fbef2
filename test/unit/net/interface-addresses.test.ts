import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { keepInterfaceAddresses, watchInterfaces } from '../../../src/net/index.ts';
import type { InterfaceAddressKeeper, InterfaceWatcher } from '../../../src/net/index.ts';
import { describeInNamespace } from './in-namespace.ts';
import { addCable, ip, skipAddressDetection, waiter } from './veth.ts';

const EAST = { interfaceName: 'eth0', address: 'fd00::1', prefixLength: 64, detectsDuplicates: false };
const LAN = { ...EAST, address: '2001:db8:1::2', detectsDuplicates: true };

function addressesOf(port: string): string[] {
  const text = execFileSync('ip', ['-6', '-oneline', 'address', 'show', 'dev', port, 'scope', 'global'], { encoding: 'utf8' });
  return text.split('\n').flatMap((line) => line.match(/inet6 (\S+)/)?.[1] ?? []).sort();
}

describeInNamespace(import.meta.url, 'the addresses of this box itself', ({ test, before, beforeEach, afterEach }) => {
  let keeper: InterfaceAddressKeeper;
  let watcher: InterfaceWatcher;
  let reports: string[];
  const { until, wake } = waiter();

  before(skipAddressDetection);
  beforeEach(() => {
    reports = [];
    addCable('eth0', 'cable0');
    start();
  });
  afterEach(() => {
    watcher.close();
    keeper.close();
    ip('link delete cable0');
  });

  function start(ipCommand = 'ip'): void {
    keeper = keepInterfaceAddresses({
      ipCommand,
      onReport(severity, text) {
        reports.push(`${severity}: ${text}`);
        wake();
      },
    });
    watcher = watchInterfaces({
      onChanges() {
        keeper.follow(watcher.interfaces);
        wake();
      },
      onReport: (_severity, text) => reports.push(text),
    });
  }
  async function untilItHas(...addresses: readonly string[]): Promise<void> {
    await until(() => String(addressesOf('eth0')) === String(addresses));
  }

  test('are put onto their interfaces, also where one was switched off', async () => {
    ip('link set eth0 down');
    keeper.configure([EAST]);
    await untilItHas('fd00::1/64');
    await until(() => watcher.interfaces.get('eth0')?.enabled === true);
    assert.deepEqual(reports, []);
  });

  test('come back when they were taken off, or the interface was away', async () => {
    keeper.configure([EAST]);
    await untilItHas('fd00::1/64');
    ip('-6 address delete fd00::1/64 dev eth0');
    await untilItHas();
    await untilItHas('fd00::1/64');
    ip('link delete eth0');
    addCable('eth0', 'cable0');
    await untilItHas('fd00::1/64');
  });

  test('give way to others; those that somebody else put there stay', async () => {
    ip('-6 address add fd00::9/64 dev eth0');
    keeper.configure([EAST]);
    await untilItHas('fd00::1/64', 'fd00::9/64');
    keeper.configure([{ ...EAST, address: 'fd00::2' }, LAN]);
    await untilItHas('2001:db8:1::2/64', 'fd00::2/64', 'fd00::9/64');
    keeper.configure([LAN]);
    await untilItHas('2001:db8:1::2/64', 'fd00::9/64');
    keeper.configure([]);
    await untilItHas('fd00::9/64');
  });

  test('are tried again where one can not be set, and that is said once', async () => {
    watcher.close();
    keeper.close();
    start('/nonexistent/ip');
    keeper.configure([EAST]);
    await until(() => reports.length > 0);
    assert.match(reports.join('\n'), /^warning: address fd00::1\/64 of eth0: spawn .* ENOENT; trying again$/);
  });

  test('are set where they can be, whatever is wrong with another one', async () => {
    writeFileSync('/proc/sys/net/ipv6/conf/eth0/disable_ipv6', '1');
    addCable('eth1', 'cable1');
    keeper.configure([EAST, { ...LAN, interfaceName: 'eth1' }]);
    await until(() => String(addressesOf('eth1')) === '2001:db8:1::2/64');
    await until(() => reports.length > 0);
    assert.match(reports.join('\n'), /^warning: address fd00::1\/64 of eth0: .*; trying again$/);
    writeFileSync('/proc/sys/net/ipv6/conf/eth0/disable_ipv6', '0');
    await untilItHas('fd00::1/64');
    await until(() => reports.at(-1) === 'info: address fd00::1/64 of eth0: done now');
    ip('link delete cable1');
  });

  test('that another device there has are named once, and not used', async () => {
    ip('link set eth0 down');
    for (const port of ['eth0', 'cable0']) writeFileSync(`/proc/sys/net/ipv6/conf/${port}/accept_dad`, '1');
    writeFileSync('/proc/sys/net/ipv6/conf/eth0/dad_transmits', '1');
    ip('-6 address add 2001:db8:1::2/64 dev cable0 nodad');
    keeper.configure([LAN]);
    await until(() => reports.length > 0);
    assert.deepEqual(reports, ['warning: address 2001:db8:1::2/64 of eth0: another device there has it, so this box can\'t use it (duplicate address detection, RFC 4862)']);
  });
});
