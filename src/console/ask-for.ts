/** Asks a person for what the flags of a command left open. */
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import type { Terminal } from './surroundings.ts';

export interface Question {
  /** How to say it without being asked. */
  readonly flag: string;
  readonly text: string;
  /** What an empty line means; without one the question is asked again. */
  readonly proposal?: string;
  /** What may be answered; anything else is asked again. */
  readonly answers?: readonly string[];
}

/**
 * @param known what the flags said
 * @returns an answer to every question; rejects where nobody is there to be asked, or leaves
 */
export async function askFor<Name extends string>(
  questions: Readonly<Record<Name, Question>>,
  known: Readonly<Partial<Record<Name, string>>>,
  { input, output }: Terminal,
): Promise<Readonly<Record<Name, string>>> {
  const answers: Partial<Record<Name, string>> = { ...known };
  const open = (Object.keys(questions) as Name[]).filter((name) => answers[name] === undefined);
  if (open.length > 0 && input.isTTY !== true) {
    throw new Error(`say ${open.map((name) => questions[name].flag).join(', ')}: nobody is here to be asked`);
  }
  if (open.length > 0) {
    const terminal = createInterface({ input, output });
    const gone = once(terminal, 'close').then(() => undefined);
    try {
      for (const name of open) {
        const { text, proposal, answers: allowed } = questions[name];
        let answer = '';
        while (answer === '') {
          // Ctrl-C makes it reject: whoever says that leaves, too.
          const asked = terminal.question(`${text}${proposal === undefined ? '' : ` [${proposal}]`} `).catch(() => undefined);
          const line = await Promise.race([asked, gone]);
          if (line === undefined) throw new Error('nothing was done');
          answer = line.trim() || (proposal ?? '');
          if (allowed?.includes(answer) === false) answer = '';
        }
        answers[name] = answer;
      }
    } finally {
      terminal.close();
    }
  }
  return answers as Readonly<Record<Name, string>>;
}
