// What the guests are plugged into: one namespace with a bridge for each cable, and clients on the LAN. Nothing leaves it.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeNamespace, removeNamespace, type Namespace } from '../lab/network/namespace.ts';
import type { Machine } from '../lab/network/lab.ts';

/** `management` is what the boxes talk to each other through; `lan` is where the clients are. */
export type Cable = 'management' | 'lan';

export interface Network {
  /** Guests run in here. */
  readonly hub: Namespace;
  /** A port of a guest, plugged in; the name of the tap that QEMU is to open. */
  addPort(cable: Cable): Promise<string>;
  /** Pulls the plug of a port, or puts it in again. */
  plug(port: string, isIn: boolean): Promise<void>;
  /** A host on the management cable that gives the files of a folder to whoever asks. @returns its URL */
  offerFiles(folder: string): Promise<string>;
  /** A host on the management cable that says what time it is: that of this machine. @returns its address */
  tellTime(): Promise<string>;
  /** A machine on the LAN, with its port `eth0`. */
  addClient(name: string): Promise<Machine>;
  close(): void;
}

let made = 0;

/** @param directory where the files of clients go */
export async function openNetwork(directory: string): Promise<Network> {
  made += 1;
  const prefix = `tl${String(process.pid)}-image${String(made)}`;
  const names: string[] = [];
  const make = async (role: string): Promise<Namespace> => {
    names.push(`${prefix}-${role}`);
    return await makeNamespace(`${prefix}-${role}`);
  };
  const hub = await make('hub');
  await hub.ip(['management', 'lan'].flatMap((cable) => [`link add ${cable} type bridge mcast_snooping 0`, `link set ${cable} up`]));
  let ports = 0;
  const servers: ChildProcess[] = [];
  return {
    hub,
    async addPort(cable) {
      const port = `tap${String(ports++)}`;
      await hub.ip([`tuntap add name ${port} mode tap`, `link set ${port} master ${cable} up`]);
      return port;
    },
    async plug(port, isIn) {
      await hub.ip([`link set ${port} ${isIn ? 'up' : 'down'}`]);
    },
    async offerFiles(folder) {
      const host = `fd00::${String(99 + servers.length)}`;
      await hub.ip([`addr add ${host}/64 dev management nodad`]);
      const [file = '', ...words] = hub.inside(['python3', '-u', '-m', 'http.server', '8000', '--bind', host, '--directory', folder]);
      const server = spawn(file, words, { stdio: ['ignore', 'pipe', 'ignore'] });
      servers.push(server);
      await once(server.stdout, 'data');
      return `http://[${host}]:8000`;
    },
    async tellTime() {
      const host = 'fd00::123';
      await hub.ip([`addr add ${host}/64 dev management nodad`]);
      const configuration = join(directory, 'chrony.conf');
      writeFileSync(configuration, ['local stratum 8', 'allow all', `bindaddress ${host}`, 'cmdport 0', 'bindcmdaddress /', `pidfile ${configuration}.pid`, ''].join('\n'));
      const [file = '', ...words] = hub.inside(['chronyd', '-x', '-d', '-u', 'root', '-f', configuration]);
      const server = spawn(file, words, { stdio: ['ignore', 'ignore', 'pipe'] });
      servers.push(server);
      await once(server.stderr, 'data');
      return host;
    },
    async addClient(name) {
      const namespace = await make(name);
      const directoryOfIt = join(directory, name);
      mkdirSync(directoryOfIt);
      await namespace.ip([`link add eth0 type veth peer name ${name} netns ${hub.name}`]);
      await hub.ip([`link set ${name} master lan up`]);
      await namespace.ip(['link set eth0 up']);
      return { namespace, directory: directoryOfIt };
    },
    close() {
      for (const server of servers) server.kill();
      for (const name of names) removeNamespace(name);
    },
  };
}
