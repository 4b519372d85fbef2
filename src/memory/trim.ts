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
