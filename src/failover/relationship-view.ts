/** What can be seen of an endpoint from outside of this room: for display, and for what clients are answered. */
import type { Duid, EpochSeconds, MonotonicMs, Seconds } from '../wire/index.ts';
import type { EndpointState, Role } from './endpoint-state.ts';
import type { RelayCounters } from './relaying/relaying.ts';
import type { Responsiveness } from './responsiveness.ts';
import type { UpdateCounters, UpdateProgress } from './updates/index.ts';

/** Where communications with the partner stand (RFC 8156 section 6.1). */
export type Communications =
  | 'none'
  /** There is a connection, and no STATE of the partner came over it yet. */
  | 'connecting'
  | 'ok';

/** A verdict on a link, in plain words. */
export interface LinkOpinion {
  /** "UP", "LOST", ... */
  readonly verdict: string;
  /** What speaks against it, or nothing. */
  readonly evidence: string;
  readonly since: EpochSeconds;
}

export interface SplitView {
  /** Of this box, of 256; undefined where the two did not agree on it when they met last. */
  readonly buckets: number | undefined;
  /** Why not, though the partner speaks of it; undefined where it does not, or where they agreed. */
  readonly problem: string | undefined;
  /** After so long what the partner must answer is passed on to it. */
  readonly delayedService: Seconds;
}

export interface LinkView {
  readonly link: string;
  /** Of this box; undefined where it has no port there, or has not looked yet. */
  readonly own: LinkOpinion | undefined;
  /** As the partner said; undefined where it did not, or is not connected. */
  readonly partner: LinkOpinion | undefined;
  /** What clients there say to the partner is passed on from the first message on. */
  readonly isRelayed: boolean;
  /** Bits of `LinkEvidence` that the partner gave for its verdict; 0 where it gave none. */
  readonly partnerEvidence: number;
  /** The partner's `LinkVerdict`, or one of a newer version; UNKNOWN where it said none. */
  readonly partnerVerdict: number;
}

/** Where the box of the partner lives, by its beacons; of those links on which it was heard since this box started. */
export interface PartnerOnLan {
  readonly heardOn: readonly string[];
  /** It is not heard any more, and this box's own port there is well. */
  readonly silentOn: readonly string[];
}

/** Beacons of a partner that is connected. */
export interface BeaconView {
  /** The run of its program. */
  readonly session: string;
  /** From when on they are to be expected. */
  readonly since: MonotonicMs;
  /** When its program was heard last, over the connection; as late as it says something by itself. */
  readonly aliveAt: MonotonicMs;
  /** How often it says something by itself there, in milliseconds; 0: not often enough to tell anything by. */
  readonly saysEvery: number;
}

/** What the two boxes have otherwise in their configuration. */
export interface SectionDifference {
  /** A key path, or "something" where the partner does not say. */
  readonly name: string;
  /** Its value on this box, or a digest of a long one; undefined where it is not there. */
  readonly own: string | undefined;
  readonly partner: string | undefined;
}

export interface RelationshipView {
  readonly name: string;
  readonly role: Role;
  readonly partnerName: string;
  readonly state: EndpointState;
  readonly since: EpochSeconds;
  /** Why it went to this state, in plain words. */
  readonly why: string;
  /** 0: the partner never said. As it said last, maybe long ago. */
  readonly partnerState: EndpointState | 0;
  readonly partnerSince: EpochSeconds;
  /** 0: never. */
  readonly lastContact: EpochSeconds;
  readonly communications: Communications;
  /**
   * What the box may do for clients. While a change of state is not durable, what both the old and the new one allow; nothing
   * while the clients are handed over.
   */
  readonly responsiveness: Responsiveness;
  /** How the two divide the clients while both are in NORMAL; undefined where the configuration of this box does not say so. */
  readonly split: SplitView | undefined;
  /** The one in force. */
  readonly mclt: Seconds;
  /** Seconds that the partner's clock is behind this one (negative: ahead); undefined without a connection. */
  readonly skew: number | undefined;
  readonly updates: UpdateProgress;
  readonly updateCounters: Readonly<UpdateCounters>;
  /** What this box asked of the partner and has not received in full. */
  readonly asking: 'unacked' | 'all' | undefined;
  /** The operator keeps it from its partner. */
  readonly held: 'pause' | 'handover' | undefined;
  /** When RECOVER-WAIT ends; undefined in another state. */
  readonly waitUntil: EpochSeconds | undefined;
  /** When the partner will count as down by itself; undefined while that does not threaten. */
  readonly partnerDownAt: EpochSeconds | undefined;
  /** What both boxes make of their links to clients. */
  readonly links: readonly LinkView[];
  readonly onLan: PartnerOnLan;
  /** Undefined where none are to be expected. */
  readonly beacons: BeaconView | undefined;
  /** The DUID that clients know the partner's server by; undefined where it did not say, or is not connected. */
  readonly partnerServerId: Duid | undefined;
  /** The state that the partner told last answers a client that looks for a server. */
  readonly partnerAnswersSolicits: boolean;
  readonly relayCounters: Readonly<RelayCounters>;
  /** As the partner said when the two met last, since this box started. */
  readonly differences: readonly SectionDifference[];
  /** The two can change their configuration together at this moment. */
  readonly canCommit: boolean;
  /** Of the partner's program, as it said when the two met last; undefined where it did not, or not since this box started. */
  readonly partnerVersion: string | undefined;
  /** What a client on this link says to the partner is passed on from the first message on. @param byRelay a relay agent brings it */
  isPassedOn(link: string, byRelay: boolean): boolean;
  /** Whether a client with this identity is this box's while both are in NORMAL; undefined where they are not divided. */
  isOwn(identity: Uint8Array): boolean | undefined;
  /** An ended lease that may go back to the client that had it, without the partner's word (section 4.2.2.1). */
  mayReturn(slot: number): boolean;
}
