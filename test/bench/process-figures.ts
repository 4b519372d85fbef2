import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Name, and microseconds of user and system time, of a process or thread (proc(5), stat 2, 14 and 15). */
function readStat(file: string): { name: string; cpu: number } {
  const text = readFileSync(file, 'utf8');
  // The name, in parentheses, may hold spaces: count from behind it.
  const nameEnd = text.lastIndexOf(')');
  const fields = text.slice(nameEnd + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { name: text.slice(text.indexOf('(') + 1, nameEnd), cpu: (ticks / ticksPerSecond) * 1e6 };
}

/** Microseconds of CPU time that a process has used: user and system, all threads. */
export function cpuMicroseconds(pid: number): number {
  return readStat(`/proc/${String(pid)}/stat`).cpu;
}

/** The same of each of its threads that runs now. */
export function threadCpuMicroseconds(pid: number): { name: string; cpu: number }[] {
  return readdirSync(`/proc/${String(pid)}/task`).map((thread) => readStat(`/proc/${String(pid)}/task/${thread}/stat`));
}

function statusKilobytes(pid: number, field: string): number {
  const text = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  const found = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text);
  return Number(found?.[1]);
}

export interface Memory {
  /** Resident set now, MiB. */
  readonly resident: number;
  /** Of that, what no file stands behind: heap and stacks. The rest is the program's own text, shared and reclaimable. */
  readonly anonymous: number;
  /** The largest that the resident set ever was, MiB. */
  readonly peak: number;
}

export function memoryOf(pid: number): Memory {
  const mebibytes = (field: string): number => statusKilobytes(pid, field) / 1024;
  return { resident: mebibytes('VmRSS'), anonymous: mebibytes('RssAnon'), peak: mebibytes('VmHWM') };
}

/** Bytes that a process caused to be sent to storage (proc(5), io: write_bytes). */
export function writtenBytes(pid: number): number {
  const text = readFileSync(`/proc/${String(pid)}/io`, 'utf8');
  return Number(/^write_bytes: (\d+)$/m.exec(text)?.[1]);
}

/** Bytes written to a block device since it came up (the 512-octet sectors of its stat file, field 7). */
export function deviceWrittenBytes(device: string): number {
  const fields = readFileSync(`/sys/block/${device}/stat`, 'utf8').trim().split(/\s+/);
  return Number(fields[6]) * 512;
}

/** Part of each core that was busy since boot: pairs of busy and total ticks (proc(5), stat). */
function coreTicks(): { busy: number; total: number }[] {
  return readFileSync('/proc/stat', 'utf8')
    .split('\n')
    .filter((line) => /^cpu\d/.test(line))
    .map((line) => {
      const ticks = line.split(/\s+/).slice(1, 9).map(Number);
      const total = ticks.reduce((sum, value) => sum + value, 0);
      return { busy: total - (ticks[3] ?? 0) - (ticks[4] ?? 0), total };
    });
}

/** How busy the machine is while nothing of ours runs, 0 to 1 of all cores, over the time that `wait` takes. */
export async function backgroundLoad(wait: () => Promise<void>): Promise<number> {
  const before = coreTicks();
  await wait();
  const after = coreTicks();
  const sum = (pick: (ticks: { busy: number; total: number }) => number): number =>
    after.reduce((all, ticks) => all + pick(ticks), 0) - before.reduce((all, ticks) => all + pick(ticks), 0);
  return sum((ticks) => ticks.busy) / sum((ticks) => ticks.total);
}
