/** Asks a person for what the flags of a command left open. */
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import type { Terminal } from './surroundings.ts';
import { wrap } from './wrap.ts';

export interface Question {
  /** How to say it without being asked. */
  readonly flag: string;
  readonly text: string;
  /** What an empty line means; without one the question is asked again. */
  readonly proposal?: string;
  /** What may be answered; anything else is asked again. */
  readonly answers?: readonly string[];
  /** @returns why it is no answer, beside the others so far; then it is asked again, and no other answer is lost */
  readonly fault?: (answer: string, others: Readonly<Partial<Record<string, string>>>) => Promise<string | undefined>;
}

/** Nobody's answer: whoever types it wants to know what can be said. */
const HELP = '?';

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
        for (let answer = ''; answer === '';) {
          // Ctrl-C makes it reject: whoever says that leaves, too.
          const line = await Promise.race([terminal.question(promptOf(questions[name])).catch(() => undefined), gone]);
          if (line === undefined) throw new Error('nothing was done');
          answer = line.trim() || (questions[name].proposal ?? '');
          const fault = answer === '' ? undefined : await faultOf(questions[name], answer, answers);
          if (fault === undefined) answers[name] = answer;
          else {
            output.write(`${wrap('', fault).replaceAll('\n', '\r\n')}\r\n`);
            answer = '';
          }
        }
      }
    } finally {
      terminal.close();
    }
  }
  return answers as Readonly<Record<Name, string>>;
}

function promptOf({ text, proposal }: Question): string {
  return `${wrap('', `${text}${proposal === undefined ? '' : ` [${proposal}]`}`)} `;
}

async function faultOf(question: Question, answer: string, others: Readonly<Partial<Record<string, string>>>): Promise<string | undefined> {
  const { answers, fault, proposal } = question;
  if (answers?.includes(answer) === false) return `Say ${answers.join(' or ')}; Ctrl-C leaves.`;
  if (answer === HELP) return `${proposal === undefined ? '' : `Enter alone means ${proposal}; `}Ctrl-C leaves.`;
  return await fault?.(answer, others);
}
