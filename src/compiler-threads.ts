/**
 * Node.js compiles what runs often in threads beside the one that serves clients. On a router with one core each of their
 * slices is time that a client waits.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

const OWN_THREADS = '/proc/self/task';

/** What Node.js names the threads of V8. */
const COMPILER = 'V8Worker';

/**
 * Lets the compiler's threads have what is left of a core that is wanted. Linux keeps a priority for each thread, and
 * `setPriority` takes a thread's id as well as a process's.
 * @returns how many threads these are
 */
export function yieldFromCompiling(): number {
  const compilers = readdirSync(OWN_THREADS).filter((id) => nameOf(id) === COMPILER);
  for (const id of compilers) setPriority(Number(id), constants.priority.PRIORITY_LOW);
  return compilers.length;
}

function nameOf(thread: string): string {
  return readFileSync(`${OWN_THREADS}/${thread}/comm`, 'utf8').trimEnd();
}
