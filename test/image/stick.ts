// A stick with FAT, as a person brings a file on one.

import { execFileSync } from 'node:child_process';
import { basename } from 'node:path';

const KIBIBYTES = 65_536;
/** Where the box has it. */
export const STICK = '/media/vdb';

/** @param path where its image goes */
export function makeStick(path: string, files: readonly string[]): void {
  execFileSync('mkfs.vfat', ['-C', path, String(KIBIBYTES)], { stdio: 'pipe' });
  for (const file of files) execFileSync('mcopy', ['-i', path, file, `::${basename(file)}`], { stdio: 'pipe' });
}

/** What a file on it has; also while it is plugged in, as long as the box writes nothing there. */
export function readFromStick(path: string, name: string): string {
  return execFileSync('mtype', ['-i', path, `::${name}`], { encoding: 'utf8' });
}
