// A host of the LAN, on the secondary's side, that knows its routers by the kernel's own reading of router advertisements: what it is
// told by two boxes, and what becomes of its default routes when one of them changes, restarts, or is to be a router no more.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import { startCapture, type Capture } from '../capture/capture.ts';
import type { Machine } from '../network/lab.ts';
import { eventually } from '../process/eventually.ts';
import { startProgram, type Program } from '../process/program.ts';
import { run } from '../process/run.ts';
import { makeBox, type Box } from './box.ts';
import { cablesOf, type Cables } from './cables.ts';
import { openPairLab, type PairLab } from './lab.ts';
import { closeAfterwards } from './mocha-pair-lab.ts';
import { shortPace } from './pace.ts';
import { port } from './place.ts';
import { letForward } from './routing.ts';
import { askBox, twinlease } from './subjects/twinlease.ts';

interface DefaultRoute {
  readonly gateway: string;
  readonly pref: string;
}

describe('a host between two boxes', function () {
  this.timeout(60_000);
  let lab: PairLab | undefined;
  let cables: Cables;
  let east: Box;
  let west: Box;
  let host: Machine;
  let capture: Capture;
  let monitor: Program;
  /** Link-local addresses on the LAN. */
  let routers: { readonly east: string; readonly west: string };

  const defaultRoutes = async (): Promise<readonly string[]> => {
    const routes = JSON.parse(await host.namespace.run(['ip', '-6', '-json', 'route', 'show', 'default', 'proto', 'ra'])) as readonly DefaultRoute[];
    return routes.map(({ gateway, pref }) => `${gateway === routers.east ? 'east' : gateway === routers.west ? 'west' : gateway} ${pref}`).sort();
  };
  const untilHostHas = (...wanted: readonly string[]): Promise<true> => {
    let last: readonly string[] = [];
    return eventually(`the host's default routes to be ${wanted.join(', ')}`, async () => {
      last = await defaultRoutes();
      return last.join() === wanted.join() ? (true as const) : undefined;
    }, 15_000).catch((error: unknown) => {
      throw new Error(`they are ${last.join(', ')}`, { cause: error });
    });
  };
  /** Whatever it is told of which to prefer: that depends on what happened in the last minute. */
  const untilHostKnows = async (...names: readonly string[]): Promise<void> => {
    await eventually(
      `the host to know ${names.join(' and ')}`,
      async () => ((await defaultRoutes()).map((route) => route.split(' ')[0]).join() === names.join() ? true : undefined),
      15_000,
    );
  };
  /** What was deleted since the line of that number. */
  const deletedSince = (line: number): readonly string[] => monitor.log.entries.slice(line).filter((each) => /^Deleted default .*proto ra/.test(each));
  const radvdOf = (box: Box): number => Number(readFileSync(`${box.plan().runtime}/radvd.pid`, 'utf8'));

  const anotherRadvd = (than: number): Promise<number> =>
    eventually('a radvd of west that is another one', () => (radvdOf(west) === than ? undefined : radvdOf(west)), 15_000);

  before(async () => {
    const open = (lab = await openPairLab());
    cables = cablesOf(open);
    await letForward(open);
    const shared = open.addDirectory('shared');
    await twinlease.furnish(shared, ['east', 'west']);
    const make = (name: 'east' | 'west'): Box => {
      const namespace = open.boxes[name];
      assert.ok(namespace !== undefined);
      return makeBox({
        lab: open, cables, subject: twinlease, lifetimes: shortPace.lifetimes, name, namespace, disk: open.addDirectory(name), shared, isRouter: true,
      });
    };
    east = make('east');
    west = make('west');
    host = await open.addMachine('host', 'lan-b');
    capture = await startCapture(host.namespace, 'eth0', host.directory, 'icmp6');
    monitor = startProgram('ip monitor', host.namespace.inside(['ip', '-6', 'monitor', 'route']), join(host.directory, 'routes.log'));
    const linkLocal = async (name: 'east' | 'west'): Promise<string> => {
      const text = await open.boxes[name]?.run(['ip', '-6', '-oneline', 'address', 'show', 'dev', port.lan, 'scope', 'link']);
      return /inet6 (fe80:\S+)\//.exec(text ?? '')?.[1] ?? '';
    };
    routers = { east: await linkLocal('east'), west: await linkLocal('west') };
    await Promise.all([east.start(), west.start()]);
    await eventually('the boxes to work together', async () => ((await twinlease.isPaired(east.plan()).catch(() => false)) ? true : undefined), 30_000);
  });
  closeAfterwards(() => lab);

  it('has a default route by either, the primary first [R-LH6], and the prefix, but no address of its own making', async () => {
    await untilHostHas('east medium', 'west low');
    const prefixRoute = await host.namespace.run(['ip', '-6', 'route', 'show', '2001:db8:1::/64']);
    assert.match(prefixRoute, /^2001:db8:1::\/64 dev eth0 proto (kernel|ra) .*expires \d+sec/);
    assert.doesNotMatch(await host.namespace.run(['ip', '-6', 'address', 'show', 'dev', 'eth0']), /2001:/);
  });

  it('is told M and O, lifetimes, DNS servers: tshark reads it (RFC 4861 4.2, RFC 8106 5)', async () => {
    const file = await capture.stop();
    const fields = [
      'ipv6.src', 'icmpv6.nd.ra.flag.m', 'icmpv6.nd.ra.flag.o', 'icmpv6.nd.ra.router_lifetime', 'icmpv6.opt.prefix', 'icmpv6.opt.prefix.flag.a',
      'icmpv6.opt.prefix.valid_lifetime', 'icmpv6.opt.rdnss', 'icmpv6.opt.rdnss.lifetime', '_ws.malformed',
    ];
    const text = await run(['tshark', '-r', file, '-Y', 'icmpv6.type == 134', '-T', 'fields', '-E', 'separator=|', ...fields.flatMap((field) => ['-e', field])]);
    const told = new Set(text.trim().split('\n').map((line) => line.replaceAll('True', '1').replaceAll('False', '0')));
    const last = '|1|1|2700|2001:db8:1::|0|5400|2001:db8::1|1800|';
    assert.deepEqual([...told].sort(), [routers.east, routers.west].map((source) => source + last).sort());
  });

  it('goes by the secondary at once when the primary\'s LAN cable is pulled, and keeps it first when that is plugged in again [R-LH9]', async () => {
    await cables.cut('east', 'lan', 'pulled');
    await untilHostHas('east medium', 'west high');
    await cables.mend('east', 'lan');
    // What the primary says of itself for a minute.
    await untilHostHas('east low', 'west high');
  });

  it('loses no default route when a daemon is killed, or stopped, and started again', async () => {
    const line = monitor.log.entries.length;
    const radvd = radvdOf(west);
    await west.kill();
    assert.equal(radvdOf(west), radvd);
    assert.match(readFileSync(`/proc/${radvd}/cmdline`, 'utf8'), /radvd/, 'it goes on by itself');
    await west.start();
    const next = await anotherRadvd(radvd);
    await west.stop();
    assert.match(readFileSync(`/proc/${next}/cmdline`, 'utf8'), /radvd/);
    await west.start();
    await anotherRadvd(next);
    assert.equal((await defaultRoutes()).length, 2);
    assert.deepEqual(deletedSince(line), []);
  });

  it('is told again when radvd is killed', async () => {
    // The one that the file names may have been followed by another at this moment.
    const radvd = await eventually('radvd to be killed', () => {
      const pid = radvdOf(west);
      try {
        process.kill(pid, 'SIGKILL');
        return pid;
      } catch {
        return undefined;
      }
    });
    await anotherRadvd(radvd);
    const log = join(lab?.directory ?? '', 'west.log');
    assert.match(await eventually('it to be said', () => /router advertisements are not sent.*/.exec(readFileSync(log, 'utf8'))?.[0]), /signal SIGKILL/);
  });

  it('is told to leave a box that has lost its uplink, at once, and that it is back (RFC 7084 G-5)', async () => {
    await cables.cut('west', 'transit', 'pulled');
    await untilHostKnows('east');
    assert.match(await askBox(west.plan(), 'show', 'status'), /ALARM no-default-route\n/);
    await cables.mend('west', 'transit');
    await untilHostKnows('east', 'west');
    assert.doesNotMatch(await askBox(west.plan(), 'show', 'status'), /no-default-route/);
  });

  it('is told to leave a box that is to be no router any more, and one that is put back into its box', async () => {
    const file = `${east.plan().runtime}/provisioning.yaml`;
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('    router-advertisements: {}\n', ''));
    await askBox(east.plan(), 'reload');
    await untilHostKnows('west');
    writeFileSync(file, text);
    await askBox(east.plan(), 'reload');
    await untilHostKnows('east', 'west');
  });
});
