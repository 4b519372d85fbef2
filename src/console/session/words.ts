/** A typed line as words: what stands between spaces, or in quotes. */

export interface Word {
  /** Without its quotes. */
  readonly text: string;
  /** As it was typed. */
  readonly raw: string;
  /** Index of its first character in the line, and of the one behind its last. */
  readonly start: number;
  readonly end: number;
  /** A quote was opened and not closed. */
  readonly isOpen: boolean;
}

const WORD = /(?:"[^"]*(?:"|$)|'[^']*(?:'|$)|[^\s"'])+/g;
const QUOTED = /"([^"]*)("|$)|'([^']*)('|$)/g;

export function wordsOf(line: string): readonly Word[] {
  return [...line.matchAll(WORD)].map(({ 0: raw, index }) => {
    let isOpen = false;
    const text = raw.replaceAll(QUOTED, (_, double?: string, doubleEnd?: string, single?: string, singleEnd?: string) => {
      if ((doubleEnd ?? singleEnd) === '') isOpen = true;
      return double ?? single ?? '';
    });
    return { text, raw, start: index, end: index + raw.length, isOpen };
  });
}
