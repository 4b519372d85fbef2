/** Asks a person before something is done that can't be undone. */
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import type { Terminal } from './surroundings.ts';

/**
 * Shows what is at stake and waits for "yes". Anything else means no, and so does the end of the input.
 * @returns undefined where nobody is there to answer
 */
export async function confirm(stake: string, { input, output }: Terminal): Promise<boolean | undefined> {
  if (input.isTTY !== true) return undefined;
  const terminal = createInterface({ input, output });
  try {
    output.write(`${stake}\n\n`);
    const gone = once(terminal, 'close').then(() => 'no');
    const answer = await Promise.race([terminal.question('Is this meant? (yes/no) '), gone]);
    return answer.trim().toLowerCase() === 'yes';
  } finally {
    terminal.close();
  }
}

/** Rejects where it is not meant, or where nobody is there to say so. @param terminal undefined: who asks is a program */
export async function mustBeMeant(stake: string, terminal: Terminal | undefined): Promise<void> {
  const isMeant = terminal === undefined ? undefined : await confirm(stake, terminal);
  if (isMeant === undefined) throw new Error(`nothing was done: say --yes if it is meant\n\n${stake}`);
  if (!isMeant) throw new Error('nothing was done');
}
