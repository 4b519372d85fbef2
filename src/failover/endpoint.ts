/**
 * What this box is in one relationship, in memory (RFC 8156 section 3: an endpoint). The files endpoint-*.ts beside this one
 * have what happens to it, each one side of it.
 */
import type { DatabasePoint, EpochSeconds, MonotonicMs } from '../wire/index.ts';
import type { Alarms } from './alarms.ts';
import type { ClientSplit } from './client-split.ts';
import type { RelationshipConfiguration } from './configuration.ts';
import type { Connection } from './connection.ts';
import type { DurableRecord } from './durable-record.ts';
import type { FailoverEffect, Severity } from './effect.ts';
import type { EndpointState } from './endpoint-state.ts';
import type { PartnerReach } from './event.ts';
import type { JointWork } from './joint-work.ts';
import type { ClockFacts, DatabaseFacts, LinkTraffic } from './parameters.ts';
import type { PendingChanges } from './pending-changes.ts';
import type { LinkAlarmMemory } from './link-trouble.ts';
import type { Reconnect } from './reconnect.ts';
import type { PartnerOnLan, SectionDifference } from './relationship-view.ts';
import type { Relaying } from './relaying/relaying.ts';
import type { TransactionIds } from './transaction-ids.ts';
import type { UpdateFlow } from './updates/index.ts';

/** UPDREQ or UPDREQALL (sections 5.3.5, 5.3.6). */
export type UpdateRequestKind = 'unacked' | 'all';

export interface UpdateRequest {
  readonly kind: UpdateRequestKind;
  readonly transactionId: number;
}

export interface Endpoint {
  configuration: RelationshipConfiguration;
  readonly database: DatabaseFacts;
  readonly commitCounter: () => number;
  readonly emit: (effect: FailoverEffect) => void;
  readonly changes: PendingChanges;
  readonly alarms: Alarms;
  readonly record: DurableRecord;
  flow: UpdateFlow;
  readonly reconnect: Reconnect;
  readonly clock: ClockFacts;
  /** Another partner of this box counts in its timescale, over a connection that stands. */
  isClockShared: () => boolean;
  readonly transactionIds: TransactionIds;

  bootTime: EpochSeconds;
  /** As decided, STARTUP included, which no record has. */
  state: EndpointState;
  /** The last one that was durable; this box obeys the stricter of the two. */
  durableState: EndpointState;
  /** Why it is in this state. */
  why: string;
  /** Where STARTUP leads back to. */
  previousState: EndpointState;
  /** Nothing was stored when it started. */
  readonly isFirstStart: boolean;
  /** TIME-OF-FAILURE before this start; undefined: not known (section 8.3.2). */
  failureTime: EpochSeconds | undefined;
  /** Its timescale, as for the times of the record. */
  failureLabel: number;
  /** Since this start clients were answered until then; 0: not at all. */
  servedUntil: EpochSeconds;
  /** Since this start the last message of the partner came then; 0: none did. */
  lastContact: EpochSeconds;

  connection: Connection | undefined;
  /** How the clients are divided while both are in NORMAL, as the two agreed when they met last; undefined: they are not. */
  split: ClientSplit | undefined;
  /** Why not, though the partner speaks of it; undefined where it does not, or where they agreed. */
  splitProblem: string | undefined;
  readonly relaying: Relaying;
  readonly linkTraffic: (link: string) => LinkTraffic;
  /** The run of this program that its beacons belong to; undefined: it sends none. */
  readonly beaconSession: string | undefined;
  /** Of this program; undefined: the partner is not told. */
  readonly programVersion: string | undefined;
  /** How far the partner's database was when both were last in NORMAL; undefined: not heard since the start. */
  partnerSeen: DatabasePoint | undefined;
  /** Since the start everything was fetched from the partner: that it saw more of an older database is known. */
  isRebuilt: boolean;
  /** By the beacons on the links of both, where the partner's box lives, and where it has fallen silent (R-PD1). */
  onLan: PartnerOnLan;
  readonly linkAlarms: Map<string, LinkAlarmMemory>;
  /** What is known of the partner's host. */
  reach: PartnerReach;
  /** The operator keeps it from its partner. */
  held: 'pause' | 'handover' | undefined;
  /** Stable storage takes no writes: this box can keep no promise, and stays away from its partner so that it serves. */
  storageFails: boolean;
  /** Its ports are dead, and its partner can't relay: this box stays away so that the partner serves. */
  hasNoClients: boolean;
  isStopping: boolean;
  /** Why the partner, or this box, refused the last connection; undefined when it did not. */
  refusal: string | undefined;
  /** Why the secondary could not be dialled the last time. */
  unreachable: string | undefined;
  /** The clocks are too far apart to connect. */
  skewRefusal: string | undefined;
  /** The partner refused this box for that, and speaks of clocks: it is told what this one is worth with the next CONNECT. */
  offersClock: boolean;
  /** What this box will show in the place of its certificate, SHA-256 in hexadecimal. */
  nextCertificate: string | undefined;
  /** What of the configuration the partner has otherwise; none when all agrees. */
  differences: readonly SectionDifference[];
  /** What both boxes may do together, and the connection over which they may. */
  readonly jointWork: Map<JointWork, number>;
  /** The version of the partner's program, as it said last; undefined: it never did since the start. */
  partnerVersion: string | undefined;

  /** What the partner is to be asked for, when this endpoint's state is told. */
  wanted: UpdateRequestKind | undefined;
  /** What it was asked for and has not sent in full. */
  asked: UpdateRequest | undefined;
  /** What the partner asked for and this box can't serve yet. */
  readonly requests: UpdateRequest[];

  startupEndsAt: MonotonicMs | undefined;
  /** When RECOVER-WAIT ends. */
  waitEndsAt: MonotonicMs | undefined;
  /** When the partner counts as down by itself. */
  partnerDownAt: MonotonicMs | undefined;
  /** Since when what was asked for brings nothing. */
  quietSince: MonotonicMs;
  /** Since when the update named by `unansweredUpdate` waits, the one that waits longest. */
  unansweredSince: MonotonicMs | undefined;
  unansweredUpdate: number;
  /** When the record was last given to stable storage. */
  heartbeatAt: MonotonicMs;
}

/** A line for the event log. */
export function logOf(endpoint: Endpoint, severity: Severity, text: string): void {
  endpoint.emit({ kind: 'log', severity, text: `${endpoint.configuration.name}: ${text}` });
}

/** Whether it keeps away from its partner, for whatever reason. */
export function isAway({ held, storageFails, hasNoClients, isStopping }: Endpoint): boolean {
  return held !== undefined || storageFails || hasNoClients || isStopping;
}
