/** The console as a person has it: a prompt, a line, what came of it, and again. */
import type { Command } from 'commander';
import { reasonOf } from '../../reason.ts';
import { NoAnswerError } from '../../control/index.ts';
import type { Surroundings } from '../surroundings.ts';
import { wrap } from '../wrap.ts';
import type { CommandHistory } from './command-history.ts';
import type { Keyboard } from './keyboard.ts';
import { readLine } from './line-reader.ts';
import { complete, explain } from './offers.ts';
import type { ValueSource } from './offers.ts';
import { showPaged } from './pager.ts';
import { formatStumble, runLine, stumbleOver } from './run-line.ts';
import { written } from './screen.ts';
import type { Screen } from './screen.ts';
import { typedInput } from './typed-input.ts';

/** What can be said at a prompt. */
export interface Mode {
  /** What has happened since the last line, told once. */
  news?(): Promise<string | undefined>;
  /** What stands before the cursor; it may have changed since the last line. */
  prompt(): Promise<string>;
  /** The commands, made anew for each line: a definition remembers what it has read. */
  commands(): Command;
  readonly values: ValueSource;
  /** Ctrl-D. @returns why it is not left */
  leave(): string | undefined;
}

/** What the commands of a console may do to it. */
export interface Session {
  readonly control: string;
  /** Whether long output waits for a key. */
  isPaged: boolean;
  enter(mode: Mode): void;
  /** Back to the mode before; from the first one the console ends. */
  leave(): void;
  readonly keyboard: Keyboard | undefined;
  readonly screen: Screen | undefined;
}

export interface Desk {
  readonly keyboard: Keyboard;
  readonly screen: Screen;
  readonly history: CommandHistory;
}

export function createSession(control: string, desk: Desk | undefined): Session & { readonly mode: () => Mode | undefined } {
  const modes: Mode[] = [];
  return {
    control,
    isPaged: true,
    enter: (mode) => void modes.push(mode),
    leave: () => void modes.pop(),
    mode: () => modes.at(-1),
    keyboard: desk?.keyboard,
    screen: desk?.screen,
  };
}

/** Until the last mode was left. */
export async function converse(session: ReturnType<typeof createSession>, { keyboard, screen, history }: Desk): Promise<void> {
  for (let mode = session.mode(); mode !== undefined; mode = session.mode()) {
    const { values } = mode;
    const commands = mode.commands.bind(mode);
    const news = await mode.news?.();
    if (news !== undefined) await written(screen, `${wrap('', news).replaceAll('\n', '\r\n')}\r\n`);
    const prompt = await mode.prompt();
    const line = await readLine(keyboard, screen, prompt, history.lines, {
      explain: async (before) => await explain(commands(), values, before),
      complete: async (before) => await complete(commands(), values, before),
    });
    if (line.kind === 'gone') return;
    const reason = line.kind === 'end' ? mode.leave() : undefined;
    if (reason !== undefined) await written(screen, `${wrap('', reason)}\r\n`);
    if (line.kind !== 'line' || line.text.trim() === '') continue;
    history.add(line.text);
    await answer(session, commands(), line.text, prompt.length, { keyboard, screen, history });
  }
}

async function answer(session: Session, program: Command, line: string, promptLength: number, { keyboard, screen }: Desk): Promise<void> {
  let said = '';
  let isLive = false as boolean;
  const enough = new AbortController();
  const input = typedInput(keyboard);
  const around: Surroundings = {
    print: (text) => (said += text),
    isRead: true,
    terminal: { input: input.stream, output: screen },
    screen() {
      isLive = true;
      return { screen, enough: enough.signal };
    },
  };
  const work = runLine(program, line, session.control, around);
  const interrupted = new Promise<'interrupted'>((resolve) => {
    keyboard.onInterrupt(() => {
      screen.write('^C\r\n');
      enough.abort();
      keyboard.cancel();
      resolve('interrupted');
    });
  });
  let text: string;
  try {
    const outcome = await Promise.race([work, interrupted]);
    if (outcome === 'interrupted' && isLive) await work;
    text = typeof outcome === 'object' ? `${said}${formatStumble(outcome, line, promptLength, screen.columns)}\n` : said;
  } catch (error) {
    text = said + formatFailure(error, line, promptLength, screen.columns);
  } finally {
    keyboard.onInterrupt(undefined);
    input.release();
  }
  if (text === '') return;
  const end = new AbortController();
  keyboard.onInterrupt(() => {
    end.abort();
    keyboard.cancel();
  });
  await showPaged(text, screen, keyboard, { isPaged: session.isPaged, enough: end.signal });
  keyboard.onInterrupt(undefined);
}

/** The shell's commands name its ways to start one. */
const NO_DAEMON = 'no daemon is running: "start" starts it, "log" shows what it said';

export function formatFailure(error: unknown, line: string, promptLength: number, columns: number): string {
  const message = error instanceof NoAnswerError && error.isDown ? NO_DAEMON : reasonOf(error).replace(/^error: /, '');
  const stumble = stumbleOver(message, line);
  if (stumble !== undefined && !message.includes('\n')) return `${formatStumble(stumble, line, promptLength, columns)}\n`;
  return `${message.split('\n').map((part) => wrap('', part)).join('\n')}\n`;
}
