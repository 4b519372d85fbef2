/** Classes of clients, as the configuration has them. */
import type { OptionSet } from '../encoded-option.ts';
import type { Lifetimes } from '../lifetimes.ts';
import type { OctetPattern } from './octet-pattern.ts';

/** What somebody with an enterprise number made up. */
export interface EnterprisePattern {
  /** Undefined: whosever. */
  readonly enterprise: number | undefined;
  /** Undefined: whatever it is. */
  readonly pattern: OctetPattern | undefined;
}

/** Holds where one of its alternatives does. The kinds are the keys of the provisioning file. */
export type ClassTest =
  /** Vendor Class options of the client, any item of them (RFC 9915 section 21.16); Remote-Id options of relay agents (RFC 4649). */
  | { readonly kind: 'vendor-classes' | 'remote-ids'; readonly any: readonly EnterprisePattern[] }
  /**
   * Items of the client's User Class option (section 21.15); its DUID (section 11); its link-layer address as the nearest relay agent tells it
   * (RFC 6939), or as its link-local address is made of it; Subscriber-Ids (RFC 4580) and Interface-Ids (section 21.18) of relay agents; the pools
   * that RADIUS names for its address and its prefix (RFC 7037).
   */
  | { readonly kind: PatternTestKind; readonly any: readonly OctetPattern[] }
  /** Pre-boot environments of the client (RFC 5970 section 3.3). */
  | { readonly kind: 'architectures'; readonly any: readonly number[] }
  /** `classes`: the client is in one of these; `not-classes`: it is in none of them. */
  | { readonly kind: 'classes' | 'not-classes'; readonly any: readonly string[] };

export type PatternTestKind = 'user-classes' | 'duids' | 'link-layer-addresses' | 'subscriber-ids' | 'interface-ids' | 'radius-address-pools' | 'radius-prefix-pools';

export interface ClientClass {
  readonly name: string;
  /** A client is in the class where all of them hold; at least one. */
  readonly tests: readonly ClassTest[];
  /** They stand before those of pools, links and of the file; behind those of reservations, and of classes further ahead. */
  readonly options: OptionSet;
  /** Instead of those of pools and links; of several classes the first counts that has them. */
  readonly lifetimes: Lifetimes | undefined;
}

/** Who may get leases of a pool. */
export interface PoolClasses {
  /** Names of classes of which the client must be in one; none: everybody may. */
  readonly only: readonly string[];
  /** Names of classes that the client may not be in. */
  readonly not: readonly string[];
}
