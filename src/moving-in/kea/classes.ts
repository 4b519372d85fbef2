/** Kea's classes of clients, and the pools that are for them. */
import { append } from '../draft.ts';
import type { Draft, DraftClass, DraftLifetimes } from '../draft.ts';
import type { Findings } from '../findings.ts';
import { InputError, shown, type Placed } from '../place.ts';
import { matchOf } from './class-test.ts';
import { readLifetimes } from './lifetimes.ts';
import { NoCounterpart } from './no-counterpart.ts';
import type { OptionReader } from './option-data.ts';
import type { Section } from './section.ts';
import { listRest } from './unmapped.ts';

/** What a class of Kea is called here; undefined: it has no counterpart. */
export type ClassOf = (name: string) => string | undefined;

/** What Kea takes where nobody says how long. */
const USUAL = { preferred: '3600s', valid: '7200s' } as const;
/** What these mean is that of the name, whatever the test. */
const OF_KEA = /^(ALL|KNOWN|UNKNOWN|DROP|SKIP_DDNS|BOOTP|VENDOR_CLASS_.*|HA_.*|AFTER_.*|EXTERNAL_.*)$/;
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;

/** Takes over what it can of the list, and says why not of the others. */
export function readClasses(draft: Draft, classes: readonly Section[], options: OptionReader, findings: Findings): ClassOf {
  const known = new Map<string, string>();
  const classOf: ClassOf = (name) => known.get(name);
  for (const section of classes) {
    const name = section.text('name');
    if (name === undefined) throw new InputError(section.place, 'a client class has a name');
    const what = `client class ${name.value}`;
    const found = readClass(draft, section, name, what, classOf, options, findings);
    if (typeof found === 'string') {
      findings.leftOut(section.place, what, found, 'say it under "classes", as far as it can be said there');
      continue;
    }
    append(draft, (draft.document.classes ??= []), found, section.place, what);
    known.set(name.value, found.name);
  }
  return classOf;
}

/** @returns why not */
function readClass(draft: Draft, section: Section, { value: name }: Placed<string>, what: string, classOf: ClassOf, options: OptionReader, findings: Findings): DraftClass | string {
  const test = section.text('test');
  const found: DraftClass = { name: name.replace(/[^A-Za-z0-9_-]/g, '-'), match: {} };
  const own = {};
  // Read in any case: what they have is part of the class.
  options.read(section, own, 'part');
  const lifetimes = readLifetimes(draft, section, draft.document.lifetimes, what, findings);
  const late = ['only-if-required', 'only-in-additional-list'].find((key) => section.boolean(key)?.value === true);
  section.skip('user-context', 'comment');
  listRest(section, what, findings);
  if (OF_KEA.test(name)) return 'it is a class that means something to Kea by its name';
  if (!NAME.test(found.name) || (draft.document.classes ?? []).some((other) => other.name === found.name)) return 'its name is none that a class can have here, or that of another one';
  if (test === undefined) return 'it has no test: reservations, or a hook, put clients into it';
  if (late !== undefined) return `it counts only where something asks for it (${late})`;
  try {
    found.match = matchOf(test.value, classOf);
  } catch (error) {
    if (!(error instanceof NoCounterpart)) throw error;
    return `its test: ${error.message}`;
  }
  if (Object.keys(own).length > 0) {
    found.options = own;
    findings.changed(section.place, `${what}: option-data`, 'options of a class stand before those of pools and links here, and behind them in Kea', 'look whether a pool or a link says the same option otherwise');
  }
  if (Object.keys(lifetimes).length > 0) found.lifetimes = whole(draft.document.lifetimes, lifetimes);
  return found;
}

/** Lifetimes of a class are all that there is: what it does not say is what holds around it, and none is preferred for longer than it is valid. */
function whole({ preferred, valid }: DraftLifetimes, own: DraftLifetimes): DraftLifetimes {
  const found = { ...own, preferred: own.preferred ?? preferred ?? USUAL.preferred, valid: own.valid ?? valid ?? USUAL.valid };
  return own.preferred === undefined && secondsOf(found.preferred) > secondsOf(found.valid) ? { ...found, preferred: found.valid } : found;
}

function secondsOf(duration: string): number {
  return duration === 'infinite' ? Infinity : Number.parseInt(duration, 10);
}

/** For whom a subnet or a pool is: undefined: for all; `closed`: for a class that has no counterpart, which was said. */
export function guardOf(section: Section, what: string, classOf: ClassOf, findings: Findings): readonly string[] | 'closed' | undefined {
  const key = ['client-class', 'client-classes'].find((name) => section.has(name));
  if (key === undefined) return undefined;
  const single = key === 'client-class' ? section.text(key) : undefined;
  const names = single === undefined ? section.texts(key).map(({ value }) => value) : [single.value];
  const own = names.map(classOf);
  if (own.every((name) => name !== undefined)) return own;
  const unknown = names.filter((name) => classOf(name) === undefined).map(shown).join(', ');
  findings.leftOut(section.placeOf(key), `${what}, for a client class`, `the class ${unknown} is not taken over, and without it it would be open to all`, 'add it by hand, with "classes" of its pools');
  return 'closed';
}
