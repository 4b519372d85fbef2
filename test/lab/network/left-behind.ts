// Nothing of a lab stays: it goes at its close, or when the process ends, or, if that was killed, when the next lab opens.

import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const removals = new Set<() => void>();

/** A file that says: this directory is to stay. */
const keptMark = 'kept';

/** To be removed when the process ends, if not before. @returns removes it, once */
export function removedInTheEnd(remove: () => void): () => void {
  const once = (): void => {
    if (removals.delete(once)) remove();
  };
  removals.add(once);
  return once;
}

export function keep(directory: string): void {
  writeFileSync(join(directory, keptMark), '');
}

export function removeUnlessKept(directory: string): void {
  if (!isKept(directory)) rmSync(directory, { recursive: true, force: true });
}

export function isKept(directory: string): boolean {
  return existsSync(join(directory, keptMark));
}

/** Whether a lab is open in the process of this number; another one may have had the number of this process before. */
export function hasLab(pid: number): boolean {
  if (pid === process.pid) return removals.size > 0;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

process.on('exit', () => {
  for (const remove of removals) remove();
});
// Without a listener these end the process on the spot, and the lab would stay.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => process.exit(1));
}
