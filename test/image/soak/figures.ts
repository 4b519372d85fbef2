// How big, how soon, how much memory: the image's figures.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bindingsOf } from '../../unit/store/bindings.ts';
import { open } from '../../unit/store/opened-store.ts';
import { MessageType, writeMessage } from '../../lab/fleet/message.ts';
import type { Machine } from '../../lab/network/lab.ts';
import { openUdpPort } from '../../lab/network/udp-port.ts';
import { BOOT_MS, type Box } from '../box.ts';
import { images } from '../machine.ts';
import type { Network } from '../network.ts';
import { bootWith } from './boot-with.ts';
import { startFleet } from './fleet-on-lan.ts';
import { copyDataPartition, mountData, putDataPartition } from './leases-on-disk.ts';
import type { Part, Row } from './row.ts';
import { withBox } from './with-box.ts';

/** As Buildroot packs it. */
const PACKING = ['-comp', 'zstd', '-b', '128K'];
const LEASES = 10_000;
/** Apart from the pool. */
const FIRST_NUMBER = 0x1_0000;
/** By then it is up, and has served. */
const KILL_AFTER_S = 60;
/** Of the supervisor. */
const BACK_OFF_MS = 1_000;
const ROOT_LIMIT_OCTETS = 48 << 20;
const FIRST_ADVERTISE_LIMIT_S = 4;
const SOLICIT_EVERY_MS = 100;
const MEMORY_LIMIT_MIB = 75;

export const figures: Part = async (directory) =>
  await withBox(directory, async (box, network) => [...sizes(directory), ...(await speed(box, network, directory))]);

/** Each part of the root file system, packed by itself as the whole is. */
function sizes(directory: string): Row[] {
  const root = join(directory, 'root');
  execFileSync('unsquashfs', ['-no-progress', '-dest', root, `${images}/rootfs.squashfs`], { stdio: 'pipe' });
  const packed = (what: string, folder: string, names: RegExp): Row => {
    const file = join(directory, 'part');
    const paths = readdirSync(join(root, folder)).filter((name) => names.test(name)).map((name) => join(root, folder, name));
    execFileSync('mksquashfs', [...paths, file, '-noappend', '-no-progress', ...PACKING], { stdio: 'pipe' });
    return { what: `of that, packed by itself: ${what}`, result: megabytes(statSync(file).size) };
  };
  const { size } = statSync(`${images}/rootfs.squashfs`);
  return [
    { what: 'kernel', result: megabytes(statSync(`${images}/Image`).size) },
    { what: 'root file system (limit 48 MiB)', result: megabytes(size), isMet: size < ROOT_LIMIT_OCTETS },
    packed('Node.js', 'usr/bin', /^node$/),
    packed('this program', 'usr/lib', /^twinlease$/),
    packed('OpenSSL and GLib, which RAUC needs', 'usr/lib', /^lib(glib|gobject|gio|gmodule|ssl|crypto)/),
    packed('the C library and that of C++', 'lib', /^(libc|ld-|libm|libstdc)/),
    { what: 'a signed update', result: megabytes(statSync(`${images}/update.raucb`).size) },
  ];
}

function megabytes(octets: number): string {
  return `${(octets / 1_000_000).toFixed(1)} MB`;
}

async function speed(box: Box, network: Network, directory: string): Promise<Row[]> {
  const impatient = await network.addClient('impatient');
  box.powerOn();
  await box.setUpAlone();
  const empty = await memory(box);
  await box.cutPower();
  const first = await timeToAdvertise(box, impatient);
  await box.cutPower();
  await putLeases(box.disk, directory);
  const fleet = startFleet(await network.addClient('fleet'));
  const replies = fleet.replies[Symbol.asyncIterator]();
  box.powerOn();
  await replies.next();
  box.note(`from power on to the first Reply, with ${String(LEASES)} leases`);
  await box.logIn();
  const full = await memory(box);
  await box.cutPower();
  fleet.end();
  const later = await timeToAdvertise(box, impatient);
  return [
    { what: 'start of the daemon to its first Advertise, no leases (limit 4 s)', result: `${first.toFixed(1)} s`, isMet: first <= FIRST_ADVERTISE_LIMIT_S },
    { what: 'start of the daemon to its first Advertise, 10,000 leases (limit 4 s)', result: `${later.toFixed(1)} s`, isMet: later <= FIRST_ADVERTISE_LIMIT_S },
    { what: 'memory of the daemon, no leases', result: `${String(empty)} MiB` },
    { what: 'memory of the daemon, 10,000 leases (limit 75 MiB)', result: `${String(full)} MiB`, isMet: full < MEMORY_LIMIT_MIB },
  ];
}

async function memory(box: Box): Promise<number> {
  const said = await box.ask('show status');
  const [, mebibytes] = /memory\s+(\d+) MiB/.exec(said) ?? [];
  if (mebibytes === undefined) throw new Error(`no memory in: ${said}`);
  return Number(mebibytes);
}

/**
 * Of a daemon that root has killed, once all else has come up: how soon it answers again by itself, to a client that does not wait.
 * @returns seconds from its start
 */
async function timeToAdvertise(box: Box, { namespace }: Machine): Promise<number> {
  const port = await openUdpPort(namespace, 546);
  // In two parts: what is typed is echoed, and would be taken for it.
  await bootWith(box, `sleep ${String(KILL_AFTER_S)}; killall -KILL node; echo KILL''ED > /dev/console`, /KILLED/);
  const started = performance.now() + BACK_OFF_MS;
  let client = 0;
  const asking = setInterval(() => {
    client += 1;
    void port.send(writeMessage({ type: MessageType.SOLICIT, transactionId: client, client, elapsed: 0, server: undefined, wishes: ['address'], leases: [] }));
  }, SOLICIT_EVERY_MS);
  await port.received.next({ what: 'an Advertise', match: ({ bytes }) => bytes[0] === MessageType.ADVERTISE || undefined, withinMs: BOOT_MS });
  const seconds = (performance.now() - started) / 1_000;
  clearInterval(asking);
  port.close();
  return seconds;
}

/** Leases that nobody asks for, on the disk of a box that is off. */
async function putLeases(disk: string, directory: string): Promise<void> {
  const partition = join(directory, 'data');
  copyDataPartition(disk, partition);
  const unmount = mountData(partition, directory);
  const state = join(unmount.mountPoint, 'state');
  const { uid, gid } = statSync(state);
  const opened = await open(state);
  // That of the clock as it stood: what is said in one that the box does not know is not its own.
  const timescale = opened.saved?.timescale ?? 0;
  assert.ok(opened.timescales.some(({ index }) => index === timescale), `the box knows no timescale ${String(timescale)}`);
  await opened.store.commit(opened.counter + 1, bindingsOf(FIRST_NUMBER, FIRST_NUMBER + LEASES, { timescale }), []);
  await opened.store.close();
  execFileSync('chown', ['-R', `${String(uid)}:${String(gid)}`, state]);
  unmount.end();
  putDataPartition(partition, disk);
}
