/** Stretches of the address space, and which of them overlap. */
import { type Address, type Prefix, compareBytes, lastAddress } from '../../wire/index.ts';
import type { KeyPath } from '../key-path.ts';

export interface Interval {
  readonly first: Address;
  readonly last: Address;
  /** Where it stands in the file. */
  readonly path: KeyPath;
  readonly link: string;
}

export function prefixInterval(prefix: Prefix, path: KeyPath, link: string): Interval {
  return { first: prefix.address, last: lastAddress(prefix.address, prefix.length), path, link };
}

export function contains(outer: Interval, inner: Pick<Interval, 'first' | 'last'>): boolean {
  return compareBytes(outer.first, inner.first) <= 0 && compareBytes(inner.last, outer.last) <= 0;
}

/** Each overlap is a fault of its own; nobody reads more of them than this. */
const OVERLAPS_MAX = 200;

/** Calls back with the two of each overlapping pair, the one that begins later first; of very many only with some. */
export function eachOverlap<I extends Interval>(
  intervals: readonly I[],
  overlap: (later: I, earlier: I) => void,
): void {
  const sorted = intervals.toSorted((a, b) => compareBytes(a.first, b.first) || compareBytes(b.last, a.last));
  let count = 0;
  let open: I[] = [];
  for (const interval of sorted) {
    open = open.filter(({ last }) => compareBytes(last, interval.first) >= 0);
    for (const earlier of open) {
      overlap(interval, earlier);
      if (++count === OVERLAPS_MAX) return;
    }
    open.push(interval);
  }
}
