/** Everything that can happen to the appliance. */
import type { SystemClock } from '../clock/index.ts';
import type { DnsConfiguration, DnsOutcome } from '../dns/index.ts';
import type { FailoverEvent, RelationshipConfiguration, RelayedMessage } from '../failover/index.ts';
import type { Beacon, InterfaceSignals } from '../health/index.ts';
import type { Binding } from '../lease/index.ts';
import type { ReconfigureType, ServerConfiguration } from '../server/index.ts';
import type { Address, Datagram, Decoded, Duid, EpochSeconds, MonotonicMs, RelayOutcome } from '../wire/index.ts';

/** A UDP datagram that reached port 547. The appliance keeps `bytes`: they must not be reused. */
export interface ReceivedDatagram {
  readonly bytes: Uint8Array;
  readonly interfaceName: string;
  readonly source: Address;
  readonly sourcePort: number;
  readonly destination: 'multicast' | 'unicast';
  /** The partner heard it, on a link of both boxes, and passed it on. */
  readonly relayed?: RelayedDatagram;
  /** The partner asks as a client would, to see whether it is answered (R-LH4). */
  readonly isProbe?: true;
  /** What is in it, where that was asked before its turn came. */
  decoded?: Decoded<Datagram>;
}

export interface RelayedDatagram {
  readonly message: RelayedMessage;
  /** For the acknowledgement, which goes out at once. */
  outcome: RelayOutcome;
}

/** What an operator may do to one lease (`twinlease lease ...`). */
export interface LeaseCommand {
  /** `release`: as if the client had released it. `reset`: free whatever its state, a declined address too. */
  readonly action: 'release' | 'reset';
  readonly address: Address;
  /** 128 for an address */
  readonly prefixLength: number;
}

/** An operator wants a client to be asked by Reconfigure (`twinlease lease reconfigure`). */
export interface ReconfigureCommand {
  readonly action: 'reconfigure';
  readonly client: Duid;
  /** Undefined: whatever makes it hear of all that is new. */
  readonly type: ReconfigureType | undefined;
}

export type Event =
  /** One or more datagrams were read; `drained` follows when the sockets are empty. */
  | { readonly kind: 'received'; readonly datagram: ReceivedDatagram }
  /** All that was readable has been handed over: a good moment to work and to commit. */
  | { readonly kind: 'drained' }
  /** The shell's answer to a `wake` effect. */
  | { readonly kind: 'timer' }
  /** Stable storage holds every binding of this commit. */
  | { readonly kind: 'committed'; readonly revision: number }
  /**
   * The commit failed. `found` has, for each binding of it and in that order, what stable storage
   * holds now: a failed sync may have reached the disk (DESIGN 1).
   */
  | { readonly kind: 'commitFailed'; readonly revision: number; readonly reason: string; readonly found: readonly (Binding | undefined)[] }
  /** A new configuration, checked as a whole; the leases stay, and the relationships are the same ones in the same roles. */
  | {
      readonly kind: 'configured';
      readonly configuration: ServerConfiguration;
      readonly relationships: readonly RelationshipConfiguration[];
      readonly dns?: DnsConfiguration | undefined;
    }
  /** What became of a `dnsUpdate` with this id. */
  | { readonly kind: 'dnsAnswered'; readonly id: number; readonly outcome: DnsOutcome }
  /** An operator's command; the effect `commandDone` carries the same id. */
  | { readonly kind: 'leaseCommand'; readonly id: number; readonly command: LeaseCommand | ReconfigureCommand }
  /** What became of `reserveReplay`; `failure`: why it is not durable. */
  | { readonly kind: 'replayReserved'; readonly until: EpochSeconds; readonly failure: string | undefined }
  /** What the last `clientsHave` before the start said, where that is not what this box began with; `configuration` undefined: nobody knows what it was. */
  | { readonly kind: 'formerConfiguration'; readonly configuration: ServerConfiguration | undefined }
  /** The operator accepts that stable storage lost records (`twinlease store accept`). */
  | { readonly kind: 'storageAccepted' }
  /** What is known of the interfaces that clients are on; all of them. */
  | { readonly kind: 'interfaces'; readonly signals: readonly InterfaceSignals[] }
  /** A beacon of a partner came in through this interface; the shell has checked that the partner said it. */
  | { readonly kind: 'beacon'; readonly interfaceName: string; readonly source: Address; readonly beacon: Beacon }
  /** Somebody sent this to the port that probes are sent from. */
  | { readonly kind: 'probeAnswered'; readonly interfaceName: string; readonly source: Address; readonly bytes: Uint8Array }
  /** A probe could not be sent. */
  | { readonly kind: 'probeFailed'; readonly interfaceName: string }
  /** What happens to a partner, or is asked of failover. */
  | { readonly kind: 'failover'; readonly event: FailoverEvent }
  /** What is known of the system's clock: whether NTP keeps it right (R-ST2). */
  | { readonly kind: 'systemClock'; readonly status: SystemClock }
  /** The operator says what time it is; the effect `commandDone` carries the same id. */
  | { readonly kind: 'clockCommand'; readonly id: number; readonly time: EpochSeconds }
  /** A client whose messages made the daemon fail before; they are dropped until then. */
  | { readonly kind: 'clientQuarantined'; readonly client: Duid; readonly until: MonotonicMs };
