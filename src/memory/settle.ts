import { setFlagsFromString } from 'node:v8';
import { trimMemory } from './trim.ts';

/**
 * To be called when a start is over and the first clients are answered: lets go of what the start took, and from now on the heap may become two and
 * a half times as large between two full collections, each of which holds up clients for 20 to 30 ms: that is one in six to ten seconds at 10 000
 * exchanges a second. When there is little to do again it is collected by itself (`createRest`). V8 itself would, with so small a heap, let it grow by some
 * megabytes only. During the start any bound would cost time.
 */
export function settleMemory(): void {
  setFlagsFromString('--heap-growing-percent=150');
  trimMemory();
}
