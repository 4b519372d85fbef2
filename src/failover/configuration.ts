/** What the operator says about one relationship, checked as a whole before it comes here. */
import type { Address, Seconds } from '../wire/index.ts';
import type { Role } from './endpoint-state.ts';

export interface RelationshipConfiguration {
  /** The same on both boxes; goes out as OPTION_F_RELATIONSHIP_NAME (RFC 8156 section 5.5.14). */
  readonly name: string;
  /** What this box is in it. */
  readonly role: Role;
  /** What the other box is called, for display. */
  readonly partnerName: string;
  /** The primary listens nowhere and dials; the secondary takes connections from this address alone (section 6.1). */
  readonly partnerAddress: Address;
  /** TCP port of the secondary; 647 unless a test says otherwise. */
  readonly port: number;
  /** SHA-256 of the partner's certificate, in hexadecimal, as `connected` events give it; undefined where `insecure`. */
  readonly partnerCertificate: string | undefined;
  /**
   * SHA-256 of what this box shows, where the two know each other by a pairing: such partners tell each other of another one
   * ahead of its use. They meet anew where it changed.
   */
  readonly ownCertificate?: string | undefined;
  /** Plain TCP, by the operator's explicit word (section 10, RFC 7653 section 9.1). */
  readonly insecure: boolean;
  /** Maximum client lead time (section 4.4), 30 s or more. The secondary takes what the primary says. */
  readonly mclt: Seconds;
  /** Silence after which the connection counts as dead (FO_KEEPALIVE_TIME, section 6.5); 60 s. */
  readonly keepalive: Seconds;
  /** Milliseconds between two CONTACT messages with a partner that speaks this extension; 250. 0: plain RFC 8156. */
  readonly contactInterval: number;
  /** Clients' messages that the partner must answer and does not hear travel over the connection (RFC 7031 section 4.7); true. */
  readonly relaying: boolean;
  /**
   * The interface through which this box is a relay agent for its partner, where that has no part in `relaying` (R-LH8); undefined: it is
   * none.
   */
  readonly relayByUdp?: string | undefined;
  /** Both boxes answer clients in NORMAL, each its own (R-LB1); undefined: the primary answers all, as RFC 8156 has it. */
  readonly loadBalancing?: LoadBalancing | undefined;
  /** BNDUPD messages that this box takes from its partner without having acknowledged them (section 5.5.5); 1000. */
  readonly maxUnackedBndupd: number;
  /** Time in COMMUNICATIONS-INTERRUPTED after which the partner counts as down (section 8.4); undefined: only the operator says so. */
  readonly autoPartnerDown: Seconds | undefined;
  /** Whether what is heard of the partner on the links of both counts as evidence of its life (RFC 7031 sections 4.1, 4.2); two sites. */
  readonly topology: 'same-site' | 'two-sites';
  /** A first box that never met its partner begins to serve alone after the startup time (section 8.3.2, step 1). */
  readonly standAloneStart: boolean;
  /** How long STARTUP waits for the partner (section 8.3.2, step 3); 5 s. */
  readonly startupTime: Seconds;
  /** In PARTNER-DOWN, give the partner's addresses too once MCLT has passed (section 8.4.1 against 4.2.1). */
  readonly usePartnerAddresses: boolean;
  /** The part of the delegable prefixes that the secondary gets, 0..1 (section 4.2.2); 0.5. */
  readonly prefixShare: number;
  /** How far a share may be off, as a part of it, before prefixes change hands (section 4.2.2); 0.2. */
  readonly rebalanceThreshold: number;
  /** Names of the links that it covers. */
  readonly links: readonly string[];
  /** Numbers of the lease table's pools that it covers (section 6.2: each in one relationship at most). */
  readonly pools: readonly number[];
  /** Over the canonical form of all that both boxes must agree on. */
  readonly configDigest: string;
  /** The same by section: what differs can be named. */
  readonly configSections: Readonly<Record<string, string>>;
}

export interface LoadBalancing {
  /** The part of the clients that the primary answers, more than 0 and less than 1; 0.5. The secondary takes what the primary says. */
  readonly primaryShare: number;
  /** What the other box answers is passed on to it when a client has asked for so long (Delayed Service, RFC 3074 section 5.3); 3 s. */
  readonly delayedService: Seconds;
}

/** Whether nothing changed. The pools may be others though their numbers are the same: the digest tells. */
export function isSameConfiguration(a: RelationshipConfiguration, b: RelationshipConfiguration): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
