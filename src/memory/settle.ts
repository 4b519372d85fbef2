import { setFlagsFromString } from 'node:v8';
import { trimMemory } from './trim.ts';

/**
 * To be called when a start is over and the first clients are answered: lets go of what the start took, and from now on the heap grows
 * by 60 % at most between two full collections, where V8 would let it double and more. With 100 000 leases given out at full rate the
 * process has 85 MiB then, 95 without; with 20 % it collects the whole heap once a second under load, for 10 to 25 ms each time. During
 * the start that would only cost time, a tenth of it: what a start makes it needs.
 */
export function settleMemory(): void {
  setFlagsFromString('--heap-growing-percent=60');
  trimMemory();
}
