/** The ranges of ISC's `range6` and `prefix6`. */
import { compareBytes, formatAddress, hasHostBits, lastAddress, prefixAfter, type Address, type Prefix } from '../../wire/index.ts';

/** More prefixes than a range that somebody meant comes apart into. */
const PREFIXES_MAX = 256;

/** The fewest prefixes that hold all of `length` from that which begins with `first` to that with `last`; undefined where there is no such way. */
export function prefixesBetween(first: Address, last: Address, length: number): readonly Prefix[] | undefined {
  const found: Prefix[] = [];
  const end = lastAddress(last, length);
  let next: Address | undefined = first;
  while (next !== undefined && compareBytes(next, end) <= 0) {
    let shorter = length;
    while (shorter > 1 && fits(next, shorter - 1, end)) shorter--;
    if (!fits(next, shorter, end) || found.length === PREFIXES_MAX) return undefined;
    found.push({ address: next, length: shorter });
    next = prefixAfter(next, shorter, 1);
  }
  return found.length === 0 ? undefined : found;
}

function fits(address: Address, length: number, end: Address): boolean {
  return !hasHostBits(address, length) && compareBytes(lastAddress(address, length), end) <= 0;
}

export function rangeText(first: Address, last: Address): string {
  return `${formatAddress(first)} - ${formatAddress(last)}`;
}
