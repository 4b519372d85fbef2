/** Everything that the appliance asks of the world. Effects are carried out in their order. */
import type { ClockRecord } from '../clock/index.ts';
import type { DnsEffect, DnsRemovals } from '../dns/index.ts';
import type { EndpointRecord, FailoverEffect, Severity } from '../failover/index.ts';
import type { Beacon } from '../health/index.ts';
import type { Binding } from '../lease/index.ts';
import type { ServerConfiguration } from '../server/index.ts';
import type { Address, EpochSeconds, FailoverMessage, MonotonicMs } from '../wire/index.ts';
import type { DelegatedRoute } from './delegated-routes.ts';
import type { RouterStanding } from './router-standings.ts';

export type Effect =
  /** Send a datagram out of this interface, to a client or a relay agent. */
  | {
      readonly kind: 'send';
      readonly interfaceName: string;
      readonly destination: Address;
      readonly port: number;
      readonly bytes: Uint8Array;
    }
  /**
   * Make these records durable in one atomic write, then say `committed` or `commitFailed`.
   * There is never more than one commit in flight.
   */
  | {
      readonly kind: 'commit';
      readonly revision: number;
      readonly bindings: readonly Binding[];
      readonly endpoints: readonly EndpointRecord[];
      /** What is to be removed from the DNS of these addresses from now on. */
      readonly removals: readonly DnsRemovals[];
      /** When it was, and in which timescale (R-ST2). */
      readonly clock: ClockRecord;
    }
  /** How this prefix is reached from now on, after a commit that may have changed it. */
  | { readonly kind: 'route'; readonly route: DelegatedRoute }
  /** What this box is from now on to the hosts of each of its links that anything is known of. */
  | { readonly kind: 'routerStandings'; readonly standings: readonly RouterStanding[] }
  /** Say `timer` at this time; replaces an earlier wish. */
  | { readonly kind: 'wake'; readonly at: MonotonicMs }
  /** There is more work in the queues: say `drained` again after the sockets were read. */
  | { readonly kind: 'resume' }
  /** For the partner at this connection; the shell stamps the sent-time when the socket takes it. */
  | { readonly kind: 'sendToPartner'; readonly connection: number; readonly message: FailoverMessage }
  /** Open a connection to the secondary of this relationship. */
  | { readonly kind: 'dialPartner'; readonly relationship: string }
  /** Send what is queued for this partner, then close. */
  | { readonly kind: 'closePartner'; readonly connection: number }
  /** Say this to the partner on the link that this interface is on. */
  | { readonly kind: 'beacon'; readonly interfaceName: string; readonly beacon: Beacon }
  /** Ask on the link that this interface is on as a client does: from its port, all servers. */
  | { readonly kind: 'probe'; readonly interfaceName: string; readonly bytes: Uint8Array }
  /** As failover gives them. */
  | Extract<FailoverEffect, { readonly kind: 'alarm' | 'setDatabaseAside' | 'partnerCertificate' | 'certificateKept' | 'partnerCommit' | 'partnerUpdate' | 'transition' | 'beaconKey' }>
  /** Sign and send this to a server of the zone, then say `dnsAnswered` with the same id, once, whatever happens. */
  | Extract<DnsEffect, { readonly kind: 'dnsUpdate' }>
  /** Make it durable that replay detection values (RFC 9915 section 20.3) may be used below this time, then say `replayReserved`. */
  | { readonly kind: 'reserveReplay'; readonly until: EpochSeconds }
  /** Clients that accept Reconfigure have this configuration, were asked to come for it, or are not to be: a start with another one says `formerConfiguration`. */
  | { readonly kind: 'clientsHave'; readonly configuration: ServerConfiguration }
  /** A line for the event log. */
  | { readonly kind: 'log'; readonly severity: Severity; readonly text: string }
  /** The outcome of a `leaseCommand`: undefined, or why it was refused. */
  | { readonly kind: 'commandDone'; readonly id: number; readonly refusal: string | undefined };
