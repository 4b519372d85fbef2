/**
 * A change of one box's provisioning file as its partner is to make it in its own: key by key, so that what each has for itself, its
 * secrets and its comments stay. What the two must agree on travels, and what the file says of the two boxes; whom a box trusts, by which
 * key and with which files, is told to nobody.
 */
import { deleteAt, setAt, valueAt } from './edit.ts';
import type { KeyPath } from './key-path.ts';

export interface SharedChange {
  readonly path: KeyPath;
  /** Plain data as it stands in the file; undefined: the key is to go. */
  readonly value?: unknown;
}

/** What a box has in a file: which one it is, and with whom. */
export interface SharedWith {
  readonly relationship: string;
  readonly boxes: readonly string[];
}

export interface ChangesOfFile {
  /** For the partner, in the order in which they are to be made. */
  readonly shared: readonly SharedChange[];
  /** What concerns this box alone. */
  readonly own: readonly KeyPath[];
}

/** Keys of a box that name files on it. */
const OWN_APPLIANCE_KEYS = ['certificate', 'key'];
/** Keys of a relationship that say whom a box trusts. */
const OWN_RELATIONSHIP_KEYS = ['pairing-key', 'certificates', 'insecure'];

/** @param before,after texts of provisioning files without syntax errors */
export function sharedChanges(before: string, after: string, shared: SharedWith): ChangesOfFile {
  const [was, is] = [valueAt(before, []), valueAt(after, [])];
  const covers = coverage(shared, is, was);
  const changes = [...differences(was, is, [])];
  return {
    shared: changes.filter(({ path }) => covers(path)),
    own: changes.filter(({ path }) => !covers(path)).map(({ path }) => path),
  };
}

/** All that the two must agree on as this file has it: for a partner that has something else. */
export function sharedWhole(text: string, { relationship }: SharedWith): readonly SharedChange[] {
  const { relationships, links, ...rest } = mapOf(valueAt(text, []));
  const others = Object.fromEntries(Object.entries(rest).filter(([key]) => key !== 'appliances'));
  const own = mapOf(mapOf(relationships)[relationship]);
  const named = own['links'];
  const isOnly = Object.keys(mapOf(relationships)).length < 2 && named === undefined;
  return [
    ...SECTIONS.map((key) => ({ path: [key], value: others[key] })),
    ...[...new Set([...RELATIONSHIP_KEYS, ...Object.keys(own)])]
      .filter((key) => !OWN_RELATIONSHIP_KEYS.includes(key))
      .map((key) => ({ path: ['relationships', relationship, key], value: own[key] })),
    ...(isOnly
      ? [{ path: ['links'], value: links }]
      : Object.entries(mapOf(links)).flatMap(([name, value]) => (Array.isArray(named) && named.includes(name) ? [{ path: ['links', name], value }] : []))),
  ];
}

/** Sections that are the same on every box, and keys of a relationship whose absence means something, too. */
const SECTIONS = ['server', 'lifetimes', 'options', 'classes', 'dns-updates', 'leasequery'];
const RELATIONSHIP_KEYS = [
  'links', 'mclt', 'keepalive', 'contact-interval', 'relaying', 'relay-by-udp', 'load-balancing', 'delayed-service', 'max-unacked-bndupd',
  'auto-partner-down', 'topology', 'stand-alone-start', 'startup-time',
  'use-partner-addresses', 'prefix-share', 'rebalance-threshold',
];

/**
 * The same text with the changes in it.
 * @returns undefined where one of them is none that a partner may make: it names what is this box's own
 */
export function withChanges(text: string, changes: readonly SharedChange[], shared: SharedWith): string | undefined {
  const covers = coverage(shared, valueAt(text, []), applied(changes));
  let changed = text;
  for (const { path, value } of changes) {
    if (!covers(path)) return undefined;
    for (const step of differences(valueAt(changed, path), value, path)) {
      changed = step.value === undefined ? (deleteAt(changed, step.path) ?? changed) : setAt(changed, step.path, step.value);
    }
  }
  return changed;
}

/** What the changes say of the links of relationships: a link that comes with them is covered, too. */
function applied(changes: readonly SharedChange[]): unknown {
  const relationships: { [name: string]: { [key: string]: unknown } } = {};
  for (const { path: [section, name, key], value } of changes) {
    if (section === 'relationships' && typeof name === 'string' && typeof key === 'string') relationships[name] = { ...relationships[name], [key]: value };
  }
  return { relationships };
}

/** Which paths travel, by what the file says before or after the change. */
function coverage({ relationship, boxes }: SharedWith, ...documents: readonly unknown[]): (path: KeyPath) => boolean {
  const known = documents.map((document) => mapOf(mapOf(document)['relationships']));
  const named = known.map((relationships) => mapOf(relationships[relationship])['links']).filter(Array.isArray);
  const isAll = named.length === 0 && known.every((relationships) => Object.keys(relationships).length < 2);
  return ([section, name, key]) => {
    switch (section) {
      case 'appliances':
        return typeof name === 'string' && boxes.includes(name) && key !== undefined && !OWN_APPLIANCE_KEYS.includes(String(key));
      case 'relationships':
        return name === relationship && key !== undefined && !OWN_RELATIONSHIP_KEYS.includes(String(key));
      case 'links':
        return isAll || named.some((links) => links.includes(name));
      default:
        return section !== undefined;
    }
  };
}

/** Beyond so many changed items a list is changed as a whole: each change costs a look at all of the file. */
const ITEMS_MAX = 20;

/** What makes the one of the other, each as deep as it goes. */
function* differences(before: unknown, after: unknown, path: KeyPath): Generator<SharedChange> {
  if (isSame(before, after)) return;
  if (isMap(before) && isMap(after)) {
    for (const key of Object.keys(before)) if (!(key in after)) yield { path: [...path, key] };
    for (const [key, value] of Object.entries(after)) yield* differences(before[key], value, [...path, key]);
  } else if (Array.isArray(before) && Array.isArray(after) && isBeginning(before, after)) {
    for (let i = before.length; i < after.length; i++) yield { path: [...path, i], value: after[i] as unknown };
  } else if (Array.isArray(before) && Array.isArray(after) && before.length === after.length && countChanged(before, after) <= ITEMS_MAX) {
    for (const [i, value] of after.entries()) yield* differences(before[i], value, [...path, i]);
  } else {
    yield after === undefined ? { path } : { path, value: after };
  }
}

/** Something was added behind it; an empty list may be written in a way that takes no more. */
function isBeginning(before: readonly unknown[], after: readonly unknown[]): boolean {
  return before.length > 0 && before.length < after.length && after.length - before.length <= ITEMS_MAX && before.every((value, i) => isSame(value, after[i]));
}

function countChanged(before: readonly unknown[], after: readonly unknown[]): number {
  return after.filter((value, i) => !isSame(before[i], value)).length;
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mapOf(value: unknown): Readonly<Record<string, unknown>> {
  return isMap(value) ? value : {};
}
