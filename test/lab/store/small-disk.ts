import { execFile } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, truncateSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The kinds of file system that a full disk was seen to behave differently on. */
export type FileSystem = 'ext4' | 'tmpfs';

/** Runs a test with a small file system of its own mounted, which is unmounted afterwards. */
export async function onSmallDisk(
  kind: FileSystem,
  mebibytes: number,
  work: (mountPoint: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'twinlease-disk-'));
  const mountPoint = mkdtempSync(join(folder, 'mounted-'));
  try {
    await mount(kind, mebibytes, folder, mountPoint);
    try {
      await work(mountPoint);
    } finally {
      // Lazily: a test that failed may have left a file open on it.
      await run('umount', ['--lazy', mountPoint]);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function mount(kind: FileSystem, mebibytes: number, folder: string, mountPoint: string): Promise<void> {
  if (kind === 'tmpfs') {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', mountPoint]);
    return;
  }
  const image = join(folder, 'image');
  closeSync(openSync(image, 'w'));
  truncateSync(image, mebibytes * 1024 * 1024);
  // No blocks kept for root, who the test runs as: full means full.
  await run('mkfs.ext4', ['-q', '-m', '0', image]);
  await run('mount', ['-o', 'loop', image, mountPoint]);
}

/** Takes the last octet of room; gives a function that frees it again. */
export function fillDisk(mountPoint: string): () => void {
  const folder = mkdtempSync(join(mountPoint, 'filler-'));
  const file = openSync(join(folder, 'file'), 'w');
  const octets = Buffer.alloc(1024 * 1024, 'x');
  for (let size = octets.length; size >= 1; size = size / 2) writeUntilFull(file, octets.subarray(0, size));
  closeSync(file);
  return () => rmSync(folder, { recursive: true });
}

function writeUntilFull(file: number, octets: Uint8Array): void {
  try {
    while (writeSync(file, octets) === octets.length);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

export function freeOctets(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}
