/** How the flash is that the leases are on, as far as it or the file system on it says so: alarms before and when it fails. */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Alarms } from '../control/index.ts';
import type { Severity } from '../failover/index.ts';
import { reasonOf } from '../reason.ts';

const LOOK_MS = 60_000;

/** Where the kernel tells it; others in tests. */
interface KernelFiles {
  readonly sys: string;
  readonly mountInfo: string;
}

const KERNEL: KernelFiles = { sys: '/sys', mountInfo: '/proc/self/mountinfo' };

/** What is wrong, and how much. */
export interface FlashTrouble {
  readonly severity: 'warning' | 'error';
  readonly text: string;
}

export interface FlashHealth {
  /** It ages, as an eMMC says of itself (JEDEC 84-B51, life time and pre-EOL information). */
  readonly worn: FlashTrouble | undefined;
  /** It failed, or what is on it contradicts itself. */
  readonly failing: FlashTrouble | undefined;
}

/** @returns what ends it */
export function watchFlash(
  directory: string,
  alarms: Pick<Alarms, 'raise' | 'clear'>,
  report: (severity: Severity, text: string) => void,
  kernel = KERNEL,
): () => void {
  const said = new Map<string, string>();
  const tell = (id: string, trouble: FlashTrouble | undefined, advice: string): void => {
    if (said.get(id) === trouble?.text) return;
    if (trouble === undefined) {
      alarms.clear(id);
      report('info', `over: ${said.get(id) ?? ''}`);
      said.delete(id);
      return;
    }
    said.set(id, trouble.text);
    alarms.raise(id, trouble.text, { severity: trouble.severity, advice });
    report(trouble.severity, trouble.text);
  };
  const look = (): void => {
    const { worn, failing } = flashHealth(directory, kernel);
    tell('flash-worn', worn, 'Replace the box, or its card, while all is well: its partner has every lease, and "pair replace" takes the new one.');
    tell('flash-failing', failing, 'Start the box anew ("reboot"): the file system is repaired then. If this comes back, replace the box, or its card.');
  };
  look();
  const looking = setInterval(look, LOOK_MS);
  return () => clearInterval(looking);
}

export function flashHealth(directory: string, { sys, mountInfo }: KernelFiles): FlashHealth {
  let dev: number;
  try {
    ({ dev } = statSync(directory));
  } catch (error) {
    return { worn: undefined, failing: { severity: 'error', text: `${directory} can't be looked at: ${reasonOf(error)}` } };
  }
  const [major, minor] = [(dev >> 8) & 0xfff, (dev & 0xff) | ((dev >> 12) & 0xfff00)];
  const number = `${String(major)}:${String(minor)}`;
  const block = blockDevice(join(sys, 'dev/block', number));
  // In memory, or on another host.
  if (block === undefined) return { worn: undefined, failing: undefined };
  return { worn: wear(block, directory), failing: failure(join(sys, 'fs/ext4', basename(block)), directory, isReadOnly(mountInfo, number)) };
}

function blockDevice(link: string): string | undefined {
  try {
    return realpathSync(link);
  } catch {
    return undefined;
  }
}

/** A partition is inside of its disk. */
function wear(block: string, directory: string): FlashTrouble | undefined {
  const read = (name: string): string | undefined => textOf(join(block, 'device', name)) ?? textOf(join(dirname(block), 'device', name));
  const lifeTimes = (read('life_time') ?? '').split(' ').map(Number);
  const used = Math.max(0, ...lifeTimes.filter(Number.isInteger));
  const spare = Number(read('pre_eol_info') ?? 0);
  const what = `the flash that ${directory} is on`;
  if (used >= LIFE_EXCEEDED || spare === SPARE_URGENT) {
    return { severity: 'error', text: `${what} is worn out: ${used >= LIFE_EXCEEDED ? 'it is past the life that its maker gives it' : 'nearly all of its spare blocks are used'}` };
  }
  if (used >= LIFE_LATE || spare === SPARE_WARNING) {
    return { severity: 'warning', text: `${what} wears out: ${used >= LIFE_LATE ? `${String((used - 1) * 10)} to ${String(used * 10)} % of its life is used` : '80 % of its spare blocks are used'}` };
  }
  return undefined;
}

/** In tenths: the tenth tenth begins after 90 %. */
const LIFE_LATE = 9;
const LIFE_EXCEEDED = 11;
const SPARE_WARNING = 2;
const SPARE_URGENT = 3;

function failure(ext4: string, directory: string, readOnly: boolean): FlashTrouble | undefined {
  const errors = Number(textOf(join(ext4, 'errors_count')) ?? 0);
  if (errors === 0 && !readOnly) return undefined;
  const facts = [
    ...(errors === 0 ? [] : [`the file system that ${directory} is on met ${String(errors)} error${errors === 1 ? '' : 's'}`]),
    ...(readOnly ? [`${errors === 0 ? `the file system that ${directory} is on` : 'it'} takes no more writes (read-only)`] : []),
  ];
  return { severity: 'error', text: facts.join('; ') };
}

/** A file system that met an error is made so by the kernel, where it is mounted with errors=remount-ro. */
function isReadOnly(mountInfo: string, number: string): boolean {
  const [, options = ''] = (textOf(mountInfo) ?? '').split('\n').findLast((line) => line.split(' ')[2] === number)?.split(' - ') ?? [];
  const words = options.split(' ')[2]?.split(',') ?? [];
  // Linux says the second since 6.14.
  return words.includes('ro') || words.includes('emergency_ro');
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
