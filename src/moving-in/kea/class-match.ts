/** How tests of a class go together: of one key one value is enough, and of all keys that stand there each holds. */
import type { DraftMatch } from '../draft.ts';
import { NoCounterpart } from './no-counterpart.ts';

type Key = keyof DraftMatch;

export function allOf(a: DraftMatch, b: DraftMatch): DraftMatch {
  const found: DraftMatch = { ...a };
  for (const key of keysOf(b)) {
    if (a[key] === undefined) Object.assign(found, { [key]: b[key] });
    else if (key === 'not-classes') found[key] = [...new Set([...(a[key] ?? []), ...(b[key] ?? [])])];
    else if (key === 'vendor-classes') found[key] = sameVendor(a, b);
    else if (JSON.stringify(a[key]) !== JSON.stringify(b[key])) throw new NoCounterpart(`it wants two of "${key}" at once, of which one is enough here`);
  }
  return found;
}

export function anyOf(a: DraftMatch, b: DraftMatch): DraftMatch {
  const [key, ...more] = [...new Set([...keysOf(a), ...keysOf(b)])];
  if (key === undefined || more.length > 0 || key === 'not-classes' || a[key] === undefined || b[key] === undefined) {
    throw new NoCounterpart('it takes one of two different tests as enough: make a class of each, and one that has these two under "classes"');
  }
  const known = new Set<string>();
  const values = [...a[key], ...b[key]].filter((value) => {
    const text = JSON.stringify(value);
    return !known.has(text) && known.add(text);
  });
  return { [key]: values };
}

export function noneOf(a: DraftMatch): DraftMatch {
  const { classes, ...others } = a;
  if (classes === undefined || keysOf(others).length > 0) throw new NoCounterpart('it wants that a test fails: make a class of that, and name it under "not-classes"');
  return { 'not-classes': classes };
}

/** An enterprise, and data of the same. */
function sameVendor({ 'vendor-classes': [a, ...moreOfA] = [] }: DraftMatch, { 'vendor-classes': [b, ...moreOfB] = [] }: DraftMatch): DraftMatch['vendor-classes'] {
  const isOne = moreOfA.length === 0 && moreOfB.length === 0 && (a?.data === undefined || b?.data === undefined || a.data === b.data);
  const isSame = a?.enterprise === undefined || b?.enterprise === undefined || a.enterprise === b.enterprise;
  if (!isOne || !isSame) throw new NoCounterpart('it wants two vendor classes at once, of which one is enough here');
  return [{ ...a, ...b }];
}

function keysOf(match: DraftMatch): readonly Key[] {
  return Object.keys(match) as Key[];
}
