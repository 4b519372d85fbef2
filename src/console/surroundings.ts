/** Where a command prints, and whom it can ask: the streams of its own process, or the console that it was typed on. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createScreen } from './session/screen.ts';
import type { Screen } from './session/screen.ts';

/** Where a person is, or is not. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

export interface Surroundings {
  /** For what the command has to say; it ends with a line end. */
  readonly print: (text: string) => void;
  /** By a person on a screen, so that long lines are broken; otherwise a program may read it line by line. */
  readonly isRead: boolean;
  /** For questions, and what must be known to answer them. */
  readonly terminal: Terminal;
  /** The whole screen, for what goes on until the person has had enough; undefined where there is none. */
  readonly screen: () => LiveScreen | undefined;
}

export interface LiveScreen {
  readonly screen: Screen;
  /** Aborted by Ctrl-C; the command then ends, and leaves the screen as it should be. */
  readonly enough: AbortSignal;
}

const current = new AsyncLocalStorage<Surroundings>();

const OF_THE_PROCESS: Surroundings = {
  print: (text) => process.stdout.write(text),
  isRead: process.stdout.isTTY,
  terminal: { input: process.stdin, output: process.stderr },
  screen: screenOfTheProcess,
};

export function surroundings(): Surroundings {
  return current.getStore() ?? OF_THE_PROCESS;
}

function screenOfTheProcess(): LiveScreen | undefined {
  if (!process.stdout.isTTY) return undefined;
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  return { screen: createScreen(process.stdout), enough: controller.signal };
}

/** Whatever `work` does, and what it waits for, has these surroundings. */
export async function within(these: Surroundings, work: () => Promise<void>): Promise<void> {
  await current.run(these, work);
}
