/**
 * Rows that stand on the screen and change in place, by what a VT100 of 1978 does: to a place, and to the end of the line. Only rows
 * that changed are sent: a line of 115 200 bit/s carries some eleven characters in a millisecond.
 */
import { written } from '../session/screen.ts';
import type { Screen } from '../session/screen.ts';

const CLEAR = '\u001b[2J\u001b[H';
const ERASE_TO_END = '\u001b[K';

export interface LiveRows {
  /** How many there is room for; the last row of the screen is left for the cursor. */
  readonly room: number;
  /** Resolves when the line has taken it. */
  show(rows: readonly string[]): Promise<void>;
  /** The screen may hold anything: all of it is sent again. */
  forget(): void;
  /** The cursor goes below the rows, which stay. */
  end(): Promise<void>;
}

export function createLiveRows(screen: Screen): LiveRows {
  let shown: readonly string[] | undefined;
  const forget = (): void => {
    shown = undefined;
  };
  const place = (row: number): string => `\u001b[${String(row + 1)};1H`;
  screen.on('resize', forget);
  return {
    get room() {
      return screen.rows - 1;
    },
    async show(rows) {
      const cut = rows.slice(0, screen.rows - 1).map((row) => row.slice(0, screen.columns));
      const before = shown ?? [];
      let sent = shown === undefined ? CLEAR : '';
      for (let row = 0; row < Math.max(cut.length, before.length); row++) {
        const [is = '', was = ''] = [cut[row], before[row]];
        // A row that is as long as before covers it.
        if (is !== was) sent += place(row) + is + (is.length < was.length ? ERASE_TO_END : '');
      }
      shown = cut;
      // The cursor rests where nothing stands.
      if (sent !== '') await written(screen, sent + place(screen.rows - 1));
    },
    forget,
    async end() {
      screen.off('resize', forget);
      await written(screen, `${place(screen.rows - 1)}\r\n`);
    },
  };
}
