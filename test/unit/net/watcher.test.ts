import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watchInterfaces } from '../../../src/net/index.ts';
import type { InterfaceChange, InterfaceWatcher } from '../../../src/net/index.ts';
import { describeInNamespace } from './in-namespace.ts';
import { addCable, ip, ipLater, skipAddressDetection, waiter } from './veth.ts';

describeInNamespace(import.meta.url, 'the watch of interfaces', ({ test, before, after, afterEach }) => {
  let folder: string;
  let watcher: InterfaceWatcher;
  let changes: InterfaceChange[];
  let reports: string[];
  const { until, wake } = waiter();

  before(() => {
    skipAddressDetection();
    folder = mkdtempSync(join(tmpdir(), 'tlnet-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });
  afterEach(() => {
    watcher.close();
  });

  function watch(ipCommand?: string): void {
    changes = [];
    reports = [];
    watcher = watchInterfaces({
      ...(ipCommand === undefined ? {} : { ipCommand }),
      onChanges(more) {
        changes.push(...more);
        wake();
      },
      onReport(severity, text) {
        reports.push(`${severity}: ${text}`);
        wake();
      },
    });
  }
  /** A stand-in for `ip`: the shell lines, which may hand over to the real one. */
  function script(name: string, ...lines: string[]): string {
    const path = join(folder, name);
    writeFileSync(path, ['#!/bin/sh', `cd ${folder}`, ...lines, ''].join('\n'));
    chmodSync(path, 0o755);
    return path;
  }
  /** What the script `mortal` wrote last, once that is there and something else. */
  async function monitorOtherThan(known: string): Promise<string> {
    const path = join(folder, 'monitor');
    for (;;) {
      const processId = existsSync(path) ? readFileSync(path, 'utf8') : '';
      if (processId !== '' && processId !== known) return processId;
      await ipLater('link show lo');
    }
  }
  function happened(kind: InterfaceChange['kind'], name: string): boolean {
    return changes.some((change) => change.kind === kind && change.state.name === name);
  }

  test('tells of an interface from its appearance to its end', async () => {
    watch();
    await until(() => happened('appeared', 'lo'));
    await ipLater('link add eth1 type veth peer name cable1');
    await until(() => happened('appeared', 'eth1'));
    assert.equal(watcher.interfaces.get('eth1')?.carrier, false);
    await ipLater('link set eth1 up');
    await ipLater('link set cable1 up');
    await until(() => watcher.interfaces.get('eth1')?.linkLocal?.state === 'ready');
    assert.ok(happened('carrier', 'eth1') && happened('address', 'eth1'));
    assert.equal(watcher.interfaces.get('eth1')?.carrier, true);
    await ipLater('address add 2001:db8::1/64 dev eth1');
    await until(() => watcher.interfaces.get('eth1')?.globalAddresses[0]?.address === '2001:db8::1');
    await ipLater('link set eth1 name eth9');
    await until(() => happened('renamed', 'eth9'));
    assert.equal(watcher.interfaces.has('eth1'), false);
    await ipLater('link delete eth9');
    await until(() => happened('gone', 'eth9'));
    assert.equal(watcher.interfaces.has('eth9'), false);
    assert.deepEqual(reports, []);
  });

  test('tells that an interface was made anew although its name and its index are the same', async () => {
    addCable('eth1', 'cable1');
    watch();
    await until(() => watcher.interfaces.get('eth1')?.linkLocal?.state === 'ready');
    const index = watcher.interfaces.get('eth1')?.ifindex;
    changes = [];
    ip('link delete eth1');
    ip(`link add eth1 index ${index} type veth peer name cable1`);
    await until(() => happened('gone', 'eth1') && happened('appeared', 'eth1'));
    assert.equal(watcher.interfaces.get('eth1')?.ifindex, index);
    await ipLater('link delete eth1');
    await until(() => !watcher.interfaces.has('eth1'));
  });

  test('tells that IPv6 restarted even when it is back before anybody looks', async () => {
    addCable('eth1', 'cable1');
    watch();
    await until(() => watcher.interfaces.get('eth1')?.linkLocal?.state === 'ready');
    changes = [];
    ip('link set eth1 mtu 1200');
    ip('link set eth1 mtu 1500');
    await until(() => happened('ipv6-restarted', 'eth1'));
    await ipLater('link delete eth1');
    await until(() => !watcher.interfaces.has('eth1'));
  });

  test('keeps a storm of events down to some snapshots', async () => {
    const command = script('counting', 'if [ "$1" = -json ]; then tee -a requests | ip "$@"; else exec ip "$@"; fi');
    addCable('eth1', 'cable1');
    watch(command);
    await until(() => watcher.interfaces.has('eth1'));
    const began = performance.now();
    for (let i = 1; i <= 20; i++) await ipLater(`address add 2001:db8::${i}/64 dev eth1`);
    await until(() => watcher.interfaces.get('eth1')?.globalAddresses.length === 20);
    const requests = readFileSync(join(folder, 'requests'), 'utf8').match(/address show/g)?.length ?? 0;
    const allowed = 3 + (performance.now() - began) / 50;
    assert.ok(requests <= allowed, `${requests} snapshots where ${allowed} are allowed`);
    await ipLater('link delete eth1');
    await until(() => !watcher.interfaces.has('eth1'));
  });

  test('starts a monitor that died again, says so, and has not missed what happened meanwhile', async () => {
    const command = script('mortal', 'if [ "$1" = -oneline ]; then echo $$ > monitor; fi', 'exec ip "$@"');
    watch(command);
    await until(() => happened('appeared', 'lo'));
    const first = await monitorOtherThan('');
    process.kill(Number(first), 'SIGKILL');
    await until(() => reports.length > 0);
    addCable('eth1', 'cable1');
    await until(() => happened('appeared', 'eth1'));
    await monitorOtherThan(first);
    assert.deepEqual(reports, [
      `warning: interface events are not heard: "${command} monitor" ended (signal SIGKILL); starting it again`,
    ]);
    ip('link delete eth1');
  });

  test('reads again after nonsense and after an error of iproute2, and says both ends of the trouble', async () => {
    for (const trouble of ['echo nonsense; cat > /dev/null', 'echo "no such option" >&2; exit 1']) {
      const command = script(
        'troubled',
        'if [ "$1" = -json ] && [ ! -e fixed ]; then',
        '  touch fixed',
        `  ${trouble}`,
        'else',
        '  exec ip "$@"',
        'fi',
      );
      watch(command);
      await until(() => happened('appeared', 'lo'));
      assert.equal(reports.length, 2);
      assert.match(reports[0] ?? '', /^warning: the state of the interfaces can't be read: .*(JSON|no such option)/);
      assert.equal(reports[1], 'info: the state of the interfaces can be read again');
      watcher.close();
      rmSync(join(folder, 'fixed'));
    }
  });

  test('lives on, and says what is missing, where there is no iproute2', async () => {
    watch(join(folder, 'absent'));
    await until(() => reports.length === 2);
    assert.ok(reports.every((report) => report.includes('ENOENT')));
    assert.deepEqual([...watcher.interfaces], []);
  });
});
