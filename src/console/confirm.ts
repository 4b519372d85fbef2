/** Asks a person before something is done that can't be undone. */
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';

/**
 * Shows what is at stake and waits for "yes". Throws where nobody is there to answer.
 * @param isForProgram standard output is for a program; so nobody is asked
 */
export async function confirm(stake: string, isForProgram: boolean): Promise<boolean> {
  if (isForProgram || !process.stdin.isTTY) throw new Error(`${stake}\n\nNobody is asked here; say --yes if this is meant`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    process.stderr.write(`${stake}\n\n`);
    // Without an answer: end of input, or the terminal went away.
    const answer = await Promise.race([terminal.question('Is this meant? (yes/no) '), once(terminal, 'close').then(() => 'no')]);
    return answer.trim().toLowerCase() === 'yes';
  } finally {
    terminal.close();
  }
}
