/** Work on the provisioning file that would keep packets waiting: each in a process of its own, which answers and ends. */
import { fork } from 'node:child_process';
import type { Serializable } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

/**
 * @param program beside this file, and in the bundle
 * @param job what it is told once it runs, besides its words
 * @returns its answer, in the parts in which it gave it. Rejects where no process could be started.
 */
export async function answerOfProcess(program: 'configuration-reader' | 'change-writer', words: readonly string[], job?: Serializable): Promise<readonly unknown[]> {
  const child = fork(fileURLToPath(new URL(`${program}.${EXTENSION}`, import.meta.url)), words, { serialization: 'advanced' });
  const parts: unknown[] = [];
  child.on('message', (part) => parts.push(part));
  if (job !== undefined) child.send(job);
  // "close" and not "exit": all of it has been read by then.
  await once(child, 'close');
  return parts;
}
