/** One thing that is wrong with the file, or doubtful, told so that it can be put right without looking anything up. */
import { type Position, type SourceText, characterCount, lineAt, positionAt } from './source-text.ts';

/** Lines of a diagnostic are cut to this, so that they stay readable on a serial console. */
const EXCERPT_WIDTH = 66;

/** Of a line that is cut, this much is shown before the mark. */
const CONTEXT_WIDTH = 20;

const LINE_WIDTH = 80;

/** Where something stands, with the line itself and what to mark in it. */
export interface Excerpt extends Position {
  /** The line, or the part of it around the mark, with nothing in it that a terminal would act on. */
  readonly sourceLine: string;
  /** Index of the first marked character in `sourceLine`. */
  readonly markStart: number;
  /** How many characters are marked, at least one. */
  readonly markLength: number;
}

/** The other side of a clash. */
export interface RelatedPlace extends Excerpt {
  readonly path: string;
  readonly note: string;
}

export interface Diagnostic extends Excerpt {
  /** A file with errors is refused; one with warnings is used, though it is probably not what was meant. */
  readonly severity: 'error' | 'warning';
  readonly file: string;
  /** The key's path, `links.lan1.address-pools[0].range`; empty for the file as a whole. */
  readonly path: string;
  readonly problem: string;
  readonly found: string;
  /** What would be right; of a warning, what would be better. */
  readonly allowed: string;
  readonly related: readonly RelatedPlace[];
}

/** What stands at `[start, end)`; of several lines only the first. */
export function excerpt(source: SourceText, start: number, end: number): Excerpt {
  const line = lineAt(source, start);
  // A line may be as long as the file: only what is near the mark is looked at.
  const from = Math.max(0, line.index - 2 * EXCERPT_WIDTH);
  const characters = Array.from(line.text.slice(from, line.index + 2 * EXCERPT_WIDTH));
  const before = characterCount(line.text.slice(from, line.index));
  const mark = line.text.slice(line.index, line.index + Math.min(end - start, 2 * EXCERPT_WIDTH)).trimEnd();
  const first = Math.max(0, Math.min(before - CONTEXT_WIDTH, characters.length - EXCERPT_WIDTH));
  const last = Math.min(characters.length, first + EXCERPT_WIDTH);
  const head = from + first > 0 ? '...' : '';
  const tail = last < characters.length ? '...' : '';
  return {
    ...positionAt(source, start),
    sourceLine: head + printable(characters.slice(first, last).join('')) + tail,
    markStart: head.length + before - first,
    markLength: Math.max(1, Math.min(characterCount(mark), last - before)),
  };
}

/** The text with nothing in it that a terminal would act on: a tab becomes a space, any other control character `?`. */
function printable(text: string): string {
  return text
    .replaceAll('\t', ' ')
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '?');
}

/** The diagnostic as several lines of text, without a line end behind the last. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { severity, file, line, column, path, problem, found, allowed, related } = diagnostic;
  const mark = severity === 'warning' ? 'warning: ' : '';
  return [
    `${printable(file)}:${line}:${column}: ${mark}${printable(problem)}`,
    ...markedLine(diagnostic),
    ...(path === '' ? [] : [`  key:     ${printable(path)}`]),
    ...wrapped('  found:   ', printable(found)),
    ...wrapped(severity === 'warning' ? '  better:  ' : '  allowed: ', allowed),
    ...related.flatMap((place) => [
      `  ${place.note} at ${place.line}:${place.column} (${printable(place.path)})`,
      ...markedLine(place),
    ]),
  ].join('\n');
}

/** Text behind a heading, its further lines below each other. */
function wrapped(heading: string, text: string): string[] {
  const lines: string[] = [];
  let line = heading.slice(0, -1);
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > LINE_WIDTH && line.length > heading.length) {
      lines.push(line);
      line = ' '.repeat(heading.length - 1);
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

function markedLine({ line, sourceLine, markStart, markLength }: Excerpt): string[] {
  if (sourceLine === '') return [];
  const number = String(line).padStart(5);
  return [`${number} | ${sourceLine}`, `      | ${' '.repeat(markStart)}^${'~'.repeat(markLength - 1)}`];
}
