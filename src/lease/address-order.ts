import { ADDRESS_WORDS, type AddressWords, compareWords, readWords } from './address-words.ts';
import type { LeaseRecords } from './lease-records.ts';
import type { LeaseName } from './pool-definition.ts';
import { NO_SLOT } from './record.ts';

/**
 * At most `limit` leases that `accept` lets through, in the order of address and then length, from the one behind `after` on. It looks
 * at every lease and keeps nothing, so that it costs the packets nothing: for people, who look seldom.
 */
export function pageInAddressOrder(
  records: LeaseRecords,
  after: LeaseName | undefined,
  limit: number,
  accept: (slot: number) => boolean,
): number[] {
  const left = new Uint32Array(ADDRESS_WORDS);
  const right = new Uint32Array(ADDRESS_WORDS);
  const compareSlots = (a: number, b: number): number => {
    records.copyWords(a, left);
    records.copyWords(b, right);
    return compareNames(left, records.prefixLength(a), right, records.prefixLength(b));
  };
  const start = new Uint32Array(ADDRESS_WORDS);
  if (after !== undefined) readWords(after.address, 0, start, 0);
  const isBehindStart = (slot: number): boolean => {
    if (after === undefined) return true;
    records.copyWords(slot, left);
    return compareNames(left, records.prefixLength(slot), start, after.prefixLength) > 0;
  };
  let page: number[] = [];
  let last = NO_SLOT;
  for (let slot = NO_SLOT + 1; slot < records.slabs.end; slot += 1) {
    if (!records.inUse(slot) || !isBehindStart(slot)) continue;
    if (last !== NO_SLOT && compareSlots(slot, last) > 0) continue;
    if (!accept(slot)) continue;
    page.push(slot);
    if (page.length < limit * 2) continue;
    page = page.sort(compareSlots).slice(0, limit);
    last = page[limit - 1] as number;
  }
  return page.sort(compareSlots).slice(0, limit);
}

function compareNames(a: AddressWords, aLength: number, b: AddressWords, bLength: number): number {
  const order = compareWords(a, b, 0);
  return order === 0 ? aLength - bLength : order;
}
