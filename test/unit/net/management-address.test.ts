import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { keepManagementAddress, watchInterfaces } from '../../../src/net/index.ts';
import type { InterfaceWatcher, ManagementAddressKeeper } from '../../../src/net/index.ts';
import { describeInNamespace } from './in-namespace.ts';
import { addCable, ip, skipAddressDetection, waiter } from './veth.ts';

const EAST = { interfaceName: 'eth0', address: 'fd00::1', prefixLength: 64 };

function addressesOf(port: string): string[] {
  const text = execFileSync('ip', ['-6', '-oneline', 'address', 'show', 'dev', port, 'scope', 'global'], { encoding: 'utf8' });
  return text.split('\n').flatMap((line) => line.match(/inet6 (\S+)/)?.[1] ?? []).sort();
}

describeInNamespace(import.meta.url, 'the address of the management port', ({ test, before, beforeEach, afterEach }) => {
  let keeper: ManagementAddressKeeper;
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
    keeper = keepManagementAddress({
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

  test('is put onto it, also where the port was switched off', async () => {
    ip('link set eth0 down');
    keeper.configure(EAST);
    await untilItHas('fd00::1/64');
    await until(() => watcher.interfaces.get('eth0')?.enabled === true);
    assert.deepEqual(reports, []);
  });

  test('comes back when it was taken off, or the port was away', async () => {
    keeper.configure(EAST);
    await untilItHas('fd00::1/64');
    ip('-6 address delete fd00::1/64 dev eth0');
    await untilItHas();
    await untilItHas('fd00::1/64');
    ip('link delete eth0');
    addCable('eth0', 'cable0');
    await untilItHas('fd00::1/64');
  });

  test('gives way to another one; those of others stay', async () => {
    ip('-6 address add fd00::9/64 dev eth0');
    keeper.configure(EAST);
    await untilItHas('fd00::1/64', 'fd00::9/64');
    keeper.configure({ ...EAST, address: 'fd00::2' });
    await untilItHas('fd00::2/64', 'fd00::9/64');
    keeper.configure(undefined);
    await untilItHas('fd00::9/64');
  });

  test('is tried again where it can not be set, and that is said once', async () => {
    watcher.close();
    keeper.close();
    start('/nonexistent/ip');
    keeper.configure(EAST);
    await until(() => reports.length > 0);
    assert.match(reports.join('\n'), /^warning: the address of the management port can't be set: spawn .* ENOENT; trying again$/);
  });
});
