/** What the schema lets stand at a key path: for a person who types one, with help at every word. */
import * as v from 'valibot';
import { issueFaults } from './issue-faults.ts';
import type { KeyPath } from './key-path.ts';
import { provisioningSchema } from './schema.ts';
import { didYouMean } from './suggestion.ts';

/** Stands for the place behind the last item of a list. */
const NEW = 'new';

export interface KeyChoice {
  /** In angle brackets what has to be thought of. */
  readonly text: string;
  readonly what: string;
  /** A value has to follow, or another key. */
  readonly isOpen: boolean;
}

export interface KeyPlace {
  readonly path: KeyPath;
  /** How many of the words are its path; the others are a value. */
  readonly used: number;
  readonly schema: v.GenericSchema;
}

/** As much of valibot's schemas as is looked at here. */
interface Node {
  readonly type: string;
  readonly message?: unknown;
  readonly entries?: Readonly<Record<string, v.GenericSchema>>;
  readonly value?: v.GenericSchema;
  readonly item?: v.GenericSchema;
  readonly options?: readonly unknown[];
  readonly wrapped?: v.GenericSchema;
  readonly pipe?: readonly { readonly type: string; readonly description?: string }[];
}

/**
 * The words of a key path, as far as they are keys.
 *
 * @param content the file as plain data, for the length of its lists
 * @returns the place, or which word can't stand where it does, and why
 */
export function keyPathOf(words: readonly string[], content: unknown): KeyPlace | { readonly at: number; readonly problem: string } {
  let schema: v.GenericSchema = provisioningSchema;
  let here: unknown = content;
  const path: (string | number)[] = [];
  for (const [at, word] of words.entries()) {
    const next = child(schema, word, here);
    if (next === undefined) return { path, used: at, schema };
    if (typeof next === 'string') return { at, problem: next };
    ({ schema } = next);
    path.push(next.key);
    here = typeof here === 'object' && here !== null ? (here as Readonly<Record<string, unknown>>)[next.key] : undefined;
  }
  return { path, used: words.length, schema };
}

/** What can be typed behind a path: keys, names that are there, or the kind of value. */
export function choicesAt(words: readonly string[], content: unknown): readonly KeyChoice[] {
  const place = keyPathOf(words, content);
  if ('at' in place || place.used < words.length) return [];
  const here = place.path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[key] : undefined), content);
  const choices = alternatives(place.schema).flatMap((node) => nodeChoices(node, here, content, place.path));
  return choices.filter(({ text }, i) => choices.findIndex((other) => other.text === text) === i);
}

/** @returns what is wrong with a value at its place, or undefined */
export function valueFault({ schema }: KeyPlace, value: unknown): string | undefined {
  const parsed = v.safeParse(schema, value, { abortPipeEarly: true });
  const [fault] = parsed.success ? [] : issueFaults(parsed.issues[0]);
  return fault === undefined ? undefined : `${fault.problem}; allowed: ${fault.allowed}`;
}

function child(schema: v.GenericSchema, word: string, here: unknown): { key: string | number; schema: v.GenericSchema } | string | undefined {
  const nodes = alternatives(schema);
  for (const { type, entries, value, item } of nodes) {
    const entry = entries !== undefined && Object.hasOwn(entries, word) ? entries[word] : undefined;
    if (entry !== undefined) return { key: word, schema: entry };
    if (type === 'record' && value !== undefined && /^[\w.-]+$/.test(word)) return { key: word, schema: value };
    if (type === 'array' && item !== undefined && /^(\d{1,6}|new)$/.test(word)) {
      const length = Array.isArray(here) ? here.length : 0;
      const index = word === NEW ? length : Number(word);
      return index > length ? `the list has ${String(length)} items; "new" puts one at its end` : { key: index, schema: item };
    }
  }
  const keys = nodes.flatMap(({ entries }) => Object.keys(entries ?? {}));
  const isOnlyMap = keys.length > 0 && nodes.every(({ entries }) => entries !== undefined);
  if (/^[[{"']/.test(word) || !isOnlyMap) return undefined;
  return `there is no key "${word}" here${didYouMean(word, keys)} (known: ${keys.join(', ')})`;
}

/** The schema without what only wraps it, or each of those that it may be. */
function alternatives(schema: v.GenericSchema): readonly Node[] {
  const node = schema as unknown as Node;
  if (node.type === 'optional' && node.wrapped !== undefined) return alternatives(node.wrapped);
  if (node.type === 'union' || node.type === 'variant') {
    const inner = (node.options ?? []).flatMap((option) => alternatives(option as v.GenericSchema));
    return inner.some(({ type }) => type === 'strict_object' || type === 'array') ? inner : [node];
  }
  return [node];
}

function nodeChoices(node: Node, here: unknown, content: unknown, path: KeyPath): readonly KeyChoice[] {
  const { type, entries, options, message } = node;
  const allowed = typeof message === 'string' ? message : (describe(node) ?? '');
  if (entries !== undefined) return Object.entries(entries).map(([text, schema]) => ({ text, what: meaning(schema), isOpen: true }));
  if (type === 'record') {
    const known = typeof here === 'object' && here !== null ? Object.keys(here) : [];
    return [...known.map((text) => ({ text, what: 'is there', isOpen: true })), { text: '<name>', what: `a new one: ${allowed}`, isOpen: true }];
  }
  if (type === 'array') {
    const items = Array.isArray(here) ? here : [];
    return [
      ...items.map((item, i) => ({ text: String(i), what: JSON.stringify(item).slice(0, 60), isOpen: true })),
      { text: NEW, what: 'one more at the end', isOpen: true },
      { text: '<[a, b]>', what: `all at once: ${allowed}`, isOpen: false },
    ];
  }
  if (type === 'picklist') return (options ?? []).map((text) => ({ text: String(text), what: '', isOpen: false }));
  if (type === 'boolean') return ['true', 'false'].map((text) => ({ text, what: '', isOpen: false }));
  return [...namesFor(path, content), { text: '<value>', what: allowed, isOpen: false }];
}

/** Names that stand elsewhere in the file and are meant here. */
function namesFor(path: KeyPath, content: unknown): readonly KeyChoice[] {
  const [section, , key] = path;
  // A list of names, or one of its items.
  const list = typeof path.at(-1) === 'number' ? path.at(-2) : path.at(-1);
  if (path.length > 1 && (list === 'classes' || list === 'not-classes')) return classNames(content);
  if (section !== 'relationships') return [];
  const of = key === 'primary' || key === 'secondary' ? 'appliances' : key === 'links' ? 'links' : undefined;
  const map: unknown = of === undefined ? undefined : (content as Readonly<Record<string, unknown>>)[of];
  return Object.keys(typeof map === 'object' && map !== null ? map : {}).map((text) => ({ text, what: of === 'links' ? 'a link' : 'a box', isOpen: false }));
}

function classNames(content: unknown): readonly KeyChoice[] {
  const classes = (content as Readonly<Record<string, unknown>>)['classes'];
  const names = Array.isArray(classes) ? classes.map((one: unknown) => (one as { readonly name?: unknown } | null)?.name) : [];
  return names.flatMap((text) => (typeof text === 'string' ? [{ text, what: 'a class', isOpen: false }] : []));
}

function meaning(schema: v.GenericSchema): string {
  return describe(schema) ?? allowedOf(schema);
}

function describe({ pipe }: Node): string | undefined {
  return pipe?.findLast(({ type }) => type === 'description')?.description;
}

function allowedOf(schema: v.GenericSchema): string {
  const [node] = alternatives(schema);
  return typeof node?.message === 'string' ? node.message : '';
}
