import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createRouteKeeper, watchInterfaces } from '../../../src/net/index.ts';
import type { InterfaceWatcher, RoutedLink, RouteKeeper } from '../../../src/net/index.ts';
import { describeInNamespace } from './in-namespace.ts';
import { addCable, ip, skipAddressDetection, waiter } from './veth.ts';

const LAN: RoutedLink = { name: 'lan', interfaces: ['eth1'], blocks: ['2001:db8:100::/40'], prefixes: [] };
const HOME = '2001:db8:100::/56';
const OFFICE = '2001:db8:101::/56';
const TO_HOME = { link: 'lan', via: 'fe80::1' };

/** Our routes as the kernel prints them. */
function kernel(): string[] {
  const text = execFileSync('ip', ['-6', 'route', 'show', 'proto', '229'], { encoding: 'utf8' });
  return text.split('\n').flatMap((line) => line.match(/^(unreachable )?\S+( (via \S+ )?dev (?!lo)\S+)?/)?.[0] ?? []).sort();
}

describeInNamespace(import.meta.url, 'the routes of delegated prefixes', ({ test, before, beforeEach, afterEach }) => {
  let keeper: RouteKeeper;
  let watcher: InterfaceWatcher;
  let reports: string[];
  const { until, wake } = waiter();

  before(skipAddressDetection);
  beforeEach(() => {
    reports = [];
    addCable('eth1', 'cable1');
    start();
  });
  afterEach(() => {
    stop();
    ip('link delete eth1');
    ip('-6 route flush proto 229');
  });

  function start(links = [LAN]): void {
    keeper = createRouteKeeper({
      onReport(severity, text) {
        reports.push(`${severity}: ${text}`);
        wake();
      },
      onSettled: wake,
    });
    keeper.configure(links);
    watcher = watchInterfaces({
      onChanges(changes) {
        keeper.follow(changes, watcher.interfaces);
      },
      onReport: (_severity, text) => reports.push(text),
    });
  }
  function stop(): void {
    watcher.close();
    keeper.close();
  }
  async function untilKernelHas(...routes: readonly string[]): Promise<void> {
    const wanted = JSON.stringify([...routes].sort());
    await until(() => JSON.stringify(kernel()) === wanted);
  }

  const BLOCK = 'unreachable 2001:db8:100::/40';

  test('[O-35] are those of clients through their link, and behind them one that says "unreachable"', async () => {
    await untilKernelHas(BLOCK);
    keeper.set(HOME, TO_HOME);
    keeper.set(OFFICE, { link: 'lan', via: 'fe80::2' });
    await untilKernelHas(BLOCK, `${HOME} via fe80::1 dev eth1`, `${OFFICE} via fe80::2 dev eth1`);
    assert.deepEqual(keeper.count, { wanted: 2, set: 2 });
    keeper.set(HOME, undefined);
    keeper.set(OFFICE, { link: 'lan', via: 'fe80::3' });
    await untilKernelHas(BLOCK, `${OFFICE} via fe80::3 dev eth1`);
    assert.deepEqual(reports, []);
  });

  test('[O-35] outlive the process; the next one takes away those that nobody has any more, and leaves those of others', async () => {
    keeper.set(HOME, TO_HOME);
    keeper.set(OFFICE, TO_HOME);
    await untilKernelHas(BLOCK, `${HOME} via fe80::1 dev eth1`, `${OFFICE} via fe80::1 dev eth1`);
    ip('-6 route add 2001:db8:900::/56 via fe80::9 dev eth1');
    stop();
    assert.equal(kernel().length, 3);
    start();
    keeper.set(OFFICE, TO_HOME);
    await untilKernelHas(BLOCK, `${OFFICE} via fe80::1 dev eth1`);
    assert.match(execFileSync('ip', ['-6', 'route', 'show'], { encoding: 'utf8' }), /2001:db8:900::\/56 via fe80::9/);
  });

  test('are let go with the carrier, and are back with it', async () => {
    keeper.set(HOME, TO_HOME);
    await untilKernelHas(BLOCK, `${HOME} via fe80::1 dev eth1`);
    ip('link set cable1 down');
    await untilKernelHas(BLOCK);
    keeper.set(OFFICE, TO_HOME);
    ip('link set cable1 up');
    await untilKernelHas(BLOCK, `${HOME} via fe80::1 dev eth1`, `${OFFICE} via fe80::1 dev eth1`);
  });

  test('are back when the interface was away for a moment, or is another one of the same name', async () => {
    keeper.set(HOME, TO_HOME);
    await untilKernelHas(BLOCK, `${HOME} via fe80::1 dev eth1`);
    ip('link set eth1 down');
    ip('link set eth1 up');
    await untilKernelHas(BLOCK, `${HOME} via fe80::1 dev eth1`);
    ip('link delete eth1');
    addCable('eth1', 'cable1');
    await untilKernelHas(BLOCK, `${HOME} via fe80::1 dev eth1`);
  });

  test('follow an interface that is renamed, whatever its name becomes', async () => {
    keeper.configure([{ ...LAN, interfaces: ['eth1', 'eth2'] }]);
    keeper.set(HOME, TO_HOME);
    await untilKernelHas(BLOCK, `${HOME} via fe80::1 dev eth1`);
    ip('link set cable1 down');
    ip('link set eth1 down');
    ip('link set eth1 name eth2');
    ip('link set eth2 up');
    ip('link set cable1 up');
    await untilKernelHas(BLOCK, `${HOME} via fe80::1 dev eth2`);
    addCable('eth1', 'cable3');
    await untilKernelHas(BLOCK, `${HOME} via fe80::1 dev eth1`);
    ip('link delete eth2');
  });

  test('go through the first interface of the link that works', async () => {
    addCable('eth2', 'cable2');
    keeper.configure([{ ...LAN, interfaces: ['eth1', 'eth2'] }]);
    keeper.set(HOME, TO_HOME);
    await untilKernelHas(BLOCK, `${HOME} via fe80::1 dev eth1`);
    ip('link set cable1 down');
    await untilKernelHas(BLOCK, `${HOME} via fe80::1 dev eth2`);
    ip('link delete eth2');
  });

  test('[O-35] go through the interface that a client was heard on, while that works', async () => {
    addCable('eth2', 'cable2');
    keeper.configure([{ ...LAN, interfaces: ['eth1', 'eth2'] }]);
    keeper.set(HOME, { ...TO_HOME, interfaceName: 'eth2' });
    keeper.set(OFFICE, { ...TO_HOME, interfaceName: 'eth7' });
    await untilKernelHas(BLOCK, `${HOME} via fe80::1 dev eth2`, `${OFFICE} via fe80::1 dev eth1`);
    ip('link set cable2 down');
    await untilKernelHas(BLOCK, `${HOME} via fe80::1 dev eth1`, `${OFFICE} via fe80::1 dev eth1`);
    ip('link set cable2 up');
    await untilKernelHas(BLOCK, `${HOME} via fe80::1 dev eth2`, `${OFFICE} via fe80::1 dev eth1`);
    keeper.set(HOME, { ...TO_HOME, interfaceName: 'eth1' });
    await untilKernelHas(BLOCK, `${HOME} via fe80::1 dev eth1`, `${OFFICE} via fe80::1 dev eth1`);
    ip('link delete eth2');
  });

  const ON_LINK = '2001:db8:1::/64';

  test('are there for the prefixes of a link that this box is a router for, as long as hosts are reached', async () => {
    keeper.configure([{ ...LAN, prefixes: [ON_LINK] }]);
    keeper.set(HOME, TO_HOME);
    const all = [BLOCK, `${HOME} via fe80::1 dev eth1`, `${ON_LINK} dev eth1`];
    await untilKernelHas(...all);
    ip('link set cable1 down');
    await untilKernelHas(BLOCK, `unreachable ${ON_LINK}`);
    ip('link set cable1 up');
    await untilKernelHas(...all);
    keeper.leave(['lan']);
    await untilKernelHas(BLOCK);
    keeper.leave(['another']);
    await untilKernelHas(...all);
    keeper.configure([LAN]);
    await untilKernelHas(BLOCK, `${HOME} via fe80::1 dev eth1`);
  });

  test('go before the kernel\'s own for a port without a carrier: what comes for its hosts is answered, not lost', async () => {
    ip('-6 address add 2001:db8:1::1/64 dev eth1');
    keeper.configure([{ ...LAN, prefixes: [ON_LINK] }]);
    await untilKernelHas(BLOCK, `${ON_LINK} dev eth1`);
    const wayToHost = (): string => execFileSync('sh', ['-c', 'ip -6 route get 2001:db8:1::77 2>&1 || true'], { encoding: 'utf8' });
    assert.match(wayToHost(), /dev eth1/);
    ip('link set cable1 down');
    await untilKernelHas(BLOCK, `unreachable ${ON_LINK}`);
    assert.doesNotMatch(wayToHost(), /dev eth1/);
    stop();
    start([{ ...LAN, prefixes: [ON_LINK] }]);
    ip('link set cable1 up');
    await untilKernelHas(BLOCK, `${ON_LINK} dev eth1`);
    assert.match(wayToHost(), /dev eth1/);
  });

  test('a prefix that is a whole pool has both', async () => {
    keeper.configure([{ ...LAN, blocks: [HOME] }]);
    keeper.set(HOME, TO_HOME);
    await untilKernelHas(`unreachable ${HOME}`, `${HOME} via fe80::1 dev eth1`);
    keeper.set(HOME, undefined);
    await untilKernelHas(`unreachable ${HOME}`);
  });

  test('lead everywhere else through the gateway that the operator names, while its interface works', async () => {
    keeper.configure([], { interfaceName: 'eth1', address: 'fe80::99' });
    await untilKernelHas('default via fe80::99 dev eth1');
    ip('link set cable1 down');
    await untilKernelHas();
    ip('link set cable1 up');
    await untilKernelHas('default via fe80::99 dev eth1');
    ip('-6 address add 2001:db8:9::1/64 dev eth1');
    keeper.configure([LAN], { interfaceName: 'eth1', address: '2001:db8:9::99' });
    await untilKernelHas(BLOCK, 'default via 2001:db8:9::99 dev eth1');
    stop();
    start();
    await untilKernelHas(BLOCK);
  });

  test('of a link that is not to be routed any more are gone', async () => {
    keeper.set(HOME, TO_HOME);
    await untilKernelHas(BLOCK, `${HOME} via fe80::1 dev eth1`);
    keeper.configure([]);
    await untilKernelHas();
  });

  test('go on when the kernel refuses one of them, and it is said', async () => {
    keeper.set(HOME, TO_HOME);
    keeper.set(OFFICE, { link: 'lan', via: 'ff02::1' });
    await untilKernelHas(BLOCK, `${HOME} via fe80::1 dev eth1`);
    await until(() => reports.length === 1);
    assert.match(reports[0] ?? '', /^warning: routes can't be set: .+; trying again$/);
    keeper.set(OFFICE, undefined);
    await until(() => reports.length === 2);
    assert.equal(reports[1], 'info: routes are set again');
  });

  test('of some thousand clients come in batches', async () => {
    for (let i = 0; i < 2_500; i += 1) keeper.set(`2001:db8:${(0x100 + (i >> 8)).toString(16)}:${((i & 0xff) << 8).toString(16)}::/56`.replace(':0::', '::'), TO_HOME);
    await until(() => keeper.count.set === 2_500);
    assert.equal(kernel().length, 2_501);
    ip('link set cable1 down');
    await untilKernelHas(BLOCK);
    ip('link set cable1 up');
    await until(() => keeper.count.set === 2_500);
  });
});
