// Two network namespaces joined by a veth pair: the server's, on core 0, and the load's, on core 1.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { onEnd } from './cleanup.ts';
import { runCommand, type CommandResult } from './run-command.ts';

export const serverNamespace = 'tlb-server';
const clientNamespace = 'tlb-client';
export const serverInterface = 'tlbs0';
export const clientInterface = 'tlbc0';
/** The port towards a partner, with the management address that a provisioning file needs; see partner-lab.ts. */
export const managementInterface = 'tlbm0';
/** The other end of its cable, in the same namespace until a partner gets it. */
export const managementPeer = 'tlbm1';
export const managementAddress = 'fd00:db8:0:1::1/64';
/** The link of both servers: its prefix, the server's address there, and the pool. */
export const linkPrefix = '2001:db8:1::/64';
const serverAddress = '2001:db8:1::1/64';
export const poolPrefix = '2001:db8:1:0:8000::/65';
/** Of the clients' end: where a name server may listen, see `load/names.c`. */
export const nameServer = '2001:db8:1::53';

/** The command line that runs a program in the server's namespace on core 0. The pid stays the program's. */
export function onServerSide(...command: string[]): [string, ...string[]] {
  return ['ip', 'netns', 'exec', serverNamespace, 'taskset', '-c', '0', ...command];
}

/** The same in the clients' namespace on core 1. */
export function onClientSide(...command: string[]): [string, ...string[]] {
  return ['ip', 'netns', 'exec', clientNamespace, 'taskset', '-c', '1', ...command];
}

/** Run a program there. */
export function runOnClientSide(...command: string[]): Promise<CommandResult> {
  const [program, ...rest] = onClientSide(...command);
  return runCommand(program, rest);
}

/** Datagrams that found a full socket buffer since the lab was opened: whose drops they are. */
export interface SocketDrops {
  readonly atServer: number;
  readonly atClient: number;
}

export function socketDrops(): SocketDrops {
  const read = (namespace: string): number => {
    const text = execFileSync('ip', ['netns', 'exec', namespace, 'cat', '/proc/net/snmp6'], { encoding: 'utf8' });
    return Number(/^Udp6RcvbufErrors\s+(\d+)$/m.exec(text)?.[1]);
  };
  return { atServer: read(serverNamespace), atClient: read(clientNamespace) };
}

const bufferFile = '/proc/sys/net/core/rmem_default';
const usualBuffer = readFileSync(bufferFile, 'utf8');
const largeBuffer = 4 << 20;

function restoreBuffer(): void {
  writeFileSync(bufferFile, usualBuffer);
}

/**
 * Run a program whose sockets get a receive buffer of 4 MiB. The kernel knows one default for all namespaces, so nothing
 * else must be started meanwhile; it is as it was afterwards.
 */
export async function withLargeReceiveBuffer<T>(run: () => Promise<T>): Promise<T> {
  writeFileSync(bufferFile, String(largeBuffer));
  try {
    return await run();
  } finally {
    restoreBuffer();
  }
}

function ip(...ipArguments: string[]): void {
  execFileSync('ip', ipArguments, { stdio: ['ignore', 'ignore', 'pipe'] });
}

function removeNamespaces(): void {
  for (const namespace of [serverNamespace, clientNamespace]) {
    try {
      ip('netns', 'del', namespace);
    } catch {
      // It was not there.
    }
  }
}

/** Build both namespaces; they go when the program ends. */
export function openLab(): void {
  if (process.getuid?.() !== 0) throw new Error('the bench makes network namespaces: run it as root (sudo make bench)');
  removeNamespaces();
  onEnd(removeNamespaces);
  onEnd(restoreBuffer);
  ip('netns', 'add', serverNamespace);
  ip('netns', 'add', clientNamespace);
  ip('link', 'add', serverInterface, 'netns', serverNamespace, 'type', 'veth', 'peer', 'name', clientInterface, 'netns', clientNamespace);
  ip('-n', serverNamespace, 'link', 'add', managementInterface, 'type', 'veth', 'peer', 'name', managementPeer);
  for (const [namespace, port] of [
    [serverNamespace, serverInterface],
    [serverNamespace, managementInterface],
    [clientNamespace, clientInterface],
  ] as const) {
    // No duplicate address detection: the addresses are usable at once.
    execFileSync('ip', ['netns', 'exec', namespace, 'sysctl', '-qw', `net.ipv6.conf.${port}.accept_dad=0`]);
    ip('-n', namespace, 'link', 'set', 'lo', 'up');
    ip('-n', namespace, 'link', 'set', port, 'up');
  }
  ip('-n', serverNamespace, 'addr', 'add', serverAddress, 'dev', serverInterface, 'nodad');
  ip('-n', serverNamespace, 'addr', 'add', managementAddress, 'dev', managementInterface, 'nodad');
  ip('-n', clientNamespace, 'addr', 'add', `${nameServer}/64`, 'dev', clientInterface, 'nodad');
}

/** Where the servers keep their leases: a directory on the disk, not in /tmp, which may be memory. */
export function openWorkDirectory(): string {
  const directory = mkdtempSync('/var/tmp/twinlease-bench-');
  onEnd(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  return directory;
}

/** An empty directory in the work directory. */
export function freshDirectory(workDirectory: string, name: string): string {
  const directory = `${workDirectory}/${name}`;
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  return directory;
}

/** Bytes of all files under a directory. */
export function directoryBytes(directory: string): number {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(`${entry.parentPath}/${entry.name}`).size, 0);
}

export interface LoopDisk {
  /** Where its ext4 file system is mounted. */
  readonly mountPoint: string;
  /** Its name in /sys/block. */
  readonly device: string;
}

/** A file system of its own, so that what reaches its block device was written by one server. */
export function openLoopDisk(workDirectory: string, name: string): LoopDisk {
  const image = `${workDirectory}/${name}.img`;
  const mountPoint = freshDirectory(workDirectory, `${name}.mnt`);
  execFileSync('truncate', ['-s', '1G', image]);
  execFileSync('mkfs.ext4', ['-q', '-E', 'lazy_itable_init=0,lazy_journal_init=0', image]);
  execFileSync('mount', ['-o', 'loop', image, mountPoint]);
  onEnd(() => {
    execFileSync('umount', [mountPoint]);
  });
  const source = execFileSync('findmnt', ['-no', 'SOURCE', mountPoint], { encoding: 'utf8' }).trim();
  return { mountPoint, device: source.replace('/dev/', '') };
}
