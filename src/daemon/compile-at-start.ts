/**
 * How V8 compiles while a start reads leases and nobody is served yet. Its best code takes so long to make that a start is over before it pays: with
 * 100 000 leases a twentieth of the time until the first client is answered. And where there is but one core, another thread that compiles
 * only takes it from the one that would run the code: another twentieth.
 */
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';

/** How often a function runs before V8 makes its best code of it: as it comes, and for a start. */
export const USUAL_COUNT = 3_000;
const START_COUNT = 300_000;

/** To be called before leases are read. */
export function compileForStart(): void {
  setFlagsFromString(`--invocation-count-for-turbofan=${START_COUNT}`);
  if (availableParallelism() === 1) setFlagsFromString('--no-concurrent-recompilation');
}

/** To be called when the leases are there, before clients are. */
export function compileForService(): void {
  setFlagsFromString(`--invocation-count-for-turbofan=${USUAL_COUNT}`);
  setFlagsFromString('--concurrent-recompilation');
}
