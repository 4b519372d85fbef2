/** A map of Kea's configuration, read key by key, so that in the end it is known what nobody has read. */
import { InputError, shown, type Place, type Placed } from '../place.ts';
import type { JsonNode, ObjectNode } from './json-text.ts';

export interface Section {
  readonly place: Place;
  placeOf(key: string): Place;
  /** Whether it is there, and says something: Kea itself writes empty texts and lists for what is not set. */
  has(key: string): boolean;
  text(key: string): Placed<string> | undefined;
  number(key: string): Placed<number> | undefined;
  /** Whole, and no less than 0. */
  whole(key: string): Placed<number> | undefined;
  boolean(key: string): Placed<boolean> | undefined;
  section(key: string): Section | undefined;
  sections(key: string): readonly Section[];
  texts(key: string): readonly Placed<string>[];
  /** It means nothing to us, and nothing is lost by that. */
  skip(...keys: readonly string[]): void;
  /** The keys that nobody asked for, and that say something. */
  rest(): readonly { readonly key: string; readonly place: Place }[];
}

/** Every method throws InputError for a value of another kind. */
export function sectionOf(node: ObjectNode): Section {
  const unread = new Set(node.entries.keys());
  const take = (key: string): JsonNode | undefined => {
    unread.delete(key);
    const value = node.entries.get(key);
    return value?.kind === 'scalar' && value.value === null ? undefined : value;
  };
  const scalar = <T>(key: string, what: string, is: (value: unknown) => value is T): Placed<T> | undefined => {
    const found = take(key);
    if (found === undefined) return undefined;
    if (found.kind !== 'scalar' || !is(found.value)) throw wrong(found, key, what);
    return { value: found.value, place: found.place };
  };
  const list = (key: string): readonly JsonNode[] => {
    const found = take(key);
    if (found === undefined) return [];
    if (found.kind !== 'list') throw wrong(found, key, 'a list');
    return found.items;
  };
  return {
    place: node.place,
    placeOf: (key) => node.entries.get(key)?.place ?? node.place,
    has: (key) => saysSomething(node.entries.get(key)),
    text: (key) => scalar(key, 'a text in quotes', (value) => typeof value === 'string'),
    number: (key) => scalar(key, 'a number', (value) => typeof value === 'number'),
    whole: (key) => scalar(key, 'a whole number from 0 to 4294967295', isWhole),
    boolean: (key) => scalar(key, 'true or false', (value) => typeof value === 'boolean'),
    section(key) {
      const found = take(key);
      if (found === undefined) return undefined;
      return sectionOf(asObject(found, key));
    },
    sections: (key) => list(key).map((item) => sectionOf(asObject(item, key))),
    texts: (key) =>
      list(key).map((item) => {
        if (item.kind !== 'scalar' || typeof item.value !== 'string') throw wrong(item, key, 'a list of texts in quotes');
        return { value: item.value, place: item.place };
      }),
    skip(...keys) {
      for (const key of keys) unread.delete(key);
    },
    rest: () =>
      [...unread].flatMap((key) => {
        const value = node.entries.get(key);
        return value !== undefined && saysSomething(value) ? { key, place: value.place } : [];
      }),
  };
}

function saysSomething(node: JsonNode | undefined): boolean {
  if (node === undefined) return false;
  if (node.kind === 'scalar') return node.value !== null && node.value !== '';
  return node.kind === 'list' ? node.items.length > 0 : node.entries.size > 0;
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && value >>> 0 === value;
}

function asObject(node: JsonNode, key: string): ObjectNode {
  if (node.kind !== 'object') throw wrong(node, key, 'a map in { }');
  return node;
}

function wrong(node: JsonNode, key: string, what: string): InputError {
  const found = node.kind === 'scalar' ? shown(String(node.value)) : node.kind === 'list' ? 'a list' : 'a map';
  return new InputError(node.place, `"${key}" must be ${what}, and is ${found}`);
}
