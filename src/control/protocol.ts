/**
 * What is said over the control socket: one JSON object a line, one answer for each request, in order.
 * Numbers that clients act on are whole; times are ISO 8601 in UTC; what is undefined is absent. What `--json` prints
 * has these types, too: fields may be added to them, but none changes its meaning.
 */

import type { ClassExplanation } from '../server/index.ts';
import type { ClockReport } from './clock-protocol.ts';
import type { FailoverAction, LinkHealthReport } from './failover-protocol.ts';
import type { PairingAction, RotationAction } from './pairing-protocol.ts';
import type { ReconfigureMessage } from './reconfigure-protocol.ts';


export type Request =
  | { readonly method: 'status' }
  | { readonly method: 'links' }
  | { readonly method: 'counters' }
  | { readonly method: 'config' }
  | { readonly method: 'dns' }
  | { readonly method: 'leasequery' }
  | { readonly method: 'log'; readonly lines: number }
  | { readonly method: 'leases'; readonly query: LeaseQuery }
  /** In which classes the client is that has this lease, or this DUID. */
  | { readonly method: 'classify'; readonly client: string }
  | { readonly method: 'lease-command'; readonly action: 'release' | 'reset'; readonly lease: string }
  /** By its lease or its DUID a client is asked by Reconfigure; without a message for whatever makes it hear of all that is new. */
  | { readonly method: 'reconfigure'; readonly client: string; readonly message?: ReconfigureMessage | undefined }
  /** What came of it. */
  | { readonly method: 'reconfigure-report'; readonly client: string }
  | { readonly method: 'failover' }
  | { readonly method: 'failover-outlook'; readonly relationship: string }
  | { readonly method: 'failover-states'; readonly relationship: string }
  | { readonly method: 'failover-command'; readonly relationship: string; readonly action: FailoverAction }
  | { readonly method: 'pairings' }
  | { readonly method: 'pairing-command'; readonly relationship: string; readonly action: PairingAction }
  | { readonly method: 'certificate-rotation'; readonly action: RotationAction }
  | { readonly method: 'clock' }
  /** Seconds since 1970, or what the system's clock shows. */
  | { readonly method: 'clock-set'; readonly time: number | 'system' }
  | { readonly method: 'store-accept' }
  | { readonly method: 'reload' }
  /** End in order, as SIGTERM does, with no other daemon to follow: this box is no router any more. */
  | { readonly method: 'stop' }
  | { readonly method: 'try-file'; readonly file: string }
  /** A file of JSON with what is to be committed; it stays where it is. */
  | { readonly method: 'commit-on-both'; readonly draft: string }
  | { readonly method: 'abandon-commit' }
  | { readonly method: 'confirm-commit'; readonly scope: 'both' | 'local' }
  | { readonly method: 'failover-differences'; readonly relationship: string }
  | { readonly method: 'failover-history' }
  | { readonly method: 'load' }
  /** What `pair-update-begin` would do. */
  | { readonly method: 'pair-update-plan' }
  | { readonly method: 'pair-update-begin' }
  | { readonly method: 'pair-update-stop' }
  /** How far it is; null: there never was one. */
  | { readonly method: 'pair-update' };

export type Response<Result> = { readonly result: Result } | { readonly error: string };

/** A page of the leases, in the order of their addresses. */
export interface LeaseQuery {
  /** The address or prefix that the last page ended with. */
  readonly after?: string | undefined;
  /** Above 0; of more than 1000 a page has 1000. */
  readonly limit: number;
  /** Only leases that are held now. */
  readonly active?: boolean | undefined;
  /** Also those that no client ever had: free prefixes that are one partner's to give (RFC 8156 section 4.2.2). */
  readonly all?: boolean | undefined;
  /** Only the lease with this address or prefix. */
  readonly name?: string | undefined;
  /** Only leases of this client. */
  readonly duid?: string | undefined;
  readonly link?: string | undefined;
}

export interface LeaseReport {
  /** An address, or a prefix with its length. */
  readonly lease: string;
  /** REGISTERED: the host gave it itself, and told of it (RFC 9686). */
  readonly kind: 'IA_NA' | 'IA_PD' | 'REGISTERED';
  readonly status: string;
  readonly link: string | undefined;
  /** Of the client that has it or had it last. */
  readonly duid: string;
  readonly iaid: number;
  /** When the status ends by itself; undefined: never. */
  readonly expires: string | undefined;
  readonly lastHeard: string;
  readonly linkLayerAddress: string | undefined;
  /** What it is called; undefined: it has no name. */
  readonly dns: { readonly name: string; /** What is known to stand in the zones. */ readonly forward: boolean; readonly reverse: boolean } | undefined;
  /** Its client has a reconfigure key: it can be asked by `reconfigure`. Otherwise undefined. */
  readonly acceptsReconfigure?: true | undefined;
  /** It waits for stable storage. */
  readonly pending: boolean;
}

export interface LeasePage {
  readonly leases: readonly LeaseReport[];
  /** There are more after these. */
  readonly more: boolean;
}

/** In which classes a client is, and why. */
export interface Classification {
  /** Whom or what it is about, in words. */
  readonly what: string;
  readonly duid: string | undefined;
  /** In the order of the configuration. */
  readonly classes: readonly ClassExplanation[];
  /** Which box answers it while both are in NORMAL, by relationship; absent where no clients are divided. */
  readonly answeredBy?: readonly ClientOwner[];
}

/** Whose client it is where two boxes divide them (RFC 3074). */
export interface ClientOwner {
  readonly relationship: string;
  /** 0 to 255 */
  readonly hashBucket: number;
  readonly box: string;
}

export interface AlarmReport {
  readonly id: string;
  readonly since: string;
  /** `warning`: all is well for clients, for now. */
  readonly severity: 'info' | 'warning' | 'error';
  readonly text: string;
  /** What to do; undefined where the text says it. */
  readonly advice: string | undefined;
}

/** A failover relationship in a line. */
export interface RelationshipStatus {
  readonly name: string;
  readonly role: 'primary' | 'secondary';
  readonly state: string;
  readonly since: string;
  readonly partner: string;
  /** As it said last; undefined: it never did. */
  readonly partnerState: string | undefined;
  readonly communications: 'none' | 'connecting' | 'ok';
}

/** A line of the event log. */
export interface LogReport {
  readonly time: string;
  readonly severity: 'info' | 'warning' | 'error';
  readonly text: string;
}

export interface StatusReport {
  readonly appliance: string;
  readonly version: string;
  readonly serverId: string;
  readonly startedAt: string;
  readonly now: string;
  readonly clock: Pick<ClockReport, 'trusted' | 'source'>;
  /** Leases by status, all kinds. */
  readonly leases: Readonly<Record<string, number>>;
  readonly storage: {
    readonly directory: string;
    readonly generation: string;
    readonly revision: number;
    /** Records that were lost and not accepted yet: how many, or that nobody knows. */
    readonly lost: number | 'unknown';
  };
  readonly configuration: {
    /** The provisioning file. */
    readonly file: string;
    /** Seconds until its last commit is undone unless it is confirmed; undefined where it stays. */
    readonly undoneIn: number | undefined;
    /** It was made on partners as well. */
    readonly isUndoneShared: boolean;
    /** A commit on both boxes that is not over: the partners decide (`prepared`), or have not said that they have it (`decided`). */
    readonly undecided: { readonly stage: 'prepared' | 'decided'; readonly partners: readonly string[] } | undefined;
  };
  readonly failover: readonly RelationshipStatus[];
  readonly alarms: readonly AlarmReport[];
  /** Addresses that something is to be done about in the DNS; undefined: no zone is updated. */
  readonly dnsDue: number | undefined;
  readonly queued: { readonly intake: number; readonly waiting: number };
  readonly rssBytes: number;
}

export interface InterfaceReport {
  readonly name: string;
  /** A socket is open on it. */
  readonly serving: boolean;
  readonly state: string;
}

export interface PoolReport {
  /** A range of addresses, or a prefix and the length that it delegates. */
  readonly pool: string;
  readonly kind: 'IA_NA' | 'IA_PD';
  /** How many leases it can give; rounded above 2^53. */
  readonly size: number;
  readonly active: number;
  /** Set aside: declined, or held back. */
  readonly abandoned: number;
}

export interface SharedLinkReport extends LinkHealthReport {
  readonly partnerName: string;
}

export interface LinkReport {
  readonly name: string;
  readonly prefixes: readonly string[];
  readonly interfaces: readonly InterfaceReport[];
  readonly pools: readonly PoolReport[];
  readonly reservations: number;
  /** What the two boxes that share the link make of it; undefined where one has it to itself. */
  readonly health: SharedLinkReport | undefined;
}

/** How busy this box was of late: a sample of each so many seconds, the oldest first. */
export interface LoadReport {
  readonly everySeconds: number;
  /** Messages of clients and relays in each span. */
  readonly received: readonly number[];
  readonly pools: readonly PoolLoadReport[];
}

export interface PoolLoadReport {
  readonly link: string;
  readonly pool: string;
  /** As for `PoolReport`. */
  readonly size: number;
  /** Leases that clients held at the end of each span; a pool that is new has fewer of them. */
  readonly active: readonly number[];
}

/** Counters by their dotted name, such as `received.solicit`. */
export type CountersReport = Readonly<Record<string, number>>;
