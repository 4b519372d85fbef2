/** Patterns of octets in the file: text, or hexadecimal; "*" for any number of octets, "?" for one. */
import { ANY_OCTET, ANY_OCTETS, type OctetPattern } from '../server/index.ts';
import { DUID_LENGTH_MAX, DUID_LENGTH_MIN, encodeText } from '../wire/index.ts';
import { LINK_LAYER_LENGTH_MAX, LINK_LAYER_LENGTH_MIN } from './client-values.ts';
import { type Parsed, isFault, shifted } from './parsed.ts';

const SIGNS_MAX = 255;

/** A text in which "*" and "?" stand for octets, "\\*" and such for themselves; or hexadecimal behind "0x". */
export function readPattern(text: string): Parsed<OctetPattern> {
  if (/^0x/i.test(text)) {
    const parsed = readHexPattern(text.slice(2));
    return isFault(parsed) ? shifted(parsed, 2) : parsed;
  }
  const signs: number[] = [];
  for (const { 0: part, 1: escaped, index } of text.matchAll(/\\([^])|[^]/gu)) {
    if (part === '\\') return { problem: 'a "\\" at the end stands for nothing', allowed: '"\\\\" for the sign itself', at: index };
    if (part === '*') signs.push(ANY_OCTETS);
    else if (part === '?') signs.push(ANY_OCTET);
    else signs.push(...encodeText(escaped ?? part));
  }
  return sized(signs);
}

/** A pattern that a DUID may fit. */
export function readDuidPattern(text: string): Parsed<OctetPattern> {
  return fitting(text, DUID_LENGTH_MIN, DUID_LENGTH_MAX, 'a DUID');
}

/** A pattern that a link-layer address may fit. */
export function readLinkLayerPattern(text: string): Parsed<OctetPattern> {
  return fitting(text, LINK_LAYER_LENGTH_MIN, LINK_LAYER_LENGTH_MAX, 'a link-layer address');
}

function fitting(text: string, least: number, most: number, what: string): Parsed<OctetPattern> {
  const parsed = readHexPattern(text);
  if (isFault(parsed)) return parsed;
  const octets = parsed.value.filter((sign) => sign !== ANY_OCTETS).length;
  const isOpen = octets < parsed.value.length;
  if (octets <= most && (isOpen || octets >= least)) return parsed;
  return { problem: `no octets of ${what} fit this pattern`, allowed: `${least} to ${most} octets; "*" stands for any number of them` };
}

/** Octets with or without one kind of separator between them, "*" and "??" among them. */
function readHexPattern(text: string): Parsed<OctetPattern> {
  const signs: number[] = [];
  const token = /[:-]/.test(text) ? /^([0-9a-f]{2}|\?\?|\*|[0-9a-f](?=[:-]|$))/i : /^([0-9a-f]{2}|\?\?|\*)/i;
  let separator: string | undefined;
  for (let at = 0; at < text.length; ) {
    const [part = ''] = token.exec(text.slice(at)) ?? [];
    if (part === '') return { problem: hexProblem(text, at), allowed: 'octets such as 00:03:*, with "*" for any number of them and "??" for one', at };
    signs.push(part === '*' ? ANY_OCTETS : part === '??' ? ANY_OCTET : Number.parseInt(part, 16));
    at += part.length;
    if (at === text.length) break;
    const next = text[at] ?? '';
    if (!/[:-]/.test(next)) continue;
    if (separator !== undefined && separator !== next) return { problem: 'there is another separator before this one', at };
    separator = next;
    at += 1;
    if (at === text.length) return { problem: 'there is nothing behind the separator', at: at - 1 };
  }
  return sized(signs);
}

function hexProblem(text: string, at: number): string {
  const sign = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (sign === '?') return 'one octet is "??"';
  if (/[0-9a-f]/i.test(sign)) return 'an octet has two digits';
  return `"${sign}" is not a hexadecimal digit`;
}

function sized(signs: number[]): Parsed<OctetPattern> {
  if (signs.length === 0) return { problem: 'the pattern is empty', allowed: 'at least one sign' };
  if (signs.length > SIGNS_MAX) return { problem: 'the pattern is too long', allowed: `at most ${SIGNS_MAX} signs` };
  // Several "*" in a row say what one does.
  return { value: signs.filter((sign, i) => sign !== ANY_OCTETS || signs[i - 1] !== ANY_OCTETS) };
}
