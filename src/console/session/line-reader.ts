/** One line from a person who can edit it, look into the history, ask with `?` and let TAB type. */
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import type { Key, Keyboard } from './keyboard.ts';
import type { Completion } from './offers.ts';
import type { Screen } from './screen.ts';

/** What helps while a line is typed; each gets what stands before the cursor. */
export interface Assistance {
  explain(before: string): Promise<string>;
  complete(before: string): Promise<Completion>;
}

export type Line =
  | { readonly kind: 'line'; readonly text: string }
  /** Ctrl-C: what stood there is gone. */
  | { readonly kind: 'cleared' }
  /** Ctrl-D. */
  | { readonly kind: 'end' }
  /** The line hung up. */
  | { readonly kind: 'gone' };

const BELL = '\u0007';
const DELETE = '\u007f';

/** @param history the newest first */
export async function readLine(
  keyboard: Keyboard,
  screen: Screen,
  prompt: string,
  history: readonly string[],
  assistance: Assistance,
): Promise<Line> {
  // It edits and echoes; its keys come from the keyboard, one at a time.
  const editor = createInterface({ input: new PassThrough(), output: screen, terminal: true, prompt, history: [...history], historySize: history.length + 1 });
  let typed: string | undefined;
  editor.on('line', (text) => (typed = text));
  const showBelow = (text: string): void => {
    screen.write(`\r\n${text}\r\n`);
    editor.prompt(true);
  };
  try {
    editor.prompt();
    for (;;) {
      const key = await keyboard.next();
      const before = editor.line.slice(0, editor.cursor);
      if (key === undefined) return { kind: 'gone' };
      if (isControl(key, 'd') && editor.line === '') {
        screen.write('\r\n');
        return { kind: 'end' };
      } else if (isControl(key, 'c')) {
        screen.write('^C\r\n');
        return { kind: 'cleared' };
      } else if (key.name === 'tab') {
        const { insert, list } = await assistance.complete(before);
        if (insert !== '') editor.write(insert);
        else if (list === '') screen.write(BELL);
        else showBelow(list);
      } else if (key.sequence === '?' && !isInQuotes(before)) {
        screen.write('?');
        showBelow(await assistance.explain(before));
      } else if (!isControl(key, 'z')) {
        editor.write(isText(key) ? key.sequence : null, key);
        if (typed !== undefined) return { kind: 'line', text: typed };
      }
    }
  } finally {
    editor.close();
  }
}

function isControl(key: Key, letter: string): boolean {
  return key.ctrl && key.name === letter;
}

function isText({ sequence, ctrl, meta }: Key): boolean {
  return !ctrl && !meta && sequence >= ' ' && sequence !== DELETE;
}

function isInQuotes(text: string): boolean {
  return /^(?:[^"']|"[^"]*"|'[^']*')*["'][^"']*$/.test(text);
}
