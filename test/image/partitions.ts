// The disk of a guest that is off, as its makers see it: partitions by name, and the tool of the image that writes boot loader's state.

import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const bootState = fileURLToPath(new URL('../../rootfs/usr/libexec/twinlease/boot-state', import.meta.url));
const SECTOR = 512;

/** Octets from the beginning of the disk. */
export function partitionOffset(disk: string, name: string): number {
  return findPartition(disk, name).offset;
}

/** Octets. */
export function partitionSize(disk: string, name: string): number {
  return findPartition(disk, name).size;
}

/** UEFI specification, section 5.3. */
function findPartition(disk: string, name: string): { readonly offset: number; readonly size: number } {
  const file = openSync(disk, 'r');
  try {
    const header = Buffer.alloc(SECTOR);
    readSync(file, header, 0, SECTOR, SECTOR);
    const [count, size] = [header.readUInt32LE(80), header.readUInt32LE(84)];
    const entries = Buffer.alloc(count * size);
    readSync(file, entries, 0, entries.length, Number(header.readBigUInt64LE(72)) * SECTOR);
    for (let at = 0; at < entries.length; at += size) {
      const label = entries.toString('utf16le', at + 56, at + 128).replaceAll('\0', '');
      if (label !== name) continue;
      const [first, last] = [Number(entries.readBigUInt64LE(at + 32)), Number(entries.readBigUInt64LE(at + 40))];
      return { offset: first * SECTOR, size: (last - first + 1) * SECTOR };
    }
  } finally {
    closeSync(file);
  }
  throw new Error(`${disk} has no partition "${name}"`);
}

/** Runs the image's own `boot-state` on the disk of a guest that is off. @param scratch a file that may be written */
export function runBootState(disk: string, scratch: string, words: readonly string[]): void {
  const block = String(partitionOffset(disk, 'state') / SECTOR);
  const copy = (from: string, to: string, where: string): void => {
    execFileSync('dd', [`if=${from}`, `of=${to}`, where, 'count=1', 'conv=notrunc'], { stdio: 'pipe' });
  };
  copy(disk, scratch, `skip=${block}`);
  execFileSync(bootState, words, { env: { ...process.env, BOOT_STATE: scratch } });
  copy(scratch, disk, `seek=${block}`);
}

/** How often the boot loader will still try a slot that is not found good; also while the guest runs. */
export function triesLeft(disk: string, slot: string): number {
  const file = openSync(disk, 'r');
  const sector = Buffer.alloc(SECTOR);
  readSync(file, sector, 0, SECTOR, partitionOffset(disk, 'state'));
  closeSync(file);
  return Number(new RegExp(`slot_${slot}_left=(\\d)`).exec(sector.toString('latin1'))?.[1]);
}
