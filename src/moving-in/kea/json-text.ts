/**
 * The JSON of Kea: with comments (`#`, `//`, slash and star), other files in its midst (`<?include "FILE"?>`), and commas behind
 * the last item. Every value knows the line that it begins on.
 */
import { dirname, resolve } from 'node:path';
import { InputError, shown, type Place } from '../place.ts';

export type JsonNode = ObjectNode | ListNode | ScalarNode;

export interface ObjectNode {
  readonly kind: 'object';
  readonly place: Place;
  readonly entries: ReadonlyMap<string, JsonNode>;
}

export interface ListNode {
  readonly kind: 'list';
  readonly place: Place;
  readonly items: readonly JsonNode[];
}

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly place: Place;
  readonly value: string | number | boolean | null;
}

type Token = Place & { readonly kind: '{' | '}' | '[' | ']' | ':' | ',' | 'end' | 'scalar'; readonly value: string | number | boolean | null };

/** Deeper than any configuration goes. */
const DEPTH_MAX = 64;
/** What Kea itself allows. */
const INCLUDES_MAX = 10;

/** @param read gives the text of a file, or throws @throws InputError */
export function parseKeaJson(file: string, read: (file: string) => string): JsonNode {
  const next = tokens(file, read);
  const root = value(next(), 0);
  const end = next();
  if (end.kind !== 'end') throw new InputError(end, `there is more behind the end of the configuration: ${named(end)}`);
  return root;

  function value(token: Token, depth: number): JsonNode {
    const { kind, file: inFile, line } = token;
    const place = { file: inFile, line };
    if (depth > DEPTH_MAX) throw new InputError(place, `the nesting is deeper than ${String(DEPTH_MAX)}`);
    if (kind === 'scalar') return { kind, place, value: token.value };
    if (kind === '{') return { kind: 'object', place, entries: entries(place, depth) };
    if (kind === '[') return { kind: 'list', place, items: items(place, depth) };
    throw new InputError(place, `a value is missing before ${named(token)}`);
  }

  function items(opened: Place, depth: number): JsonNode[] {
    const found: JsonNode[] = [];
    for (let token = next(); token.kind !== ']'; token = next()) {
      if (token.kind === 'end') throw unclosed(token, '[', opened);
      found.push(value(token, depth + 1));
      if (separator(next(), ']', opened)) break;
    }
    return found;
  }

  function entries(opened: Place, depth: number): Map<string, JsonNode> {
    const found = new Map<string, JsonNode>();
    for (let token = next(); token.kind !== '}'; token = next()) {
      if (token.kind === 'end') throw unclosed(token, '{', opened);
      if (token.kind !== 'scalar' || typeof token.value !== 'string') throw new InputError(token, `a key in quotes is missing before ${named(token)}`);
      const first = found.get(token.value);
      if (first !== undefined) throw new InputError(token, `the key ${shown(token.value)} stands here twice; the first time in line ${String(first.place.line)}`);
      const colon = next();
      if (colon.kind !== ':') throw new InputError(colon, `":" is missing behind the key ${shown(token.value)}`);
      found.set(token.value, value(next(), depth + 1));
      if (separator(next(), '}', opened)) break;
    }
    return found;
  }
}

/** Whether the list or map ends here. */
function separator(token: Token, closing: ']' | '}', opened: Place): boolean {
  if (token.kind === ',') return false;
  if (token.kind === closing) return true;
  if (token.kind === 'end') throw unclosed(token, closing === ']' ? '[' : '{', opened);
  throw new InputError(token, `"," or "${closing}" is missing before ${named(token)}`);
}

function unclosed(end: Place, bracket: string, opened: Place): InputError {
  return new InputError(end, `the file ends before the "${bracket}" of line ${String(opened.line)} is closed`);
}

function named({ kind, value }: Token): string {
  return kind === 'end' ? 'the end of the file' : kind === 'scalar' ? shown(String(value)) : `"${kind}"`;
}

interface Source {
  readonly file: string;
  readonly text: string;
  at: number;
  line: number;
}

function tokens(root: string, read: (file: string) => string): () => Token {
  const sources: Source[] = [{ file: root, text: read(root), at: 0, line: 1 }];
  return () => {
    for (;;) {
      const source = sources.at(-1);
      if (source === undefined) throw new Error('nothing is read behind the end');
      const { file } = source;
      skipToToken(source);
      const { text, at, line } = source;
      const place = { file, line };
      const character = text[at];
      if (character === undefined) {
        if (sources.length === 1) return { ...place, kind: 'end', value: null };
        sources.pop();
      } else if (text.startsWith('<?', at)) sources.push(included(source, sources.length, read));
      else if ('{}[]:,'.includes(character)) {
        source.at++;
        return { ...place, kind: character as '{', value: null };
      } else if (character === '"') return { ...place, kind: 'scalar', value: quoted(source) };
      else return { ...place, kind: 'scalar', value: word(source) };
    }
  };
}

function skipToToken(source: Source): void {
  const { text } = source;
  for (;;) {
    const character = text[source.at];
    if (character === '\n') source.line++;
    else if (character === '#' || text.startsWith('//', source.at)) {
      const end = text.indexOf('\n', source.at);
      source.at = end < 0 ? text.length : end;
      continue;
    } else if (text.startsWith('/*', source.at)) {
      const end = text.indexOf('*/', source.at + 2);
      if (end < 0) throw new InputError(source, 'this comment has no end');
      source.line += text.slice(source.at, end).split('\n').length - 1;
      source.at = end + 2;
      continue;
    } else if (character === undefined || !' \t\r\ufeff'.includes(character)) return;
    source.at++;
  }
}

const INCLUDE = /<\?include\s+"([^"\n]*)"\s*\?>/y;

function included(source: Source, depth: number, read: (file: string) => string): Source {
  INCLUDE.lastIndex = source.at;
  const match = INCLUDE.exec(source.text);
  const name = match?.[1];
  const { file, line } = source;
  if (match === null || name === undefined || name === '') throw new InputError({ file, line }, 'this is not <?include "FILE"?>');
  if (depth > INCLUDES_MAX) throw new InputError({ file, line }, `files are included more than ${String(INCLUDES_MAX)} deep`);
  source.at += match[0].length;
  const path = resolve(dirname(file), name);
  try {
    return { file: path, text: read(path), at: 0, line: 1 };
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError({ file, line }, `the included file can't be read: ${(error as Error).message}`);
  }
}

const ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

function quoted(source: Source): string {
  const { text, file, line } = source;
  let found = '';
  let at = source.at + 1;
  for (;;) {
    const character = text[at];
    if (character === undefined || character === '\n') throw new InputError({ file, line }, 'this text has no closing quote in its line');
    at++;
    if (character === '"') break;
    if (character !== '\\') {
      found += character;
      continue;
    }
    const code = text[at] ?? '';
    const digits = /^[0-9a-f]{4}/i.exec(text.slice(at + 1, at + 5))?.[0];
    const escape = code === 'u' && digits !== undefined ? String.fromCharCode(Number.parseInt(digits, 16)) : ESCAPES[code];
    if (escape === undefined) throw new InputError({ file, line }, `there is no escape "\\${code}"`);
    found += escape;
    at += code === 'u' ? 5 : 1;
  }
  source.at = at;
  return found;
}

const WORD = /[^\s{}[\]:,"#]+/y;
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i;

function word(source: Source): number | boolean | null {
  WORD.lastIndex = source.at;
  const text = WORD.exec(source.text)?.[0] ?? source.text.charAt(source.at);
  const { file, line } = source;
  source.at += text.length;
  if (NUMBER.test(text)) return Number(text);
  switch (text.toLowerCase()) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'null':
      return null;
    default:
      throw new InputError({ file, line }, `${shown(text)} is no value: texts stand in double quotes`);
  }
}
