import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';

/** What a figure was measured on. */
export interface Environment {
  readonly cpu: string;
  readonly cores: number;
  readonly memory: string;
  readonly system: string;
  readonly kernel: string;
  readonly disk: string;
  readonly node: string;
  readonly kea: string;
  readonly perfdhcp: string;
  readonly twinlease: string;
}

function firstLine(command: string, ...commandArguments: string[]): string {
  try {
    return execFileSync(command, commandArguments, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).split('\n')[0] ?? '';
  } catch {
    return 'unknown';
  }
}

/** Model name, or family and model where the hypervisor hides it. */
function processor(): string {
  const named = cpus()[0]?.model ?? '';
  if (named !== '' && named !== 'unknown') return named;
  const text = readFileSync('/proc/cpuinfo', 'utf8');
  const field = (name: string): string => new RegExp(`^${name}\\s*: (.*)$`, 'm').exec(text)?.[1] ?? '?';
  return `${field('vendor_id')} family ${field('cpu family')} model ${field('model')}`;
}

export function describeEnvironment(workDirectory: string): Environment {
  const project = new URL('../..', import.meta.url).pathname;
  const system = /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'unknown';
  return {
    cpu: processor(),
    cores: cpus().length,
    memory: `${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
    system,
    kernel: release(),
    disk: firstLine('findmnt', '-no', 'FSTYPE,SOURCE', '--target', workDirectory).trim().replace(/\s+/, ' on '),
    node: process.version,
    kea: firstLine('kea-dhcp6', '-v'),
    perfdhcp: firstLine('dpkg-query', '-W', '-f', '${Version}', 'kea-admin'),
    twinlease: firstLine('git', '-C', project, 'describe', '--always', '--dirty'),
  };
}
