import { native } from './native.ts';

/**
 * Lets go of program pages and of free heap; what is used again is mapped again from the page cache, in microseconds.
 * Takes a few milliseconds.
 * @returns the octets of program that were let go
 */
export function trimMemory(): number {
  return native.trim();
}
