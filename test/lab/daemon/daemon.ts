// The Twinlease daemon on the lab's box, as it is built in dist/.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Lab } from '../network/lab.ts';
import { startProgram, type Program } from '../process/program.ts';
import { eventually } from '../process/eventually.ts';
import { run } from '../process/run.ts';

export interface Daemon {
  readonly program: Program;
  /** `twinlease show leases --json` */
  leases(): Promise<ShownLease[]>;
  /** Those of them that a client holds. */
  liveLeases(): Promise<string[]>;
  /** Waits until no client holds any: some clients send their Release and end without an answer. */
  untilNoneIsLive(): Promise<void>;
  /** `twinlease COMMAND... --control SOCKET` */
  ask(command: readonly string[]): Promise<string>;
  /** Octets of memory that its process has resident now, and at most had since it started. */
  memory(): { readonly now: number; readonly peak: number };
}

/** What the lab reads of a lease that the console shows. */
export interface ShownLease {
  /** `2001:db8::5` or `2001:db8:100::/56`. */
  readonly lease: string;
  readonly status: string;
  readonly duid: string;
}

const command = fileURLToPath(new URL('../../../dist/twinlease', import.meta.url));
const startsWithinMs = 15_000;

function stateDirectory(lab: Lab): string {
  return join(lab.directory, 'state');
}

export interface DaemonOptions {
  /** A command line to run it under. */
  readonly under?: readonly string[];
  /** Which box of the provisioning file it is, if there are several. */
  readonly appliance?: string;
}

/**
 * Starts it on the provisioning file and resolves when it serves. What an earlier one left in the lab's state
 * directory is there for it.
 */
export async function startDaemon(lab: Lab, provisioning: string, options: DaemonOptions = {}): Promise<Daemon> {
  const { under = [], appliance } = options;
  const control = join(lab.directory, 'control.sock');
  const serve = [
    command, 'serve', provisioning, '--state', stateDirectory(lab), '--control', control,
    ...(appliance === undefined ? [] : ['--appliance', appliance]),
  ];
  const program = startProgram('twinlease', lab.box.inside([...under, ...serve]), join(lab.directory, 'twinlease.log'));
  await program.log.next({
    what: 'the daemon to serve',
    withinMs: startsWithinMs,
    match: (line) => (/\bserving\b/.test(line) ? true : undefined),
  });
  const ask: Daemon['ask'] = (words) => run([command, ...words, '--control', control]);
  const leases: Daemon['leases'] = async () => JSON.parse(await ask(['show', 'leases', '--json'])) as ShownLease[];
  const liveLeases: Daemon['liveLeases'] = async () =>
    (await leases()).flatMap(({ lease, status }) => (status === 'ACTIVE' ? [lease] : []));
  return {
    program,
    ask,
    leases,
    liveLeases,
    async untilNoneIsLive() {
      await eventually('all leases to be released', async () => ((await liveLeases()).length === 0 ? true : undefined));
    },
    memory() {
      const status = readFileSync(`/proc/${program.pid}/status`, 'utf8');
      const octets = (field: string): number => 1024 * Number(new RegExp(`^${field}:\\s*(\\d+) kB`, 'm').exec(status)?.[1]);
      return { now: octets('VmRSS'), peak: octets('VmHWM') };
    },
  };
}
