/** What a person looks at: 80 columns and 24 rows where the line does not say, as a serial line says 0 and 0. */
import { Writable } from 'node:stream';

export interface Screen extends Writable {
  readonly isTTY: true;
  readonly columns: number;
  readonly rows: number;
}

const COLUMNS = 80;
const ROWS = 24;

/** @param line where the octets go; what is written waits until a slow one has taken it */
export function createScreen(line: NodeJS.WriteStream): Screen {
  const screen = new Writable({
    write(chunk: Uint8Array, _encoding, taken) {
      line.write(chunk, taken);
    },
  });
  line.on('resize', () => screen.emit('resize'));
  return Object.defineProperties(screen, {
    isTTY: { value: true },
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
