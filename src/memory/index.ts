/**
 * Gives back what starting up took. Node.js maps some 45 MiB of its program and touches most of it once: V8's snapshot,
 * compilers, the readers of the provisioning file. A box of 256 MiB has other uses for them.
 */
import { loadNativeAddon } from '../native-addon.ts';

interface NativeMemory {
  trim(): number;
}

const native = loadNativeAddon('memory') as NativeMemory;

/**
 * Lets go of program pages and of free heap; what is used again is mapped again from the page cache, in microseconds.
 * Takes a few milliseconds.
 * @returns the octets of program that were let go
 */
export function trimMemory(): number {
  return native.trim();
}
