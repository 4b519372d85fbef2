/** Classes: names that are there, no loops, tests that somebody can pass, and pools that somebody can use. */
import { formatHexPattern, formatPattern } from '../../server/index.ts';
import type { Report } from '../fault.ts';
import type { KeyPath } from '../key-path.ts';
import type { ClassSection, ProvisioningDocument } from '../schema.ts';
import { didYouMean } from '../suggestion.ts';

const LISTS = ['classes', 'not-classes'] as const;

export function checkClasses(document: ProvisioningDocument, report: Report): void {
  const classes = document.classes ?? [];
  const names = classes.map(({ name }) => name);
  const used = new Set<string>();
  checkNames(names, report);
  for (const [i, one] of classes.entries()) {
    const path = ['classes', i, 'match'];
    if (Object.keys(one.match).length === 0) {
      report({ path, problem: 'the class tests nothing', allowed: 'at least one test, such as duids; what is for all clients needs no class' });
    }
    checkPatterns(one.match, path, report);
    checkReferences(one.match, path, names, used, report);
  }
  checkLoops(classes, report);
  for (const [link, section] of Object.entries(document.links)) {
    for (const key of ['address-pools', 'prefix-pools'] as const) {
      for (const [i, pool] of section[key].entries()) checkReferences(pool, ['links', link, key, i], names, used, report);
    }
  }
  for (const [i, { name, options, lifetimes }] of classes.entries()) {
    if (options !== undefined || lifetimes !== undefined || used.has(name)) continue;
    report({ severity: 'warning', path: ['classes', i, 'name'], problem: 'the class means nothing to anybody', allowed: 'options, lifetimes, or a pool or another class that names it' });
  }
}

function checkNames(names: readonly string[], report: Report): void {
  for (const [i, name] of names.entries()) {
    const first = names.indexOf(name);
    if (first === i) continue;
    report({
      path: ['classes', i, 'name'],
      problem: 'two classes have one name',
      allowed: 'each name once',
      related: [{ path: ['classes', first, 'name'], note: 'the other one is' }],
    });
  }
}

interface References {
  readonly classes?: readonly string[] | undefined;
  readonly 'not-classes'?: readonly string[] | undefined;
}

/** The names in a match or in a pool. */
function checkReferences(references: References, path: KeyPath, names: readonly string[], used: Set<string>, report: Report): void {
  for (const key of LISTS) {
    for (const [i, name] of (references[key] ?? []).entries()) {
      used.add(name);
      if (!names.includes(name)) {
        report({ path: [...path, key, i], problem: `there is no class "${name}"${didYouMean(name, names)}`, allowed: names.length === 0 ? 'a class of the list "classes", which has none' : names.join(', ') });
      } else if (references[key]?.indexOf(name) !== i) {
        report({ path: [...path, key, i], problem: 'the class is repeated', allowed: 'each class once' });
      } else if (key === 'not-classes' && references.classes?.includes(name) === true) {
        report({
          path: [...path, key, i],
          problem: 'no client is in a class and not in it',
          allowed: 'each class in one of the two lists',
          related: [{ path: [...path, 'classes', references.classes.indexOf(name)], note: 'the other one is' }],
        });
      }
    }
  }
}

/** A class that refers to itself, by itself or by way of others; each loop once. */
function checkLoops(classes: readonly ClassSection[], report: Report): void {
  const done = new Set<number>();
  const visit = (index: number, way: readonly number[]): void => {
    const start = way.indexOf(index);
    if (start >= 0) {
      const loop = [...way.slice(start), index].map((step) => classes[step]?.name ?? '');
      report({ path: placeOf(classes, way.at(-1) ?? index, classes[index]?.name ?? ''), problem: 'the class depends on itself', found: loop.join(' -> '), allowed: 'classes that do not lead back' });
      return;
    }
    if (done.has(index)) return;
    const { match } = classes[index] as ClassSection;
    for (const name of LISTS.flatMap((key) => match[key] ?? [])) {
      const next = classes.findIndex((other) => other.name === name);
      if (next >= 0) visit(next, [...way, index]);
    }
    done.add(index);
  };
  for (const index of classes.keys()) visit(index, []);
}

/** Where a class names another one. */
function placeOf(classes: readonly ClassSection[], index: number, name: string): KeyPath {
  const match = classes[index]?.match;
  const key = LISTS.find((list) => match?.[list]?.includes(name) === true) ?? 'classes';
  return ['classes', index, 'match', key, match?.[key]?.indexOf(name) ?? 0];
}

/** Alternatives that say the same, or nothing. */
function checkPatterns(match: ClassSection['match'], path: KeyPath, report: Report): void {
  const keyed: readonly (readonly [key: keyof ClassSection['match'], texts: readonly string[]])[] = [
    ['vendor-classes', (match['vendor-classes'] ?? []).map(({ enterprise, data }) => JSON.stringify([enterprise, data]))],
    ['remote-ids', (match['remote-ids'] ?? []).map(({ enterprise, id }) => JSON.stringify([enterprise, id]))],
    ['architectures', (match.architectures ?? []).map(String)],
    ['duids', (match.duids ?? []).map(formatHexPattern)],
    ['link-layer-addresses', (match['link-layer-addresses'] ?? []).map(formatHexPattern)],
    ...(['user-classes', 'subscriber-ids', 'interface-ids', 'radius-address-pools', 'radius-prefix-pools'] as const).map((key) => [key, (match[key] ?? []).map(formatPattern)] as const),
  ];
  for (const [key, texts] of keyed) {
    for (const [i, text] of texts.entries()) {
      const first = texts.indexOf(text);
      if (first < i) report({ path: [...path, key, i], problem: 'the value is repeated', allowed: 'each value once', related: [{ path: [...path, key, first], note: 'it stands first' }] });
    }
  }
}
