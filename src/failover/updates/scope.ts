/** Which leases a relationship is about (RFC 8156 sections 6.2 and 7.5.4). */
import { LeaseKind, type LeaseTable, NO_POOL } from '../../lease/index.ts';
import type { RelationshipConfiguration } from '../configuration.ts';
import { type Address, u32 } from '../../wire/index.ts';

export interface LeaseScope {
  /** Whether the lease that the table has there is one of them. */
  has(slot: number): boolean;
  /** Whether such a lease could be one of them. */
  admits(address: Address, prefixLength: number, kind: LeaseKind): boolean;
}

/**
 * The leases of its pools, by their numbers in the table, and those that are reserved on its links outside of all pools: they have
 * one legal client, whichever box it asks.
 */
export function leaseScope(table: LeaseTable, { name, pools }: Pick<RelationshipConfiguration, 'name' | 'pools'>): LeaseScope {
  const isCovered: boolean[] = [];
  for (const pool of pools) isCovered[pool] = true;
  const words = new Uint32Array(4);
  return {
    has(slot) {
      if (table.records.kind(slot) === LeaseKind.REGISTERED) return false;
      const number = table.records.pool(slot);
      return number === NO_POOL ? table.pools.relationshipOfStray(slot) === name : isCovered[number] === true;
    },
    admits(address, prefixLength, kind) {
      for (let i = 0; i < words.length; i += 1) words[i] = u32(address, i * 4);
      const number = table.pools.ofElement(words, prefixLength);
      if (number !== NO_POOL) return isCovered[number] === true && table.pools.pool(number).space.kind === kind;
      return table.pools.exclusions.relationshipOf(words, prefixLength) === name;
    },
  };
}
