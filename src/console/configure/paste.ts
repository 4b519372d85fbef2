/** A whole file that is pasted into the console: lines as they come, until one with a full stop alone. */
import type { Keyboard } from '../session/keyboard.ts';
import { written } from '../session/screen.ts';
import type { LiveScreen } from '../surroundings.ts';

/** As much as a provisioning file may have. */
const LENGTH_MAX = 2 * 1_024 * 1_024;

export const END_LINE = '.';
/** With digits of the file's SHA-256, as `pair show` ends it. */
const END = /^\.(?: +([0-9a-f]{8,64}))? *$/i;

export interface Pasted {
  readonly text: string;
  readonly sha256: string | undefined;
}

/** @returns undefined where the person gave up */
export async function readPaste(keyboard: Keyboard, { screen, enough }: LiveScreen): Promise<Pasted | undefined> {
  const lines: string[] = [];
  let line = '';
  let length = 0;
  for (let key = await keyboard.next(); key !== undefined && !enough.aborted; key = await keyboard.next()) {
    if (key.name === 'return') {
      await written(screen, '\r\n');
      const end = END.exec(line);
      if (end !== null) return { text: lines.map((text) => `${text}\n`).join(''), sha256: end[1] };
      lines.push(line);
      line = '';
    } else if (key.name === 'backspace') {
      if (line !== '') screen.write('\b \b');
      line = line.slice(0, -1);
    } else if (!key.ctrl && !key.sequence.startsWith('\u001b')) {
      line += key.sequence;
      screen.write(key.sequence === '\t' ? ' ' : key.sequence);
    } else if (key.name === 'tab') line += '\t';
    length += key.sequence.length;
    if (length > LENGTH_MAX) throw new Error(`nothing was loaded: a file has ${String(LENGTH_MAX)} octets at most`);
  }
  return undefined;
}
