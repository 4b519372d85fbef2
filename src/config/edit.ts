/** Changes of a provisioning file's text by key path. What is not touched stays as it was written, comments included. */
import { Document, Lexer, isCollection, isMap, isScalar, parse, parseDocument, stringify } from 'yaml';
import type { DocumentOptions, SchemaOptions } from 'yaml';
import type { KeyPath } from './key-path.ts';
import { withoutSecrets } from './secrets.ts';
import { sourceText } from './source-text.ts';

/** As the file is read (`yaml-document.ts`). */
const FORMAT: DocumentOptions & SchemaOptions = { schema: 'failsafe', customTags: ['null', 'bool', 'int'] };

/** What stands at a path, as plain data; undefined where nothing does, or where the text is no YAML. */
export function valueAt(text: string, path: KeyPath): unknown {
  const document = parseDocument(text, FORMAT);
  if (document.errors.length > 0) return undefined;
  const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  return isScalar(node) || isCollection(node) ? (node.toJS(document) as unknown) : undefined;
}

/**
 * A value as a person types it: YAML where it is in quotes or brackets, otherwise a number, a truth value or just text.
 * Undefined where brackets or quotes are not right.
 */
export function readValue(typed: string): unknown {
  const isMarked = /^[[{"']/.test(typed);
  try {
    const value: unknown = parse(typed, FORMAT);
    return isMarked || typeof value !== 'object' ? value : typed;
  } catch {
    return isMarked ? undefined : typed;
  }
}

/** @param text without syntax errors */
export function setAt(text: string, path: KeyPath, value: unknown): string {
  const document = parseDocument(text, FORMAT);
  const there: unknown = document.getIn(path, true);
  // A plain value in the place of another one: nothing else moves.
  if (isScalar(there) && typeof value !== 'object' && Array.isArray(there.range) && there.type?.startsWith('BLOCK') !== true) {
    const changed = text.slice(0, there.range[0]) + new Document(value, FORMAT).toString({ lineWidth: 0 }).trim() + text.slice(there.range[1]);
    if (isSame(valueAt(changed, path), value) && parseDocument(changed, FORMAT).errors.length === 0) return changed;
  }
  const node = document.createNode(value);
  if (isCollection(node)) node.flow = node.items.every((item) => isScalar(item)) || !isMap(node);
  document.setIn(path, node);
  return written(document, text);
}

/** @returns undefined where nothing stands there */
export function deleteAt(text: string, path: KeyPath): string | undefined {
  const document = parseDocument(text, FORMAT);
  return document.hasIn(path) && document.deleteIn(path) ? written(document, text) : undefined;
}

/** A value as it stands in a file, below the keys that lead to it. */
export function textAt(path: KeyPath, value: unknown): string {
  return stringify(path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value));
}

/** The text with stars in the place of secrets. */
export function maskSecrets(text: string): string {
  return withoutSecrets(sourceText('', text)).text;
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** What the lexer puts between the parts of the text. */
const MARKS = ['\u0002', '\u0018', '\u001f'];

/** The library pads brackets as it pads braces; most people do not. */
function written(document: Document, before: string): string {
  const text = document.toString({ lineWidth: 0 });
  if (lexemesOf(before).some(isPadding)) return text;
  return lexemesOf(text).filter((lexeme, i, all) => !isPadding(lexeme, i, all)).join('');
}

function lexemesOf(text: string): readonly string[] {
  return [...new Lexer().lex(text)].filter((lexeme) => !MARKS.includes(lexeme));
}

function isPadding(lexeme: string, index: number, all: readonly string[]): boolean {
  return /^ +$/.test(lexeme) && (all[index - 1] === '[' || all[index + 1] === ']');
}
