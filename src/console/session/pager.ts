/** Long output a screen at a time. */
import { setImmediate } from 'node:timers/promises';
import type { Keyboard } from './keyboard.ts';
import { written } from './screen.ts';
import type { Screen } from './screen.ts';

const MORE = '--more-- (space: next page, Enter: next line, q: enough)';
/** Also where nothing but characters is known. */
const ERASE_LINE = `\r${' '.repeat(MORE.length)}\r`;

export interface Paging {
  /** False: it is written at once, as it is where commands were typed ahead: their keys are no answers. */
  readonly isPaged: boolean;
  /** Aborted by Ctrl-C: on a slow line much text takes its time. */
  readonly enough: AbortSignal;
}

export async function showPaged(text: string, screen: Screen, keyboard: Keyboard, { isPaged, enough }: Paging): Promise<void> {
  const lines = text.replace(/\n$/, '').split('\n');
  let room = screen.rows - 1;
  for (const [i, line] of lines.entries()) {
    if (enough.aborted) {
      screen.write('^C\r\n');
      return;
    }
    const rows = Math.max(1, Math.ceil(line.length / screen.columns));
    if (room < rows && isPaged && !keyboard.isAhead()) {
      const wanted = await askForMore(screen, keyboard);
      if (wanted === 'enough') return;
      room = wanted === 'line' ? rows : screen.rows - 1;
    }
    await written(screen, `${line}\r\n`);
    // A terminal is written to at once, so that nothing else would be heard: a Ctrl-C.
    await setImmediate();
    room -= rows;
    if (i === lines.length - 1) return;
  }
}

async function askForMore(screen: Screen, keyboard: Keyboard): Promise<'page' | 'line' | 'enough'> {
  screen.write(MORE);
  try {
    for (;;) {
      const key = await keyboard.next();
      if (key === undefined || key.name === 'q') return 'enough';
      if (key.name === 'return' || key.name === 'down') return 'line';
      if (key.name === 'space' || key.name === 'pagedown') return 'page';
    }
  } finally {
    screen.write(ERASE_LINE);
  }
}
