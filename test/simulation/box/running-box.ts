/** A box of the simulation as the others see it, and one run of the program on it. */
import type { Appliance, Event, LeaseCommand, ReceivedDatagram, ReconfigureCommand } from '../../../src/appliance/index.ts';
import type { FailoverCommand, FailoverEvent, PartnerReach } from '../../../src/failover/index.ts';
import type { Binding } from '../../../src/lease/index.ts';
import type { Address, Duid, EpochSeconds, Now } from '../../../src/wire/index.ts';
import type { BoxName, BoxPlan, DiskAtRestart, Range } from '../schedule/schedule.ts';
import type { BoxConfiguration, FileName } from '../schedule/variants.ts';
import type { BoxClock } from '../world/clock.ts';
import type { Disk } from './disk.ts';

export interface CommitFailure {
  readonly permille: number;
  /** How many of those that fail are on the disk all the same. */
  readonly writtenPermille: number;
}

/** How a commit will go: how long it takes, when the disk has it (if ever), and what the program is told. */
export interface CommitFate {
  readonly durationMs: number;
  readonly writtenAfterMs: number | undefined;
  readonly fails: boolean;
}

export interface Box {
  readonly plan: BoxPlan;
  readonly serverId: Duid;
  /** On the management network. */
  readonly address: Address;
  readonly clock: BoxClock;
  readonly disk: Disk;
  /** What its provisioning file makes of it. */
  readonly configuration: BoxConfiguration;
  /** Which file that is, and since when. */
  readonly file: FileName;
  readonly fileSinceMs: number;
  /** Undefined while the program does not run. */
  readonly run: BoxRun | undefined;
  /** Of all runs. */
  stepsDone(): number;
  readonly stalledUntilMs: number;
  start(disk: DiskAtRestart): void;
  /** Ends the run before the n-th effect from now on, and then calls back. */
  crashAtEffect(effects: number, how: 'killed' | 'without power', crashed: () => void): void;
  crash(): void;
  /** One more effect is about to be carried out; the run may end before it. */
  countEffect(): 'go on' | 'crash';
  /** How the commit of these will go. */
  commitFate(bindings: readonly Binding[]): CommitFate;
  leaseCommand(command: LeaseCommand | ReconfigureCommand): void;
  /** The provisioning file is this one from now on, and is read again. */
  reload(file: FileName): void;
  failoverCommand(relationship: string, command: FailoverCommand): void;
  acceptStorage(): void;
  /** An operator says what time it is. */
  clockCommand(time: EpochSeconds): void;
  stallFor(ms: number): void;
  /** Its wall clock was set, or NTP vouches for it now: the program finds that out. */
  lookAtClock(): void;
  /** How commits go from now on; undefined: well, and as quickly as the plan says. */
  failCommits(failure: CommitFailure | undefined): void;
  setCommitTime(range: Range | undefined): void;
}

export interface BoxRun {
  readonly box: Box;
  readonly appliance: Appliance;
  readonly partners: readonly { readonly relationship: string; readonly partner: BoxName }[];
  /** What the run was told last about its partners' hosts. */
  readonly reach: Map<string, PartnerReach>;
  readonly hasCommitInFlight: boolean;
  readonly steps: number;
  now(): Now;
  /** The first event. */
  begin(): void;
  receive(datagram: ReceivedDatagram): void;
  /** Something can be read: it is when the event loop comes to it, in the order in which it came. */
  read(happen: () => void): void;
  /** The same for an event of failover. */
  failover(event: FailoverEvent): void;
  /** The event loop has come to it. */
  handle(event: FailoverEvent): void;
  /** Something else than a socket wakes the event loop. */
  whenAwake(happen: () => void): void;
  dispatch(event: Event): void;
}
