// Hold a process to a part of one core, as on a slower machine.

import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { onEnd } from './cleanup.ts';

export interface CpuLimit {
  /** How it is done, for the report. */
  readonly how: string;
  apply(pid: number): void;
  /** Stop limiting; a process under it must have ended before. */
  lift(): void;
}

const period = 100_000;

function cgroupLimit(group: string, share: number, version: 1 | 2): CpuLimit {
  mkdirSync(group, { recursive: true });
  const quota = String(Math.round(share * period));
  if (version === 1) {
    writeFileSync(`${group}/cpu.cfs_period_us`, String(period));
    writeFileSync(`${group}/cpu.cfs_quota_us`, quota);
  } else {
    writeFileSync(`${group}/cpu.max`, `${quota} ${String(period)}`);
  }
  const lift = (): void => {
    if (existsSync(group)) rmdirSync(group);
  };
  onEnd(lift);
  return {
    how: `cgroup v${String(version)}, ${quota} us of every ${String(period)} us`,
    apply: (pid) => {
      writeFileSync(`${group}/cgroup.procs`, String(pid));
    },
    lift,
  };
}

/** Stop and continue the process by turns: coarser, for a machine where no cgroup can be made. */
function signalLimit(share: number): CpuLimit {
  let timer: NodeJS.Timeout | undefined;
  const milliseconds = period / 1000;
  const lift = (): void => {
    clearTimeout(timer);
  };
  return {
    how: `SIGSTOP and SIGCONT, ${String(share * milliseconds)} ms of every ${String(milliseconds)} ms`,
    apply(pid) {
      const turn = (running: boolean): void => {
        try {
          process.kill(pid, running ? 'SIGCONT' : 'SIGSTOP');
        } catch {
          return; // It has ended.
        }
        timer = setTimeout(turn, milliseconds * (running ? share : 1 - share), !running);
      };
      turn(true);
    },
    lift,
  };
}

/** A limit of `share` of one core, by the best means that this machine has. */
export function openCpuLimit(share: number): CpuLimit {
  const name = 'twinlease-bench';
  try {
    if (existsSync('/sys/fs/cgroup/cgroup.controllers')) {
      writeFileSync('/sys/fs/cgroup/cgroup.subtree_control', '+cpu');
      return cgroupLimit(`/sys/fs/cgroup/${name}`, share, 2);
    }
    if (existsSync('/sys/fs/cgroup/cpu/cpu.shares')) return cgroupLimit(`/sys/fs/cgroup/cpu/${name}`, share, 1);
  } catch {
    // There is one, but not for us (a container's, for instance).
  }
  return signalLimit(share);
}
