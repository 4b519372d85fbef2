import type { FileHandle } from 'node:fs/promises';
import { native } from './native.ts';

/** More than the kernel reads ahead. */
const READ_OCTETS = 1_048_576;

/**
 * What was written of a file, and is on the disk, or was read of it, and nobody reads again soon: the page cache has better uses for the room on a
 * box of 256 MiB, where a file of 50 MB drives out the program, which is unpacked anew then while clients wait.
 */
export function forgetFile({ fd }: FileHandle): void {
  native.forgetFile(fd);
}

/** For who reads a whole file once. @returns to be told how many octets were read */
export function forgetBehind(file: FileHandle): (octets: number) => void {
  let unforgotten = 0;
  return (octets) => {
    unforgotten += octets;
    if (unforgotten < READ_OCTETS) return;
    unforgotten = 0;
    forgetFile(file);
  };
}
