/**
 * A screen that knows characters, carriage return and backspace, and nothing else (TERM=dumb): what the editor of lines says in sequences
 * of a VT100 is done with these. A line of two rows can't be edited in its first one.
 */
const BACKSPACE = '\b';
const SEQUENCE = /\u001b\[(\d*)([A-Za-z])/y;

/** @returns what says the same to such a screen; it remembers what stands in the row of the cursor */
export function plainly(): (text: string) => string {
  let row = '';
  let column = 0;
  const goTo = (wanted: number): string => {
    const target = Math.max(0, Math.min(wanted, row.length));
    const way = target < column ? BACKSPACE.repeat(column - target) : row.slice(column, target);
    column = target;
    return way;
  };
  const eraseRest = (): string => {
    const rest = row.length - column;
    row = row.slice(0, column);
    return ' '.repeat(rest) + BACKSPACE.repeat(rest);
  };
  const act = (count: string, final: string): string => {
    if (final === 'G') return goTo(Number(count || 1) - 1);
    if (final === 'C') return goTo(column + Number(count || 1));
    if (final === 'D') return goTo(column - Number(count || 1));
    return final === 'K' || final === 'J' ? eraseRest() : '';
  };
  const put = (character: string): string => {
    if (character === '\n') row = '';
    if (character === '\n' || character === '\r') column = 0;
    else if (character === BACKSPACE) column = Math.max(0, column - 1);
    else if (character >= ' ') {
      row = row.slice(0, column) + character + row.slice(column + 1);
      column++;
    }
    return character;
  };
  return (text) => {
    let said = '';
    for (let i = 0; i < text.length;) {
      SEQUENCE.lastIndex = i;
      const found = SEQUENCE.exec(text);
      said += found === null ? put(text.charAt(i)) : act(found[1] ?? '', found[2] ?? '');
      i += found?.[0].length ?? 1;
    }
    return said;
  };
}
