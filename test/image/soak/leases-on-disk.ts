// What a box that is off has on its data partition.

import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatAddress, parseAddress } from '../../../src/wire/index.ts';
import { partitionOffset, partitionSize } from '../partitions.ts';

const twinlease = fileURLToPath(new URL('../../../dist/twinlease', import.meta.url));

/** The data partition of a disk, in a file of its own. */
export function copyDataPartition(disk: string, copy: string): void {
  const [offset, octets] = [partitionOffset(disk, 'data'), partitionSize(disk, 'data')];
  execFileSync('dd', [`if=${disk}`, `of=${copy}`, 'bs=1M', 'iflag=skip_bytes,count_bytes', `skip=${String(offset)}`, `count=${String(octets)}`, 'conv=sparse'], { stdio: 'pipe' });
}

/** Back onto the disk. */
export function putDataPartition(partition: string, disk: string): void {
  execFileSync('dd', [`if=${partition}`, `of=${disk}`, 'bs=1M', 'oflag=seek_bytes', `seek=${String(partitionOffset(disk, 'data'))}`, 'conv=notrunc'], { stdio: 'pipe' });
}

export interface MountedData {
  readonly mountPoint: string;
  /** It could not be mounted before. */
  readonly isRepaired: boolean;
  readonly end: () => void;
}

/** The files of the partition, as the box mounts it. */
export function mountData(partition: string, directory: string): MountedData {
  const mountPoint = join(directory, 'mounted');
  mkdirSync(mountPoint, { recursive: true });
  const mount = (): void => void execFileSync('mount', ['-o', 'loop,noatime,errors=remount-ro', partition, mountPoint], { stdio: 'pipe' });
  let isRepaired = false;
  try {
    mount();
  } catch {
    isRepaired = true;
    // 1: errors were corrected.
    const { status, stdout } = spawnSync('e2fsck', ['-y', partition], { encoding: 'utf8' });
    if (status !== 0 && status !== 1) throw new Error(`e2fsck ends with ${String(status)}: ${stdout}`);
    mount();
  }
  return { mountPoint, isRepaired, end: () => void execFileSync('umount', [mountPoint]) };
}

/** All leases of the partition as `twinlease export` prints them; rejects where it refuses. */
export function leasesOn(partition: string, directory: string): { readonly leases: string; readonly isRepaired: boolean } {
  const file = join(directory, 'leases');
  const { mountPoint, isRepaired, end } = mountData(partition, directory);
  const out = openSync(file, 'w');
  try {
    execFileSync(twinlease, ['export', '--state', join(mountPoint, 'state')], { stdio: ['ignore', out, 'pipe'] });
  } finally {
    closeSync(out);
    end();
  }
  return { leases: readFileSync(file, 'utf8'), isRepaired };
}

/** Those that are not among what was exported. */
export function missingFrom(leases: string, due: readonly string[]): readonly string[] {
  return due.filter((lease) => {
    const address = parseAddress(lease.split('/')[0] ?? '');
    // The fleet writes zeros out.
    return address === undefined || !leases.includes(`"address":"${formatAddress(address)}"`);
  });
}
