// Network namespaces of a lab. Each lab's names carry its process and a number, so that labs can stand side by
// side, and so that what a killed run left behind is found and removed by the next.

import { execFileSync } from 'node:child_process';
import { run } from '../process/run.ts';

export interface Namespace {
  readonly name: string;
  /** The command that does `command` inside, with files of the machine replaced for it alone. */
  inside(command: readonly string[], replacements?: readonly FileReplacement[]): string[];
  run(command: readonly string[]): Promise<string>;
  /** Lines for `ip -batch`, in one process. */
  ip(lines: readonly string[]): Promise<void>;
}

/** The file or directory that a program inside sees at `path`. */
export interface FileReplacement {
  readonly path: string;
  readonly by: string;
}

// `ip netns exec` gives each command a mount namespace of its own: what is mounted here nobody else sees.
const replaceAndExec = 'while [ "$1" != -- ]; do mount --bind "$1" "$2"; shift 2; done; shift; exec "$@"';

function openNamespace(name: string): Namespace {
  const inside: Namespace['inside'] = (command, replacements = []) => {
    const enter = ['ip', 'netns', 'exec', name];
    if (replacements.length === 0) return [...enter, ...command];
    const mounts = replacements.flatMap(({ by, path }) => [by, path]);
    return [...enter, 'sh', '-e', '-c', replaceAndExec, 'sh', ...mounts, '--', ...command];
  };
  return {
    name,
    inside,
    run: (command) => run(inside(command)),
    async ip(lines) {
      await run(['ip', '-netns', name, '-batch', '-'], `${lines.join('\n')}\n`);
    },
  };
}

/**
 * Makes the namespace. Addresses in it are usable at once: no duplicate address detection, which takes a
 * second or two of an address that nobody else in the lab can have.
 */
export async function makeNamespace(name: string): Promise<Namespace> {
  await run(['ip', 'netns', 'add', name]);
  const namespace = openNamespace(name);
  await namespace.run(['sh', '-e', '-c', 'echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad; ip link set lo up']);
  return namespace;
}

/** Ends what runs in the namespace and removes it; synchronous, so that it works while the process exits. */
export function removeNamespace(name: string): void {
  try {
    for (const pid of execFileSync('ip', ['netns', 'pids', name], { encoding: 'utf8', stdio: 'pipe' }).split('\n')) {
      if (pid !== '') endProcess(Number(pid));
    }
    execFileSync('ip', ['netns', 'delete', name], { stdio: 'pipe' });
  } catch (error) {
    // Two runs that start at once may both come to remove what a dead one left.
    if (namespacesOfLabs().includes(name)) throw error;
  }
}

export function namespacesOfLabs(): string[] {
  const list = execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' });
  return list.split('\n').flatMap((line) => line.match(/^tl\d+-\S+/)?.[0] ?? []);
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}
