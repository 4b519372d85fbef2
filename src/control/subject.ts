/** What the control socket shows and steers: the parts of a running daemon. */
import type { Appliance, LeaseCommand, ReconfigureCommand } from '../appliance/index.ts';
import type { FailoverCommand, RelationshipConfiguration } from '../failover/index.ts';
import type { ClientPorts, InterfaceWatcher, LeasequeryConnection, ZoneServers } from '../net/index.ts';
import type { ServerConfiguration } from '../server/index.ts';
import type { Stamps } from '../time/index.ts';
import type { Duid, EpochSeconds, MonotonicMs } from '../wire/index.ts';
import type { Alarms } from './alarms.ts';
import type { EventLog } from './event-log.ts';
import type { PairUpdatePlan, PairUpdateReport } from './pair-update-protocol.ts';
import type { PairingAction, PairingReport, RotationAction } from './pairing-protocol.ts';
import type { TransitionReport } from './failover-protocol.ts';
import type { LoadReport, StatusReport } from './protocol.ts';

export interface StorageReport {
  readonly directory: string;
  /** Of this opening of the database, hexadecimal. */
  readonly generation: string;
  /** Revision of the last commit that is durable. */
  readonly revision: number;
}

/** Leasequery over TCP as it is now. */
export interface LeasequeryTcpView {
  readonly port: number;
  readonly isSecure: boolean;
  readonly isListening: boolean;
  readonly connectionsMax: number;
  readonly connections: readonly LeasequeryConnection[];
  readonly counters: Readonly<Record<string, number>>;
}

export interface Subject {
  readonly appliance: Appliance;
  /** Name of this box in the provisioning file. */
  readonly applianceName: string;
  readonly version: string;
  readonly startedAt: MonotonicMs;
  /** What time it is, and was. */
  readonly stamps: Stamps;
  /** What the system's clock shows, and how far it may be off by what the kernel knows, in seconds. */
  readonly systemClock: () => { readonly now: EpochSeconds; readonly maxError: number | undefined };
  readonly serverId: Duid;
  readonly ports: ClientPorts;
  readonly interfaces: InterfaceWatcher;
  readonly alarms: Alarms;
  readonly log: EventLog;
  configuration(): ServerConfiguration;
  /** Those that this box is in. */
  readonly relationships: readonly RelationshipConfiguration[];
  /** The provisioning file in canonical form, defaults expanded, secrets left out. */
  configurationText(): string;
  storage(): StorageReport;
  /** Numbers since the start about what was said to DNS servers, by name. */
  readonly dnsSender: Readonly<Record<string, number>>;
  /** Whom this box asks for the changes of each zone. */
  readonly dnsServers: () => readonly ZoneServers[];
  /** Undefined where nobody may ask for leases by TCP. */
  leasequeryTcp(): LeasequeryTcpView | undefined;
  /** Numbers since the start about the connections to partners, by name; none for a box by itself. */
  partnerConnections(): Readonly<Record<string, number>>;
  /** What endpoints went through, over restarts; the oldest first. */
  failoverHistory(): readonly TransitionReport[];
  load(): LoadReport;
  /** @returns why it was refused, or undefined when it is done and durable */
  leaseCommand(command: LeaseCommand | ReconfigureCommand): Promise<string | undefined>;
  /** @returns why it was refused, or undefined when it is done */
  failoverCommand(relationship: string, command: FailoverCommand): Promise<string | undefined>;
  /** The operator says what time it is; undefined: what the system's clock shows. @returns why it was refused, or undefined when it is durable */
  clockCommand(time: EpochSeconds | undefined): Promise<string | undefined>;
  /** By what this box knows its partners. */
  pairings(): readonly PairingReport[];
  /** @returns why it was refused, or undefined when it is done and durable */
  pairingCommand(relationship: string, action: PairingAction): Promise<string | undefined>;
  /** Another key and certificate for this box. @returns why it was refused, or undefined when partners are told */
  certificateRotation(action: RotationAction): Promise<string | undefined>;
  /** The operator accepts that records were lost. @returns why it was refused, or undefined */
  acceptStorage(): Promise<string | undefined>;
  /** Reads the provisioning file again: whole or not at all. @returns the errors, or undefined */
  reload(): Promise<string | undefined>;
  /** The daemon ends, behind the answer to whoever asked for it. */
  stop(): void;
  readonly provisioningFile: string;
  /** @returns why the file could not be used in place of the provisioning file, or undefined */
  tryFile(file: string): Promise<string | undefined>;
  /** Commits a configuration on this box and its partners, or on none. @returns why on none, or which partners have it later */
  commitOnBoth(draft: string): Promise<string | { readonly waiting: readonly string[] }>;
  /** What a partner prepared here does not happen here. @returns why not, or undefined */
  abandonCommit(): Promise<string | undefined>;
  /** What an update of both boxes would do, with the file that is kept for it; or why there is no telling. */
  planPairUpdate(): Promise<PairUpdatePlan | string>;
  /** @returns why it was not begun, or undefined */
  beginPairUpdate(): Promise<string | undefined>;
  /** @returns why not, or undefined */
  stopPairUpdate(): Promise<string | undefined>;
  /** How far the last one is; undefined: there never was one. */
  pairUpdate(): PairUpdateReport | undefined;
  /** A commit on both boxes that is not over. */
  undecidedCommit(): StatusReport['configuration']['undecided'];
  /** The last commit of the configuration stays, also on the partners that it was made on. @returns why not, or undefined */
  confirmCommit(scope: 'both' | 'local'): Promise<string | undefined>;
  /** Seconds until the last commit of the configuration is undone; undefined where it stays. */
  undoneIn(): number | undefined;
  /** It was made on partners as well. */
  isUndoneShared(): boolean;
}
