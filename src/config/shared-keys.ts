/**
 * What the two boxes of a relationship must agree on, key by key, so that each can name what differs from what the other one
 * sent: the path of each key with its value, or a digest of a long one. Bounded, as it has to fit into one message.
 */
import { createHash } from 'node:crypto';
import type { CanonicalForm } from './canonical.ts';
import type { CanonicalMap, CanonicalValue } from './canonical-value.ts';
import { sharedRelationship } from './fingerprint.ts';
import { type KeyPath, formatKeyPath } from './key-path.ts';

/** Half of what an option can carry (RFC 9915 section 21.1), so that there is room for what goes with it. */
const LENGTH_MAX = 32_768;

/** Longer values are told by their digest. */
const VALUE_LENGTH_MAX = 48;

/** Lists whose items are told one by one; of others it is enough to know that they differ. */
const LISTS = ['address-pools', 'prefix-pools'];
/** The same at the top of the file; in a match and in a pool it is a list of names. */
const TOP_LISTS = ['classes'];

/** Values by key path, such as `links.lan1.address-pools[0].range`; of a very big file only by its larger parts. */
export function sharedKeys(form: CanonicalForm, relationship: string): Readonly<Record<string, string>> {
  const { links, server, lifetimes, options, classes, 'dns-updates': dnsUpdates, leasequery } = form;
  const own = sharedRelationship(form, relationship);
  const covered = Object.entries(links).filter(([link]) => own.links.includes(link));
  const shared: CanonicalMap = {
    relationships: { [relationship]: own },
    server,
    lifetimes,
    options,
    ...(classes === undefined ? {} : { classes }),
    ...(dnsUpdates === undefined ? {} : { 'dns-updates': dnsUpdates }),
    ...(leasequery === undefined ? {} : { leasequery }),
    links: Object.fromEntries(covered),
  };
  const leaves = [...leavesOf(shared, [])];
  for (const depth of [Number.POSITIVE_INFINITY, 3, 2]) {
    const keys = grouped(leaves, depth);
    if (lengthOf(keys) <= LENGTH_MAX) return keys;
  }
  return grouped(leaves, 1);
}

interface Leaf {
  readonly path: KeyPath;
  readonly text: string;
}

function* leavesOf(value: CanonicalValue, path: KeyPath): Generator<Leaf> {
  if (isList(value)) {
    if (!(path.length === 1 ? TOP_LISTS : LISTS).includes(String(path.at(-1)))) {
      if (value.length > 0) yield { path, text: JSON.stringify(value) };
      return;
    }
    for (const [i, item] of value.entries()) yield* leavesOf(item, [...path, i]);
  } else if (typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) yield* leavesOf(item, [...path, key]);
  } else {
    yield { path, text: JSON.stringify(value) };
  }
}

function isList(value: CanonicalValue): value is readonly CanonicalValue[] {
  return Array.isArray(value);
}

/** One entry for all that lies below a path of `depth` keys. */
function grouped(leaves: readonly Leaf[], depth: number): Readonly<Record<string, string>> {
  const groups = new Map<string, string[]>();
  for (const { path, text } of leaves) {
    const key = formatKeyPath(path.slice(0, depth));
    const entry = path.length > depth ? `${formatKeyPath(path.slice(depth))}=${text}` : text;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  return Object.fromEntries([...groups].map(([key, texts]) => [key, shortened(texts)]));
}

function shortened(texts: readonly string[]): string {
  const [only, ...others] = texts;
  if (only !== undefined && others.length === 0 && only.length <= VALUE_LENGTH_MAX) return only;
  return `sha256:${createHash('sha256').update(texts.join('\n')).digest('hex').slice(0, 16)}`;
}

function lengthOf(keys: Readonly<Record<string, string>>): number {
  return Object.entries(keys).reduce((sum, [key, value]) => sum + key.length + value.length + 2, 0);
}
