/**
 * The plain values of a YAML tree. What YAML allows and this format does not is a fault here: repeated keys, anchors and
 * aliases (so no alias bomb can exist), tags, keys that are lists or maps.
 */
import { type ParsedNode, isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Report } from './fault.ts';
import { type KeyPath, keyText } from './key-path.ts';

export function plainValue(node: ParsedNode | null, path: KeyPath, report: Report): unknown {
  if (node === null) return null;
  if (isAlias(node) || node.anchor !== undefined) {
    const found = isAlias(node) ? `*${node.source}` : `&${node.anchor}`;
    report({ path, problem: 'YAML anchors and aliases are not read', found, allowed: 'the value itself, written out' });
    return undefined;
  }
  if (node.tag !== undefined) {
    report({ path, problem: 'YAML tags are not read', found: node.tag, allowed: 'the value without a tag' });
    return undefined;
  }
  if (isSeq<ParsedNode>(node)) return node.items.map((item, i) => plainValue(item, [...path, i], report));
  if (isMap<ParsedNode, ParsedNode | null>(node)) return plainMap(node.items, path, report);
  return isScalar(node) ? node.value : undefined;
}

type Entries = readonly { readonly key: ParsedNode; readonly value: ParsedNode | null }[];

function plainMap(entries: Entries, path: KeyPath, report: Report): Record<string, unknown> {
  // Without a prototype, so that a key `__proto__` is one like any other.
  const values = Object.create(null) as Record<string, unknown>;
  const firstOf = new Map<string, ParsedNode>();
  for (const { key, value } of entries) {
    const name = keyText(key);
    if (name === undefined) {
      const [start, end] = key.range;
      report({ path, at: { start, end }, problem: 'a list or a map cannot be a key', allowed: 'a text' });
      continue;
    }
    const first = firstOf.get(name);
    if (first !== undefined) {
      const [start, end] = key.range;
      report({
        path: [...path, name],
        at: { start, end },
        problem: `the key "${name}" is repeated`,
        allowed: 'each key once in a map',
        related: [{ path: [...path, name], part: 'key', note: 'it stands first' }],
      });
      continue;
    }
    firstOf.set(name, key);
    values[name] = plainValue(value, [...path, name], report);
  }
  return values;
}
