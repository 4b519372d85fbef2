import { invariant } from './invariant.ts';
import { u8, view } from './octets.ts';
import { type Decoded, failure } from './wire-error.ts';

declare const kind: unique symbol;

/**
 * A domain name in its text form, without the final dot ("." is the root). Octets other than letters, digits, "-" and "_"
 * are written \DDD (RFC 1035 5.1), so every name on the wire has exactly one text.
 */
export type DomainName = string & { readonly [kind]: 'DomainName' };

const ROOT = '.' as DomainName;
export const LABEL_LENGTH_MAX = 63;
/** With the length octets and the final zero (RFC 1035 3.1). */
export const NAME_LENGTH_MAX = 255;

/**
 * Reads a name such as "example.com" or "example.com.". Undefined when a label is empty, has more than 63 octets or a
 * character that needs an escape, or when the whole has more than 255 octets.
 */
export function parseDomainName(text: string): DomainName | undefined {
  if (text === ROOT) return ROOT;
  const labels = (text.endsWith('.') ? text.slice(0, -1) : text).split('.').map(parseLabel);
  let length = 1;
  const texts: string[] = [];
  for (const label of labels) {
    if (label === undefined || label.length === 0 || label.length > LABEL_LENGTH_MAX) return undefined;
    length += 1 + label.length;
    texts.push(formatLabel(label));
  }
  return length > NAME_LENGTH_MAX ? undefined : (texts.join('.') as DomainName);
}

/** The octets of a label, "\065" and such being octets by their decimal number. */
function parseLabel(text: string): readonly number[] | undefined {
  const octets: number[] = [];
  for (const [part, code] of text.matchAll(/\\(\d{3})|[\w-]|[^]/g)) {
    const octet = code === undefined ? part.charCodeAt(0) : Number(code);
    if (octet > 0xff || (code === undefined && !/[\w-]/.test(part))) return undefined;
    octets.push(octet);
  }
  return octets;
}

function formatLabel(octets: Iterable<number>): string {
  let text = '';
  for (const octet of octets) {
    const character = String.fromCharCode(octet);
    text += /[\w-]/.test(character) ? character : `\\${octet.toString().padStart(3, '0')}`;
  }
  return text;
}

/** The names in wire form, one after the other, not compressed (RFC 9915 10, RFC 1035 3.1). */
export function encodeDomainNames(names: readonly DomainName[]): Uint8Array {
  const octets: number[] = [];
  for (const name of names) {
    for (const text of name === ROOT ? [] : name.split('.')) {
      const label = parseLabel(text);
      invariant(label !== undefined, 'a domain name is made of labels');
      octets.push(label.length, ...label);
    }
    octets.push(0);
  }
  return Uint8Array.from(octets);
}

/** Reads names that follow each other to the end of `bytes`, none of them compressed (RFC 9915 10). */
export function decodeDomainNames(bytes: Uint8Array): Decoded<{ readonly value: readonly DomainName[] }> {
  const names: DomainName[] = [];
  let labels: string[] = [];
  let start = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = u8(bytes, at);
    const next = at + 1 + length;
    if (length > LABEL_LENGTH_MAX || next > bytes.length || next - start > NAME_LENGTH_MAX) {
      return failure('bad-domain-name', at);
    }
    if (length > 0) labels.push(formatLabel(view(bytes, at + 1, next)));
    else {
      names.push(labels.length === 0 ? ROOT : (labels.join('.') as DomainName));
      labels = [];
      start = next;
    }
    at = next;
  }
  return labels.length === 0 ? { value: names } : failure('bad-domain-name', bytes.length);
}
