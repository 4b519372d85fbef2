/** What a person looks at: 80 columns and 24 rows where the line does not say, as a serial line says 0 and 0. */
import { Writable } from 'node:stream';
import { plainly } from './plain-screen.ts';

export interface Screen extends Writable {
  readonly isTTY: true;
  readonly columns: number;
  readonly rows: number;
  /** It knows no more than characters one behind another: nothing can change in its place. */
  readonly isPlain: boolean;
}

const COLUMNS = 80;
const ROWS = 24;
/** What `TERM` says of a terminal that knows no sequences. */
const PLAIN = 'dumb';
/** What the editor of lines is told it has: for another one it does without editing. */
const KNOWN = 'vt100';

/** Before lines are edited on a screen that was made: Node looks at the environment alone. */
export function letLinesBeEdited({ isPlain }: Screen): void {
  if (isPlain) process.env['TERM'] = KNOWN;
}

/** @param line where the octets go; what is written waits until a slow one has taken it */
export function createScreen(line: NodeJS.WriteStream): Screen {
  const isPlain = process.env['TERM'] === PLAIN;
  const said = isPlain ? plainly() : (text: string) => text;
  const screen = new Writable({
    decodeStrings: false,
    write(chunk: string | Uint8Array, _encoding, taken) {
      line.write(said(chunk.toString()), taken);
    },
  });
  line.on('resize', () => screen.emit('resize'));
  return Object.defineProperties(screen, {
    isTTY: { value: true },
    isPlain: { value: isPlain },
    columns: { get: () => line.columns || COLUMNS },
    rows: { get: () => line.rows || ROWS },
  }) as Screen;
}

/** Resolves when the line has taken all that was written. */
export async function written(screen: Writable, text: string): Promise<void> {
  await new Promise<void>((resolve) => {
    screen.write(text, () => resolve());
  });
}
