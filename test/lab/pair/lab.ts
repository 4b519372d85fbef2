// The lab of two boxes: a LAN in two halves with clients on both, a LAN behind a relay, and a management link.
//
//      clients                 clients            clients
//         |                       |                  |
//   ==== lan a ==== trunk ==== lan b ====     ==== remote ====
//         |                       |                  |
//      [ east ]                [ west ]          [ router ] dhcrelay
//        | |                     | |                 |
//        | +---------- management -+                 |
//        +--------------- transit -------------------+
//
// With a second primary there is `north` as well, and a third LAN, `annex`, that north and west are on.
// Boxes, router and clients are network namespaces; LANs are bridges in one more.

import { mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { hasLab, isKept, keep, removeUnlessKept, removedInTheEnd } from '../network/left-behind.ts';
import type { Machine } from '../network/lab.ts';
import { makeNamespace, removeNamespace, type Namespace } from '../network/namespace.ts';
import { boxPlaces, port, router as routerPlace, westOnAnnex, type BoxName } from './place.ts';

export interface PairLab {
  readonly boxes: Readonly<Partial<Record<BoxName, Namespace>>>;
  readonly clients: Namespace;
  readonly router: Namespace;
  /** Where all bridges are. */
  readonly hub: Namespace;
  readonly directory: string;
  /** A new machine with its port `eth0` on a LAN; the name is part of its namespace's and its directory's. */
  addMachine(name: string, lan: 'lan-a' | 'lan-b' | 'remote' | 'transit'): Promise<Machine>;
  /** An empty directory on this machine's disk. */
  addDirectory(name: string): string;
  /** A directory that is a small disk of its own, to be filled. */
  addDisk(name: string, mebibytes: number): string;
  keepFiles(): void;
  close(): void;
}

/** The ports of the clients' namespace, by the LAN that they are on. */
export const clientPorts = { a: 'side-a', b: 'side-b', remote: 'remote', annex: 'annex' } as const;
type Bridge = 'lan-a' | 'lan-b' | 'annex' | 'remote' | 'transit' | 'management';

const directoryPrefix = 'tlp-';
let labsMade = 0;

export async function openPairLab({ secondPrimary = false }: { readonly secondPrimary?: boolean } = {}): Promise<PairLab> {
  removeDeadLabs();
  labsMade += 1;
  const prefix = `tlp-${process.pid}-${labsMade}`;
  const made: string[] = [];
  const disks: string[] = [];
  // Not in /tmp, which may be memory.
  const directory = mkdtempSync(`/var/tmp/${directoryPrefix}${process.pid}-${labsMade}-`);
  const remove = removedInTheEnd(() => {
    for (const name of made) removeNamespace(name);
    for (const disk of disks) execFileSync('umount', ['--lazy', disk]);
    removeUnlessKept(directory);
  });
  const make = async (role: string): Promise<Namespace> => {
    const name = `${prefix}-${role}`;
    made.push(name);
    return await makeNamespace(name);
  };
  try {
    const hub = await make('hub');
    const clients = await make('clients');
    const router = await make('router');
    const boxes: Partial<Record<BoxName, Namespace>> = { east: await make('east'), west: await make('west') };
    if (secondPrimary) boxes.north = await make('north');
    await makeBridges(hub);
    for (const [name, box] of Object.entries(boxes) as [BoxName, Namespace][]) await wireBox(hub, name, box, secondPrimary);
    const plugs = [
      ...Object.entries({ 'lan-a': 'side-a', 'lan-b': 'side-b', remote: 'remote', annex: 'annex' } as const).map(
        ([bridge, name], i) => plug(hub, clients, name, bridge as Bridge, `clients-${name}`, 0x40 + i),
      ),
      plug(hub, router, 'lan', 'remote', 'router-lan', 0x50),
      plug(hub, router, 'wan', 'transit', 'router-wan', 0x51),
    ];
    for (const each of plugs) await each();
    await router.ip([`address add ${routerPlace.onTransit}/64 dev wan`, `address add ${routerPlace.onRemote}/64 dev lan`]);
    await router.run(['sh', '-c', 'echo 1 > /proc/sys/net/ipv6/conf/all/forwarding']);
    const addDirectory = (name: string): string => {
      const path = join(directory, name);
      mkdirSync(path);
      return path;
    };
    let machines = 0;
    return {
      boxes,
      clients,
      router,
      hub,
      directory,
      async addMachine(name, lan) {
        machines += 1;
        const number = machines;
        const namespace = await make(name);
        await plug(hub, namespace, 'eth0', lan, `machine-${number}`, 0x60 + number)();
        return { namespace, directory: addDirectory(name) };
      },
      addDirectory,
      addDisk(name, mebibytes) {
        const image = join(directory, `${name}.image`);
        const mountPoint = join(directory, name);
        mkdirSync(mountPoint);
        execFileSync('truncate', ['-s', `${mebibytes}M`, image]);
        // No blocks kept for root: full means full.
        execFileSync('mkfs.ext4', ['-q', '-m', '0', image]);
        execFileSync('mount', ['-o', 'loop', image, mountPoint]);
        disks.push(mountPoint);
        return mountPoint;
      },
      keepFiles() {
        keep(directory);
      },
      close: remove,
    };
  } catch (error) {
    remove();
    throw error;
  }
}

async function makeBridges(hub: Namespace): Promise<void> {
  const bridges: readonly Bridge[] = ['lan-a', 'lan-b', 'annex', 'remote', 'transit', 'management'];
  await hub.ip([
    ...bridges.flatMap((name) => [`link add ${name} type bridge mcast_snooping 0`, `link set ${name} up`]),
    'link add trunk-a type veth peer name trunk-b',
    'link set trunk-a master lan-a up',
    'link set trunk-b master lan-b up',
  ]);
}

/** A cable from a port of `namespace` to a bridge; its end there is named `end`. The hardware address is the same in every run. */
function plug(hub: Namespace, namespace: Namespace, name: string, bridge: Bridge, end: string, number: number): () => Promise<void> {
  const hardware = `02:00:00:00:00:${number.toString(16).padStart(2, '0')}`;
  return async () => {
    await namespace.ip([`link add ${name} address ${hardware} type veth peer name ${end} netns ${hub.name}`]);
    await hub.ip([`link set ${end} master ${bridge} up`]);
    await namespace.ip([`link set ${name} up`]);
  };
}

async function wireBox(hub: Namespace, name: BoxName, box: Namespace, secondPrimary: boolean): Promise<void> {
  const number = { east: 0x10, west: 0x20, north: 0x30 }[name];
  const place = boxPlaces[name];
  const lan: Bridge = ({ east: 'lan-a', west: 'lan-b', north: 'annex' } as const)[name];
  await plug(hub, box, port.lan, lan, endOf(name, 'lan'), number)();
  await plug(hub, box, port.transit, 'transit', endOf(name, 'transit'), number + 1)();
  await plug(hub, box, port.management, 'management', endOf(name, 'management'), number + 2)();
  await box.ip([
    `address add ${place.onLan}/64 dev ${port.lan}`,
    `address add ${place.onTransit}/64 dev ${port.transit}`,
    `address add ${place.onManagement}/64 dev ${port.management}`,
    `route add 2001:db8:2::/64 via ${routerPlace.onTransit}`,
  ]);
  if (!secondPrimary || name !== 'west') return;
  await plug(hub, box, port.annex, 'annex', endOf(name, 'annex'), number + 3)();
  await box.ip([`address add ${westOnAnnex}/64 dev ${port.annex}`]);
}

export type Cable = 'lan' | 'transit' | 'management' | 'annex';

/** The far end of a box's cable, in the hub. */
export function endOf(box: BoxName, cable: Cable): string {
  return `${box}-${cable === 'management' ? 'mgmt' : cable}`;
}

/** The bridge that a box's cable leads to. */
export function bridgeOf(box: BoxName, cable: Cable): string {
  if (cable !== 'lan') return cable;
  return { east: 'lan-a', west: 'lan-b', north: 'annex' }[box];
}

/** What runs that were killed have left behind. */
function removeDeadLabs(): void {
  const list = execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' });
  for (const name of list.split('\n').flatMap((line) => line.match(/^tlp-\d+-\S+/)?.[0] ?? [])) {
    if (!isInUse(name)) removeNamespace(name);
  }
  for (const name of readdirSync('/var/tmp')) {
    const directory = join('/var/tmp', name);
    if (!name.startsWith(directoryPrefix) || isInUse(name) || isKept(directory)) continue;
    for (const mounted of mountsIn(directory)) execFileSync('umount', ['--lazy', mounted]);
    removeUnlessKept(directory);
  }
}

function mountsIn(directory: string): string[] {
  const list = execFileSync('cat', ['/proc/self/mounts'], { encoding: 'utf8' });
  return list.split('\n').flatMap((line) => line.split(' ')[1] ?? []).filter((path) => path.startsWith(`${directory}/`));
}

/** Whether the process lives that made what has this name. */
function isInUse(name: string): boolean {
  return hasLab(Number(/^tlp-(\d+)-/.exec(name)?.[1]));
}
