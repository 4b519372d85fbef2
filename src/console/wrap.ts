/** Running text on a screen of 80 columns. */

export const SCREEN_COLUMNS = 80;

/** The text behind `first`, its further lines behind as many spaces. A word that is wider than the screen is broken. */
export function wrap(first: string, text: string): string {
  const indent = ' '.repeat(first.length);
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(' ').flatMap((long) => pieces(long, SCREEN_COLUMNS - first.length))) {
    if (!isEmpty && line.length + 1 + word.length > SCREEN_COLUMNS) {
      lines.push(line);
      line = indent;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line].join('\n');
}

function pieces(word: string, width: number): readonly string[] {
  return word.length <= width ? [word] : [word.slice(0, width), ...pieces(word.slice(width), width)];
}
