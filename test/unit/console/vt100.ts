/** What stands on the screen of a VT100 after it has read some octets: as much of one as the console uses. */

export interface Vt100 {
  read(octets: string): void;
  /** The rows, without the spaces at their ends. */
  rows(): readonly string[];
  /** All that scrolled away, and what is on the screen, as lines. */
  text(): string;
}

const SEQUENCE = /^\u001b(?:\[(\??[\d;]*)([A-Za-z])|[78])/;

export function createVt100(columns = 80, height = 24): Vt100 {
  const screen: string[][] = Array.from({ length: height }, () => []);
  const above: string[] = [];
  let row = 0;
  let column = 0;
  let unread = '';

  const lineFeed = (): void => {
    if (row < height - 1) row++;
    else {
      above.push(textOf(screen.shift() ?? []));
      screen.push([]);
    }
  };
  const put = (character: string): void => {
    if (column >= columns) {
      column = 0;
      lineFeed();
    }
    const cells = screen[row] ?? [];
    while (cells.length < column) cells.push(' ');
    cells[column++] = character;
  };
  const erase = (kind: number): void => {
    const cells = screen[row] ?? [];
    if (kind === 0) cells.length = Math.min(cells.length, column);
    else if (kind === 2) cells.length = 0;
    else throw new Error(`erase ${String(kind)} is not known here`);
  };
  const control = (parameters: string, final: string): void => {
    const [first = 0, second = 0] = parameters.split(';').map(Number);
    const count = first || 1;
    if (parameters.startsWith('?')) return;
    else if (final === 'A') row = Math.max(0, row - count);
    else if (final === 'B') row = Math.min(height - 1, row + count);
    else if (final === 'C') column = Math.min(columns - 1, column + count);
    else if (final === 'D') column = Math.max(0, column - count);
    else if (final === 'G') column = count - 1;
    else if (final === 'H') [row, column] = [count - 1, (second || 1) - 1];
    else if (final === 'K') erase(first);
    else if (final === 'J' && first === 2) for (const cells of screen) cells.length = 0;
    else if (final === 'J' && first === 0) {
      erase(0);
      for (const cells of screen.slice(row + 1)) cells.length = 0;
    } else throw new Error(`a VT100 is not known to do ${JSON.stringify(parameters + final)}`);
  };

  return {
    read(octets) {
      unread += octets;
      while (unread !== '') {
        const character = unread.charAt(0);
        if (character === '\u001b') {
          const found = SEQUENCE.exec(unread);
          if (found === null && unread.length < 12) return;
          if (found === null) throw new Error(`no sequence of a VT100: ${JSON.stringify(unread.slice(0, 12))}`);
          unread = unread.slice(found[0].length);
          if (found[2] !== undefined) control(found[1] ?? '', found[2]);
          continue;
        }
        unread = unread.slice(1);
        if (character === '\r') column = 0;
        else if (character === '\n') lineFeed();
        else if (character === '\b') column = Math.max(0, column - 1);
        else if (character >= ' ') put(character);
      }
    },
    rows: () => screen.map(textOf),
    text: () => [...above, ...screen.map(textOf)].join('\n').trimEnd(),
  };
}

function textOf(cells: readonly string[]): string {
  return cells.join('').trimEnd();
}
