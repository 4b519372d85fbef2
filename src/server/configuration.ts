/**
 * What the server needs of the provisioning file, resolved: layers merged, options encoded, names
 * looked up. The core never sees YAML; the configuration room makes these values, and they are
 * never changed afterwards. A reload makes a new `ServerConfiguration`.
 */
import type { AllocationOrder, PoolShare } from '../lease/index.ts';
import type { ClientClass, PoolClasses } from './classes/client-class.ts';
import type { OptionSet } from './encoded-option.ts';
import type { Lifetimes } from './lifetimes.ts';
import type { Address, Duid, Iaid, Prefix, Seconds } from '../wire/index.ts';

export type { EncodedOption, OptionSet } from './encoded-option.ts';
export type { Lifetimes } from './lifetimes.ts';

/** Addresses `first` to `last`, both included, inside one prefix of the link. */
export interface AddressPool {
  readonly first: Address;
  readonly last: Address;
  readonly allocation: AllocationOrder;
  readonly lifetimes: Lifetimes;
  /** This pool's own options only; they stand before the link's of the same code. */
  readonly options: OptionSet;
  /** What this box may give of it (RFC 8156 section 4.2). */
  readonly share: PoolShare;
  /** The partner is told of its leases; false where there is none, or the pool is exempt from failover. */
  readonly replicated: boolean;
  readonly classes: PoolClasses;
}

/** The prefix that a requesting router must leave out of what is delegated to it (RFC 6603). */
export interface PrefixExclude {
  /** Length of the excluded prefix; greater than that of the delegated prefix. */
  readonly length: number;
  /**
   * The data of OPTION_PD_EXCLUDE (67) as it is sent: the length in one octet, then the subnet ID
   * bits. They do not depend on which prefix of the pool is delegated.
   */
  readonly subnetId: Uint8Array;
}

/** Prefixes of `delegatedLength` bits inside `prefix`. */
export interface PrefixPool {
  readonly prefix: Prefix;
  readonly delegatedLength: number;
  readonly exclude: PrefixExclude | undefined;
  readonly allocation: AllocationOrder;
  readonly lifetimes: Lifetimes;
  /** This pool's own options only; they stand before the link's of the same code. */
  readonly options: OptionSet;
  /** What this box may give of it (RFC 8156 section 4.2). */
  readonly share: PoolShare;
  /** The partner is told of its leases; false where there is none, or the pool is exempt from failover. */
  readonly replicated: boolean;
  readonly classes: PoolClasses;
}

/** A prefix that is kept for one client. */
export interface ReservedPrefix {
  readonly prefix: Prefix;
  /** The data of OPTION_PD_EXCLUDE (67) that goes with it, if any. */
  readonly exclude: Uint8Array | undefined;
}

/**
 * Leases that are kept for one client. It is named by its DUID, by DUID and IAID, or by its
 * link-layer address as a relay reports it (RFC 6939): `duid` or `linkLayerAddress` is present,
 * never both.
 */
export interface Reservation {
  readonly duid: Duid | undefined;
  /** Only with `duid`. */
  readonly iaid: Iaid | undefined;
  /** Without the hardware type. */
  readonly linkLayerAddress: Uint8Array | undefined;
  readonly addresses: readonly Address[];
  readonly prefixes: readonly ReservedPrefix[];
  /** This reservation's own options only; they stand before those of pool and link. */
  readonly options: OptionSet;
}

/** A Remote-Id that relays of a link put into their messages (RFC 4649). */
export interface RelayRemoteId {
  readonly enterprise: number;
  readonly id: Uint8Array;
}

/** An IPv6 link that clients are on, reached by interfaces of this box, by relays, or both. */
export interface Link {
  readonly name: string;
  /** What is on-link here: Confirm is judged by it (RFC 9915 section 18.3.3), and a relay's link-address. */
  readonly prefixes: readonly Prefix[];
  /** Interfaces of this box; empty where it reaches the link by relays only. */
  readonly interfaces: readonly string[];
  readonly relayInterfaceIds: readonly Uint8Array[];
  readonly relayRemoteIds: readonly RelayRemoteId[];
  readonly addressPools: readonly AddressPool[];
  readonly prefixPools: readonly PrefixPool[];
  readonly reservations: readonly Reservation[];
  /** The file's options and the link's own, merged. */
  readonly options: OptionSet;
  /** For leases that come from no pool of the link: reservations outside of the pools. */
  readonly lifetimes: Lifetimes;
  /** Rapid Commit is honoured on this link (RFC 9915 section 18.3.1). */
  readonly rapidCommit: boolean;
  /** The failover relationship that the link is in, if any (RFC 8156 section 6.2). */
  readonly relationship: string | undefined;
  /** Preference option of an Advertise, 0..255 (RFC 9915 section 21.8); 0: the option is left out. */
  readonly preference: number;
  /** What relay agents pass on of RADIUS says which lease a client gets (RFC 7037). */
  readonly radiusAssignments: boolean;
  /** Hosts may register the addresses that they gave themselves (RFC 9686). */
  readonly addressRegistration: boolean;
}

/** Who may ask which leases there are (RFC 5007, RFC 5460, RFC 7653), and what nobody is told. */
export interface LeasequeryConfiguration {
  /** Where they ask from. */
  readonly requestors: readonly Prefix[];
  /** Codes of options that are left out though they are asked for (RFC 5007 section 4.4.2). */
  readonly sensitiveOptions: readonly number[];
  /** Requestors of active leasequery that were away for no longer are told what changed meanwhile; undefined: there is none. */
  readonly activeHistory: Seconds | undefined;
}

/** What clients that accept it are asked by Reconfigure (RFC 9915 section 18.3.11). */
export interface ReconfigurePolicy {
  /** Clients that a new configuration concerns are asked at once. */
  readonly onReload: boolean;
  /** So many of them are asked in a second. */
  readonly clientsPerSecond: number;
}

/** Everything that the server's behaviour depends on besides the leases. */
export interface ServerConfiguration {
  readonly links: readonly Link[];
  /** The first that says something counts. */
  readonly classes: readonly ClientClass[];
  /** SOL_MAX_RT option, 60..86400 (RFC 9915 section 21.24); undefined: not sent. */
  readonly solMaxRt: Seconds | undefined;
  /** INF_MAX_RT option, 60..86400 (RFC 9915 section 21.25); undefined: not sent. */
  readonly infMaxRt: Seconds | undefined;
  /** Information Refresh Time option, at least 600 (RFC 9915 section 21.23); undefined: not sent. */
  readonly informationRefreshTime: Seconds | undefined;
  /** A Renew for a binding that is not known makes one (RFC 9915 section 18.3.4); a Rebind only with Rapid Commit as well. */
  readonly createOnRenew: boolean;
  /** How long a declined address is set aside. */
  readonly declinedHold: Seconds;
  /** Codes that relay agents may supply where the configuration has no such option (RFC 6422 section 6). */
  readonly relaySuppliedOptions: readonly number[];
  readonly leasesPerClientMax: number;
  readonly leasesMax: number;
  /** Undefined: nobody may ask which leases there are. */
  readonly leasequery: LeasequeryConfiguration | undefined;
  /** Nested Relay-forward messages that are accepted, 8..32 (RFC 9915 section 19.1.2). */
  readonly relayDepthMax: number;
  /** Undefined: no client gets a key, and none is asked. */
  readonly reconfigure: ReconfigurePolicy | undefined;
}
