/** Prefixes as other servers write them. */
import { firstAddress, formatPrefix, parseAddress } from '../wire/index.ts';
import type { Address } from '../wire/index.ts';
import { InputError, shown, type Placed } from './place.ts';

/** The prefix as we write it: others allow bits behind its length, spaces, and short forms. Throws InputError where it is none. */
export function prefixText({ value, place }: Placed<string>): string {
  const [, text = '', digits = ''] = /^\s*(\S+?)\s*\/\s*(\d{1,3})\s*$/.exec(value) ?? [];
  const address = parseAddress(text);
  const length = Number(digits);
  if (address === undefined || digits === '' || length > 128) throw new InputError(place, `${shown(value)} is not an IPv6 prefix`);
  return formatPrefix({ address: firstAddress(address, length), length });
}

/** The number of an excluded prefix among those of its length in a delegated one (RFC 6603 section 4.2). */
export function excludeOf(excluded: Address, delegatedLength: number, length: number): { readonly length: number; readonly 'subnet-id': number } | undefined {
  if (length <= delegatedLength || length > 128) return undefined;
  const bits = [...excluded].map((octet) => octet.toString(2).padStart(8, '0')).join('').slice(delegatedLength, length);
  const number = Number.parseInt(bits, 2);
  return Number.isSafeInteger(number) ? { length, 'subnet-id': number } : undefined;
}
