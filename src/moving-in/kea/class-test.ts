/**
 * Kea's expressions for classes of clients, as far as a class here can say the same: tests of what has a key under `match`, all of
 * which hold, each with alternatives.
 */
import { parseHex, u32 } from '../../wire/index.ts';
import type { DraftMatch } from '../draft.ts';
import { fourOctets } from '../duid-text.ts';
import { shown } from '../place.ts';
import { allOf, anyOf, noneOf } from './class-match.ts';
import { matchOfOption, matchOfVendor, type Compared } from './class-options.ts';
import { NoCounterpart } from './no-counterpart.ts';

type Operand =
  | { readonly kind: 'literal'; readonly octets: Uint8Array }
  | { readonly kind: 'option'; readonly ofRelay: boolean; readonly name: string; readonly skipped: number; readonly isOpen: boolean; readonly length: number | undefined }
  | { readonly kind: 'vendor-data'; readonly enterprise: number | undefined; readonly skipped: number; readonly isOpen: boolean; readonly length: number | undefined }
  | { readonly kind: 'vendor-enterprise' };

const TOKEN = /\s*(?:(0x[0-9a-f]*)|'([^']*)'|([a-z0-9_-]+)|(==|[()[\].,*]))/iy;
const DEPTH_MAX = 32;
const OCTETS = 4;

/**
 * @param classOf what a class of Kea is called here; undefined: there is none
 * @throws NoCounterpart, which says why
 */
export function matchOf(test: string, classOf: (name: string) => string | undefined): DraftMatch {
  const tokens = tokensOf(test);
  let at = 0;
  const peek = (): string | undefined => tokens[at];
  const next = (): string => tokens[at++] ?? '';
  const take = (...wanted: readonly string[]): void => {
    for (const token of wanted) if (next() !== token) throw new NoCounterpart(`${shown(test)} is not an expression that is known here`);
  };

  const either = (depth: number): DraftMatch => {
    if (depth > DEPTH_MAX) throw new NoCounterpart('the expression is nested too deep');
    return joined('or', anyOf, both, depth);
  };
  const both = (depth: number): DraftMatch => joined('and', allOf, one, depth);
  const joined = (word: string, join: typeof allOf, part: (depth: number) => DraftMatch, depth: number): DraftMatch => {
    let found = part(depth);
    while (peek() === word) {
      next();
      found = join(found, part(depth));
    }
    return found;
  };
  const one = (depth: number): DraftMatch => {
    if (peek() === 'not') {
      next();
      return noneOf(one(depth + 1));
    }
    if (peek() === '(') {
      next();
      const found = either(depth + 1);
      take(')');
      return found;
    }
    if (peek() === 'member') {
      take('member', '(');
      const name = textOf(next());
      take(')');
      const own = classOf(name);
      if (own === undefined) throw new NoCounterpart(`the class ${shown(name)} has no counterpart`);
      return { classes: [own] };
    }
    return comparison();
  };

  const comparison = (): DraftMatch => {
    const left = operand(0);
    if (peek() === '.' && tokens[at + 1] === 'exists') {
      take('.', 'exists');
      return exists(left);
    }
    take('==');
    const right = operand(0);
    if (right.kind === 'literal' && left.kind !== 'literal') return equal(left, right.octets);
    if (left.kind === 'literal' && right.kind !== 'literal') return equal(right, left.octets);
    throw new NoCounterpart('it compares nothing of a client with a value');
  };

  const operand = (depth: number): Operand => {
    if (depth > DEPTH_MAX) throw new NoCounterpart('the expression is nested too deep');
    const token = next();
    if (token.startsWith("'") || /^0x/i.test(token)) return { kind: 'literal', octets: octetsOf(token) };
    switch (token) {
      case 'substring':
        return substring(depth);
      case 'option':
        return option(false);
      case 'relay6':
        take('[');
        next();
        take(']', '.', 'option');
        return option(true);
      case 'vendor-class':
        return vendor();
      default:
        // Numbers stand for octets behind "vendor-class.enterprise" alone.
        if (/^\d{1,10}$/.test(token)) return { kind: 'literal', octets: fourOctets(Number(token)) };
        throw new NoCounterpart(`nothing here tests ${shown(token === '' ? 'nothing' : token)}`);
    }
  };

  const option = (ofRelay: boolean): Operand => {
    take('[');
    const name = next();
    take(']');
    if (peek() === '.' && tokens[at + 1] !== 'exists') {
      take('.');
      const form = next();
      if (form !== 'hex' && form !== 'text') throw new NoCounterpart(`nothing here tests ${shown(form)} of an option`);
    }
    return { kind: 'option', ofRelay, name, skipped: 0, isOpen: false, length: undefined };
  };

  const vendor = (): Operand => {
    let enterprise: number | undefined;
    if (peek() === '[') {
      take('[');
      const who = next();
      take(']');
      if (who !== '*') enterprise = Number(who);
      if (enterprise !== undefined && !(enterprise >>> 0 === enterprise)) throw new NoCounterpart(`${shown(who)} is no number of an enterprise`);
    }
    const data: Operand = { kind: 'vendor-data', enterprise, skipped: 0, isOpen: false, length: undefined };
    if (peek() === '.' && tokens[at + 1] === 'exists') return data;
    take('.');
    const part = next();
    if (part === 'enterprise') return { kind: 'vendor-enterprise' };
    if (part !== 'data') throw new NoCounterpart(`nothing here tests ${shown(part)} of a vendor class`);
    if (peek() === '[') {
      take('[');
      next();
      take(']');
    }
    return data;
  };

  const substring = (depth: number): Operand => {
    take('(');
    const whole = operand(depth + 1);
    take(',');
    const start = next();
    take(',');
    const length = next();
    take(')');
    const isPart = whole.kind === 'option' || whole.kind === 'vendor-data';
    if (!isPart || !/^\d{1,4}$/.test(start) || !/^(\d{1,4}|all)$/.test(length) || whole.skipped > 0 || whole.isOpen) throw new NoCounterpart('it takes a part of what can not be taken in parts here');
    return { ...whole, skipped: Number(start), isOpen: length !== 'all', length: length === 'all' ? undefined : Number(length) };
  };

  const found = either(0);
  if (at < tokens.length) throw new NoCounterpart(`${shown(test)} is not an expression that is known here`);
  return found;
}

function exists(operand: Operand): DraftMatch {
  switch (operand.kind) {
    case 'option':
      return matchOfOption(operand.ofRelay, operand.name, undefined) ?? unknownOption(operand.name);
    case 'vendor-data':
      return matchOfVendor(operand.enterprise, undefined);
    default:
      throw new NoCounterpart('it asks whether a value exists');
  }
}

function equal(operand: Operand, octets: Uint8Array): DraftMatch {
  if (operand.kind === 'literal') throw new NoCounterpart('it compares two values');
  if (operand.kind === 'vendor-enterprise') {
    if (octets.length !== OCTETS) throw new NoCounterpart('an enterprise has a number of four octets');
    return matchOfVendor(u32(octets, 0), undefined);
  }
  // A part that is to be longer, or shorter, than what it is compared with is in Kea what no client has.
  if (operand.length !== undefined && operand.length !== octets.length) throw new NoCounterpart('a part and what it is compared with have two lengths: no client passes');
  if (octets.length === 0) throw new NoCounterpart('it compares with nothing');
  const compared: Compared = { skipped: operand.skipped, octets, isOpen: operand.isOpen };
  if (operand.kind === 'vendor-data') return matchOfVendor(operand.enterprise, compared);
  return matchOfOption(operand.ofRelay, operand.name, compared) ?? unknownOption(operand.name);
}

function unknownOption(name: string): never {
  throw new NoCounterpart(`nothing here tests option ${shown(name)} so`);
}

/** Texts keep a quote in front, so that they are no words. */
function tokensOf(test: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  const length = test.trimEnd().length;
  while (TOKEN.lastIndex < length) {
    const match = TOKEN.exec(test);
    if (match === null) throw new NoCounterpart(`${shown(test)} is not an expression that is known here`);
    const [, hex, text, word, sign] = match;
    found.push(hex ?? (text === undefined ? (word ?? sign ?? '') : `'${text}`));
  }
  return found;
}

function textOf(token: string): string {
  if (!token.startsWith("'")) throw new NoCounterpart('the name of a class is a text');
  return token.slice(1);
}

function octetsOf(token: string): Uint8Array {
  if (token.startsWith("'")) return Buffer.from(token.slice(1));
  const digits = token.slice(2);
  const octets = parseHex(digits.length % 2 === 0 ? digits : `0${digits}`);
  if (octets === undefined) throw new NoCounterpart(`${shown(token)} are no hexadecimal octets`);
  return octets;
}
