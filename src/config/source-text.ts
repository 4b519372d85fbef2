/** The file as text: what it may be at most, and where an offset is in it. */

/** 2 MiB hold about 20 000 reservations; a bigger file would not fit into a router's memory while it is read. */
export const FILE_SIZE_MAX = 2 * 1024 * 1024;

export interface SourceText {
  readonly fileName: string;
  readonly text: string;
  /** The offset at which each line begins. */
  readonly lineStarts: readonly number[];
}

/** A place as editors count: both from 1, the column in characters. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Why the octets are no text that can be read further. */
export interface SourceProblem {
  readonly problem: string;
  readonly found: string;
  readonly allowed: string;
  /** What could be read, and where in it the problem is. */
  readonly source: SourceText;
  readonly offset: number;
}

export function sourceText(fileName: string, text: string): SourceText {
  const lineStarts = [0];
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) lineStarts.push(i + 1);
  return { fileName, text, lineStarts };
}

/** Takes the file's octets for text: not too many, UTF-8, no control characters. */
export function readSource(fileName: string, bytes: Uint8Array): SourceText | SourceProblem {
  if (bytes.length > FILE_SIZE_MAX) return tooBig(fileName, `more than ${FILE_SIZE_MAX} octets`);
  const text = new TextDecoder('utf-8').decode(bytes);
  const source = sourceText(fileName, text);
  const invalid = firstInvalidUtf8(bytes, text);
  if (invalid !== undefined) {
    return {
      problem: 'the file is not UTF-8 text',
      found: `octet 0x${invalid.octet.toString(16).padStart(2, '0')}`,
      allowed: 'UTF-8',
      source,
      offset: invalid.offset,
    };
  }
  const control = CONTROL_CHARACTER.exec(text);
  if (control !== null) {
    return {
      problem: 'the text contains a control character',
      found: `U+${text.charCodeAt(control.index).toString(16).toUpperCase().padStart(4, '0')}`,
      allowed: 'printable characters, spaces and line ends',
      source,
      offset: control.index,
    };
  }
  return source;
}

function tooBig(fileName: string, found: string): SourceProblem {
  return {
    problem: 'the file is too big',
    found,
    allowed: `at most ${FILE_SIZE_MAX} octets`,
    source: sourceText(fileName, ''),
    offset: 0,
  };
}

/** Tabs are left to the YAML reader, which allows them in some places. */
const CONTROL_CHARACTER = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f]/;

/** Where decoding put U+FFFD for an octet, and not because the file has that character. */
function firstInvalidUtf8(bytes: Uint8Array, text: string): { offset: number; octet: number } | undefined {
  let octets = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  let from = 0;
  for (let i = text.indexOf('\ufffd'); i >= 0; i = text.indexOf('\ufffd', from)) {
    octets += Buffer.byteLength(text.slice(from, i));
    const octet = bytes[octets];
    if (octet === undefined || octet !== 0xef || bytes[octets + 1] !== 0xbf || bytes[octets + 2] !== 0xbd) {
      return { offset: i, octet: octet ?? 0 };
    }
    octets += 3;
    from = i + 1;
  }
  return undefined;
}

/** The line that holds an offset, counted from 0. */
function lineIndexAt(source: SourceText, offset: number): number {
  let low = 0;
  let high = source.lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((source.lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Unicode characters, so that one outside of the basic plane counts once. */
export function characterCount(text: string): number {
  return text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
}

export function positionAt(source: SourceText, offset: number): Position {
  const index = lineIndexAt(source, offset);
  const before = source.text.slice(source.lineStarts[index] ?? 0, offset);
  return { line: index + 1, column: characterCount(before) + 1 };
}

/** What stands from an offset to the end of its line, for a message. */
export function restOfLine(source: SourceText, offset: number): string {
  if (offset >= source.text.length) return 'the end of the file';
  const { text, index } = lineAt(source, offset);
  if (text[index] === '\t') return 'a tab';
  return text.slice(index).trim() || 'the end of the line';
}

/** The line that holds an offset, without its end, and the offset's index in it. */
export function lineAt(source: SourceText, offset: number): { text: string; index: number } {
  const line = lineIndexAt(source, offset);
  const start = source.lineStarts[line] ?? 0;
  const end = source.lineStarts[line + 1] ?? source.text.length;
  const withEnd = source.text.slice(start, end);
  const endLength = withEnd.endsWith('\r\n') ? 2 : withEnd.endsWith('\n') ? 1 : 0;
  return { text: withEnd.slice(0, withEnd.length - endLength), index: offset - start };
}
