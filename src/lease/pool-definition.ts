import type { Address } from '../wire/index.ts';

/**
 * Where in a pool a client that was never there is put. `random`: at a place that the client and a secret decide, which
 * nobody can guess (RFC 7824 4.1, RFC 7943). `sequential`: as near to the pool's start as possible.
 */
export type AllocationOrder = 'random' | 'sequential';

/**
 * What this box may give of a pool: all of it, or what belongs to it as the primary or the secondary of a failover
 * relationship (RFC 8156 4.2). Of addresses the primary has the odd ones, the secondary the even ones (4.2.1.1). Of delegated
 * prefixes the secondary has those that are FREE_BACKUP, the primary those that are FREE and those that nobody had yet (4.2.2).
 */
export type PoolShare = 'whole' | 'primary' | 'secondary';

/** Addresses from `first` to `last`. */
export interface AddressPoolDefinition {
  readonly first: Address;
  readonly last: Address;
  readonly allocation: AllocationOrder;
  readonly share: PoolShare;
}

/** The prefixes of `delegatedLength` bits inside `prefix`. */
export interface PrefixPoolDefinition {
  readonly prefix: { readonly address: Address; readonly length: number };
  readonly delegatedLength: number;
  readonly allocation: AllocationOrder;
  readonly share: PoolShare;
}

/** A pool; no two pools of a box overlap. */
export type PoolDefinition = AddressPoolDefinition | PrefixPoolDefinition;

/** An address (length 128) or a prefix, with zeros behind its length. */
export interface LeaseName {
  readonly address: Address;
  readonly prefixLength: number;
}

/** A lease that is kept for one client. It may lie outside of all pools. */
export interface ReservedLeaseName extends LeaseName {
  /** The failover relationship of its link, whose partner has to know of it; undefined: its link is in none. */
  readonly relationship?: string | undefined;
}
