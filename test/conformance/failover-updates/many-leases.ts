/** Boxes with many leases, and what of them went out. */
import { epochSeconds } from '../../../src/wire/index.ts';
import { binding, duid } from '../../unit/lease/leases.ts';
import type { Box } from './box.ts';
import { leasesOf } from './messages.ts';

export const NEVER = epochSeconds(0xffffffff);
export const ADDRESSES_ONLY = { settings: { pools: [0] } };

export function addressNumber(i: number): string {
  return `2001:db8:1::${i.toString(16)}`;
}

/** Leases of as many clients, none of which the partner has to be told of, or each. */
export function fill(box: Box, count: number, updateNeeded: boolean): void {
  for (let i = 1; i <= count; i += 1) box.has(binding(addressNumber(i), { duid: duid(i), updateNeeded }));
}

/** What of the last octets of addresses went out. */
export function toldLeases(box: Box): number[] {
  return box.takeUpdates().flatMap((sent) => leasesOf({ binding: sent }).map(({ address }) => (address[14] ?? 0) * 256 + (address[15] ?? 0)));
}
