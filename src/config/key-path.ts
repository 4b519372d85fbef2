/** Where a value is in the file: by its keys, and by its octets. */
import { type ParsedNode, isMap, isScalar, isSeq } from 'yaml';

export type KeyPath = readonly (string | number)[];

/** `links.lan1.address-pools[0].range`; a key that is no plain name stands in quotes. */
export function formatKeyPath(path: KeyPath): string {
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : (i === 0 ? '' : '.') + quoted(key))).join('');
}

function quoted(key: string): string {
  return /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
}

/** What of an entry is meant: its key, or its value. */
export type Part = 'key' | 'value';

export interface Place {
  readonly start: number;
  readonly end: number;
  /** False when the path leads nowhere, as for a default; the place is then the nearest thing around it. */
  readonly isExact: boolean;
  /** The node that the path leads to, if it is there and not empty. */
  readonly node: ParsedNode | undefined;
}

/** Finds a path in the tree. `offset` is an index into the text of a scalar. */
export function locate(root: ParsedNode | null, path: KeyPath, part: Part, offset?: number): Place {
  let node: ParsedNode | null = root;
  let key: ParsedNode | undefined;
  let around = { start: 0, end: 0 };
  for (const step of path) {
    const next: Step | undefined = descend(node, step);
    if (next === undefined) return { ...around, isExact: false, node: undefined };
    ({ node, key } = next);
    around = span(key ?? node ?? around);
  }
  if (node === null) return { ...around, isExact: true, node: undefined };
  // A map or a list begins on the line behind its key; the key says better which one it is.
  const marked = key !== undefined && (part === 'key' || !isScalar(node)) ? key : node;
  const whole = span(marked);
  const start = marked === node && offset !== undefined ? startWithin(node, offset) : whole.start;
  return { start, end: Math.max(whole.end, start + 1), isExact: true, node };
}

interface Step {
  readonly node: ParsedNode | null;
  /** Absent for an item of a list. */
  readonly key: ParsedNode | undefined;
}

function descend(node: ParsedNode | null, step: string | number): Step | undefined {
  if (typeof step === 'number') {
    const item = isSeq<ParsedNode>(node) ? node.items[step] : undefined;
    return item === undefined ? undefined : { node: item, key: undefined };
  }
  if (!isMap<ParsedNode, ParsedNode | null>(node)) return undefined;
  const pair = node.items.find(({ key }) => keyText(key) === step);
  return pair === undefined ? undefined : { node: pair.value, key: pair.key };
}

/** A key as it was written, without quotes: `10` and `true` are names like any other. Undefined for a map or list. */
export function keyText(key: ParsedNode): string | undefined {
  return isScalar(key) ? key.source : undefined;
}

function span(node: ParsedNode | { start: number; end: number }): { start: number; end: number } {
  return 'range' in node ? { start: node.range[0], end: node.range[1] } : node;
}

/** The file's offset of a character of a scalar's text; the scalar's own where escapes or line folds moved it. */
function startWithin(node: ParsedNode, offset: number): number {
  const [start, end] = node.range;
  if (!isScalar(node) || typeof node.value !== 'string') return start;
  const quotes = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE' ? 1 : 0;
  const isVerbatim = end - start === node.value.length + 2 * quotes;
  return isVerbatim ? start + quotes + offset : start;
}

/** The path of the innermost entry that holds an offset: where a syntax error is. */
export function keyPathAt(root: ParsedNode | null, offset: number): KeyPath {
  const path: (string | number)[] = [];
  let node = root;
  while (node !== null && offset <= node.range[2]) {
    const step: { step: string | number; node: ParsedNode | null } | undefined = childAt(node, offset);
    if (step === undefined) break;
    path.push(step.step);
    node = step.node;
  }
  return path;
}

/** The last entry that begins before the offset; of a map, the last one whose key ends before it. */
function childAt(node: ParsedNode, offset: number): { step: string | number; node: ParsedNode | null } | undefined {
  if (isSeq<ParsedNode>(node)) {
    const index = node.items.findLastIndex((item) => item.range[0] <= offset);
    return index < 0 ? undefined : { step: index, node: node.items[index] ?? null };
  }
  if (!isMap<ParsedNode, ParsedNode | null>(node)) return undefined;
  const pair = node.items.findLast(({ key }) => key.range[1] <= offset);
  const text = pair === undefined ? undefined : keyText(pair.key);
  return pair === undefined || text === undefined ? undefined : { step: text, node: pair.value };
}
