// The lab: a box with two client-facing ports, a LAN on the first, and behind the second a router whose own
// LAN is served through a relay. Everything is a network namespace; cables are veth pairs, LANs are bridges.
//
//   client  client                              client  client
//      |       |                                   |       |
//   ===== lan =====                             ==== remote ====
//          | lan1                                     | lan
//        [ box ] uplink --------------------- wan [ router ]
//
// A third LAN, `deep`, has nobody on it; a second router of a test's own can join it to `remote`.

import { mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasLab, keep, removeUnlessKept, removedInTheEnd } from './left-behind.ts';
import { makeNamespace, namespacesOfLabs, removeNamespace, type Namespace } from './namespace.ts';

export type LanName = 'lan' | 'remote' | 'deep';

/** The lab's addresses, as provisioning files for it must have them. */
export const place = {
  boxOnLan: '2001:db8:1::1',
  boxOnUplink: '2001:db8:ffff::1',
  routerOnUplink: '2001:db8:ffff::2',
  routerOnRemote: '2001:db8:2::1',
  /** For a second router, between `remote` and `deep`. */
  innerOnRemote: '2001:db8:2::2',
  innerOnDeep: '2001:db8:3::1',
} as const;

export interface Lab {
  readonly box: Namespace;
  readonly router: Namespace;
  /** Logs, client files, captures; removed with the lab unless `keepFiles` was called. */
  readonly directory: string;
  /** A new machine on a LAN, with its port `eth0`; the name is part of its namespace's and its directory's. */
  addMachine(name: string, lan: LanName): Promise<Machine>;
  /** Plugs a new port of `namespace` into a LAN. */
  plug(namespace: Namespace, port: string, lan: LanName): Promise<void>;
  keepFiles(): void;
  close(): void;
}

export interface Machine {
  readonly namespace: Namespace;
  readonly directory: string;
}

let labsMade = 0;

const directoryPrefix = 'twinlease-lab-';

export async function openLab(): Promise<Lab> {
  removeDeadLabs();
  labsMade += 1;
  const prefix = `tl${process.pid}-${labsMade}`;
  const made: string[] = [];
  const make = async (role: string): Promise<Namespace> => {
    const name = `${prefix}-${role}`;
    made.push(name);
    return await makeNamespace(name);
  };
  const directory = mkdtempSync(join(tmpdir(), `${directoryPrefix}${prefix}-`));
  const remove = removedInTheEnd(() => {
    for (const name of made) removeNamespace(name);
    removeUnlessKept(directory);
  });

  try {
    const [box, router] = await Promise.all([make('box'), make('router')]);
    const [lan, remote, deep] = await Promise.all([make('lan'), make('remote'), make('deep')]);
    const bridges = { lan, remote, deep };
    let ports = 0;
    const plug: Lab['plug'] = async (namespace, port, lanName) => {
      ports += 1;
      const hub = bridges[lanName];
      const peer = `p${ports}`;
      await namespace.ip([
        `link add ${port} address ${hardwareAddress(ports)} type veth peer name ${peer} netns ${hub.name}`,
      ]);
      await hub.ip([`link set ${peer} master hub up`]);
      await namespace.ip([`link set ${port} up`]);
    };
    await Promise.all([lan, remote, deep].map((hub) => hub.ip(['link add hub type bridge mcast_snooping 0', 'link set hub up'])));
    await box.ip([
      `link add uplink type veth peer name wan netns ${router.name}`,
      'link set uplink up',
      `address add ${place.boxOnUplink}/64 dev uplink`,
      `route add 2001:db8:2::/64 via ${place.routerOnUplink}`,
    ]);
    await Promise.all([plug(box, 'lan1', 'lan'), plug(router, 'lan', 'remote')]);
    await box.ip([`address add ${place.boxOnLan}/64 dev lan1`]);
    await router.ip([
      'link set wan up',
      `address add ${place.routerOnUplink}/64 dev wan`,
      `address add ${place.routerOnRemote}/64 dev lan`,
      `route add default via ${place.boxOnUplink}`,
    ]);
    await router.run(['sh', '-c', 'echo 1 > /proc/sys/net/ipv6/conf/all/forwarding']);

    return {
      box,
      router,
      directory,
      async addMachine(name, lanName) {
        const namespace = await make(name);
        const machine = { namespace, directory: join(directory, name) };
        mkdirSync(machine.directory);
        await plug(namespace, 'eth0', lanName);
        return machine;
      },
      plug,
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

/** Locally administered, the same in every run. */
function hardwareAddress(port: number): string {
  return `02:00:00:00:00:${port.toString(16).padStart(2, '0')}`;
}

function removeDeadLabs(): void {
  for (const name of namespacesOfLabs()) {
    if (!isInUse(name)) removeNamespace(name);
  }
  for (const name of readdirSync(tmpdir())) {
    if (name.startsWith(directoryPrefix) && !isInUse(name.slice(directoryPrefix.length))) removeUnlessKept(join(tmpdir(), name));
  }
}

/** Whether the process lives that made what has this name: `tl<pid>-...`. */
function isInUse(name: string): boolean {
  return hasLab(Number(/^tl(\d+)-/.exec(name)?.[1]));
}
