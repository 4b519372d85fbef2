/**
 * The language of ISC's `dhcpd6.conf` and `dhcpd6.leases`: words that end in `;`, or in statements between `{` and `}`. Texts stand in
 * quotes, with octets in octal behind a backslash, and in one line.
 */
import { InputError, shown, type Place } from '../place.ts';

export interface Word {
  /** Of a text the octets, a character each. */
  readonly text: string;
  readonly isQuoted: boolean;
  readonly place: Place;
}

export interface Statement {
  readonly place: Place;
  readonly words: readonly Word[];
  /** Undefined where it ends in `;`. */
  readonly body: readonly Statement[] | undefined;
}

const DEPTH_MAX = 32;
/** More than any lease or subnet of a real file has. */
const WORDS_MAX = 300_000;

interface Open {
  words: Word[];
  readonly statements: Statement[];
}

export interface StatementReader {
  /** @returns the statements of the outermost level that end in this line */
  line(text: string, place: Place): readonly Statement[];
  /** Throws InputError where a statement has not ended. */
  end(place: Place): void;
  /** Whether what comes next begins a statement of the outermost level. */
  isBetween(): boolean;
}

export function statementReader(): StatementReader {
  const stack: Open[] = [{ words: [], statements: [] }];
  let words = 0;
  const top = (): Open => stack[stack.length - 1] as Open;
  return {
    line(text, place) {
      for (const word of wordsOf(text, place)) take(word);
      const outermost = stack[0] as Open;
      const done = outermost.statements.splice(0);
      if (stack.length === 1 && outermost.words.length === 0) words = 0;
      return done;
    },
    end(place) {
      const opened = stack[stack.length - 2]?.words[0] ?? top().words[0];
      if (opened !== undefined) throw new InputError(place, `the file ends before the statement ${shown(opened.text)} of line ${String(opened.place.line)} does`);
    },
    isBetween: () => stack.length === 1 && top().words.length === 0,
  };

  function take(word: Word): void {
    const { place } = word;
    words++;
    if (words > WORDS_MAX) throw new InputError(place, `the statement of line ${String(stack[0]?.words[0]?.place.line)} does not end`);
    const kind = word.isQuoted ? '' : word.text;
    if (kind === ';') finish(undefined, place);
    else if (kind === '{') {
      if (top().words.length === 0) throw new InputError(place, '"{" stands behind nothing');
      if (stack.length > DEPTH_MAX) throw new InputError(place, `the nesting is deeper than ${String(DEPTH_MAX)}`);
      stack.push({ words: [], statements: [] });
    } else if (kind === '}') {
      if (top().words.length > 0) throw new InputError(place, `";" is missing behind ${shown(top().words.at(-1)?.text ?? '')}`);
      if (stack.length === 1) throw new InputError(place, '"}" closes nothing');
      finish(stack.pop()?.statements, place);
    } else top().words.push(word);
  }

  function finish(body: readonly Statement[] | undefined, place: Place): void {
    const open = top();
    // A lone ";" is allowed.
    if (open.words.length > 0) open.statements.push({ place: open.words[0]?.place ?? place, words: open.words, body });
    open.words = [];
  }
}

const WORD = /\s+|#.*$|"((?:[^"\\]|\\.)*)"|([{};,=()])|[^\s{};,=()"#]+|(.)/g;

function* wordsOf(text: string, place: Place): Generator<Word> {
  for (const match of text.matchAll(WORD)) {
    const [whole, quoted, , stray] = match;
    if (stray !== undefined) throw new InputError(place, 'this text has no closing quote in its line');
    if (quoted !== undefined) yield { text: unescaped(quoted), isQuoted: true, place };
    else if (!/^[\s#]/.test(whole)) yield { text: whole, isQuoted: false, place };
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b' };

function unescaped(text: string): string {
  return text.replace(/\\(?:([0-7]{1,3})|x([0-9a-f]{1,2})|(.))/gi, (_, octal?: string, hexadecimal?: string, other?: string) => {
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    if (hexadecimal !== undefined) return String.fromCharCode(Number.parseInt(hexadecimal, 16));
    return ESCAPES[other ?? ''] ?? other ?? '';
  });
}
