/** What is said of failover over the control socket. The rules of `protocol.ts` hold for it. */

/** What an operator may say to an endpoint. */
export const FAILOVER_ACTIONS = [
  'partner-down',
  'force-partner-down',
  'resync',
  'resync-all',
  'pause',
  'resume',
  'handover',
] as const;
export type FailoverAction = (typeof FAILOVER_ACTIONS)[number];

export interface RelationshipReport {
  readonly name: string;
  /** Of this box's program. */
  readonly version: string;
  readonly role: 'primary' | 'secondary';
  /** In the words of RFC 8156 section 8. */
  readonly state: string;
  readonly since: string;
  /** Why it went there: ends the sentence "it is so because". */
  readonly why: string;
  /** Which clients it answers, in the words of RFC 8156 section 3. */
  readonly serving: string;
  readonly partner: PartnerReport;
  /** `connecting`: there is a connection, and nothing is agreed on yet. */
  readonly communications: 'none' | 'connecting' | 'ok';
  /** Nobody can read what the boxes tell each other, or pass for one of them. */
  readonly secure: boolean;
  readonly links: readonly string[];
  /** What each box makes of these links, where it has looked. */
  readonly linkHealth: readonly LinkHealthReport[];
  readonly relayed: RelayedReport;
  /** How the two divide the clients; undefined where this box's file does not say so. */
  readonly loadBalancing: LoadBalancingReport | undefined;
  /** Seconds; the one that is in force. */
  readonly mclt: number;
  /** Seconds that the partner's clock is behind this box's (negative: ahead); undefined without a connection. */
  readonly clockSkew: number | undefined;
  readonly updates: UpdatesReport;
  /** What this box asked its partner for and did not get in full yet. */
  readonly asking: 'unacked' | 'all' | undefined;
  /** The operator keeps this box from its partner. */
  readonly held: 'pause' | 'handover' | undefined;
  /** When this box will have waited for MCLT. */
  readonly waitUntil: string | undefined;
  /** When the partner will count as down by itself. */
  readonly partnerDownAt: string | undefined;
  readonly pools: readonly SharedPoolReport[];
}

/** Whether a box reaches its clients on a link. */
export interface VerdictReport {
  /** "UP", "SUSPECT", "LOST", "switched off" */
  readonly verdict: string;
  /** What speaks against the link, in plain words; may be empty. */
  readonly evidence: string;
  readonly since: string;
}

export interface LinkHealthReport {
  readonly link: string;
  readonly own: VerdictReport | undefined;
  /** As the partner says; undefined without a connection, or where it says nothing of that kind. */
  readonly partner: VerdictReport | undefined;
  /** What clients say to the partner is passed on from the first message on. */
  readonly relaying: boolean;
}

/** Which part of the clients is this box's while both are in NORMAL (RFC 3074). */
export interface LoadBalancingReport {
  /** Of this box, of 256; undefined where the two did not agree on it when they met last. */
  readonly hashBuckets: number | undefined;
  /** It counts at this moment. */
  readonly inForce: boolean;
  /** Why they did not, though the partner speaks of it. */
  readonly problem: string | undefined;
  /** Seconds after which what the partner must answer is passed on to it. */
  readonly delayedService: number;
}

/** Clients' messages that travelled between the boxes since the daemon started. */
export interface RelayedReport {
  readonly toPartner: number;
  readonly fromPartner: number;
}

export interface PartnerReport {
  readonly name: string;
  /** Of its program, as it said last; undefined where it did not. */
  readonly version: string | undefined;
  readonly address: string;
  /** As it said last, maybe long ago; undefined: it never did. */
  readonly state: string | undefined;
  readonly since: string | undefined;
  readonly lastContact: string | undefined;
  /** Links on which its box is heard, whatever its connection does; of those on which it was heard at all. */
  readonly heardOn: readonly string[];
  /** Links on which it was heard and is not any more, though this box's own port there is well. */
  readonly silentOn: readonly string[];
}

export interface UpdatesReport {
  /** Sent to the partner, and not acknowledged yet. */
  readonly unacked: number;
  /** To be sent; as far as is known without a look at every lease, and little of it without a connection. */
  readonly waiting: number;
  /** Nothing is known that the partner was not told. */
  readonly done: boolean;
  /** How far the look at every lease is, 0..1; 1 where there is none to take. */
  readonly scanned: number;
  /** Leases whose last update the partner refused. */
  readonly refused: number;
  /** Leases that this box took from its partner since the daemon started. */
  readonly received: number;
}

/** A pool that both boxes give from. */
export interface SharedPoolReport {
  readonly pool: string;
  readonly kind: 'IA_NA' | 'IA_PD';
  /** How many leases the primary could make now, without its partner; rounded above 2^53. */
  readonly primary: number;
  readonly secondary: number;
}

/** What would become of leases if the partner died now. Leases that it gave and did not tell of yet are in none of the numbers. */
export interface OutlookReport {
  /** Leases that this box would go on extending as if nothing had happened. */
  readonly keep: number;
  /** Leases that it knows, and whose clients it would answer later: see `serves`. */
  readonly wait: number;
  /** Leases that end before it would answer. */
  readonly lose: number;
  /**
   * `now`: it would answer at once; clients that the partner served last are those who wait, for their T2.
   * `later`: it answers nobody now, and will from `servesFrom` on. `operator`: it would not until the operator says so.
   */
  readonly serves: 'now' | 'later' | 'operator';
  readonly servesFrom: string | undefined;
  /** The other way round: leases that changed here since the partner was told, or that it was not told of. */
  readonly untold: number;
  /** Clients without a lease: so many addresses and prefixes it could give them by itself. */
  readonly newAddresses: number;
  readonly newPrefixes: number;
  /** Prefixes of the partner that it could give MCLT after the partner was declared down. */
  readonly partnerPrefixes: number;
}

/** A state of the machine, and how it is left: a part of figure 6 of RFC 8156. */
export interface StateReport {
  readonly state: string;
  /** Which clients are answered in it. */
  readonly serving: string;
  readonly isCurrent: boolean;
  readonly ways: readonly WayReport[];
}

export interface WayReport {
  /** What has to happen. */
  readonly when: string;
  /** The state that it leads to. */
  readonly next: string;
  /** Of RFC 8156. */
  readonly section: string;
}

/** What the two boxes of a relationship have otherwise in their configuration. */
export interface DifferenceReport {
  /** A key path, or "something" where the partner does not say. */
  readonly name: string;
  /** Its value on this box, or a digest of a long one; undefined: it is not there. */
  readonly own: string | undefined;
  readonly partner: string | undefined;
}

/** An endpoint went from one state to another; from STARTUP: the box has started. */
export interface TransitionReport {
  /** As far as is known now when it was. */
  readonly time: string;
  /** By a clock that nobody had confirmed: it may have been any other time. */
  readonly isUnconfirmed?: true;
  readonly relationship: string;
  readonly from: string;
  readonly to: string;
  /** Ends the sentence "it is so because". */
  readonly why: string;
}
