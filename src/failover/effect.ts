/** Everything that failover asks of the world. Effects are carried out in their order. */
import type { Binding } from '../lease/index.ts';
import type { Address, ClockReport, EpochSeconds, FailoverMessage, MonotonicMs, PairUpdateMessage, SharedCommitMessage } from '../wire/index.ts';
import type { EndpointRecord } from './endpoint-record.ts';
import type { EndpointState } from './endpoint-state.ts';
import type { RelayedMessage } from './relaying/relayed-message.ts';

/** `info` is for the record, `warning` wants a look soon, `error` wants one now. */
export type Severity = 'info' | 'warning' | 'error';

export type FailoverEffect =
  /** The shell stamps the sent-time when the frame goes to a socket that takes it (RFC 8156 section 7.1). */
  | { readonly kind: 'send'; readonly connection: number; readonly message: FailoverMessage }
  /** Open a connection to the secondary of this relationship; `connected` or `dialFailed` follows. */
  | { readonly kind: 'dial'; readonly relationship: string }
  /** Send what is queued, then close. No `closed` event follows. */
  | { readonly kind: 'close'; readonly connection: number }
  /**
   * Make these durable in one atomic write, lock the bindings until then, and carry out `then` behind it; `changed` or
   * `changeFailed` with this token follows. No binding in it may be locked already.
   */
  | {
      readonly kind: 'change';
      readonly token: number;
      readonly bindings: readonly Binding[];
      readonly endpoint: EndpointRecord | undefined;
      readonly then: readonly FailoverEffect[];
    }
  /** What the table holds of these leases may ride on any later commit: losing it is safe. */
  | { readonly kind: 'lazyChange'; readonly slots: readonly number[] }
  /** From when on this box may give what belongs to its partner; undefined: not at all (RFC 8156 section 8.4.1). */
  | { readonly kind: 'partnerShare'; readonly relationship: string; readonly usableFrom: EpochSeconds | undefined }
  /** PARTNER-DOWN began then: ended leases become free by themselves when their time has come; undefined: it is over. */
  | { readonly kind: 'endTimes'; readonly relationship: string; readonly entry: EpochSeconds | undefined }
  /** Say `timer` at this time; replaces an earlier wish. */
  | { readonly kind: 'wake'; readonly at: MonotonicMs }
  /** Keep a copy of the database as it is, ahead of every commit to come: the partner's leases will replace what is in it (R-ST1). */
  | { readonly kind: 'setDatabaseAside' }
  /** A message of a client that the partner heard: this box handles it as its own, and acknowledges it at once (R-LH7). */
  | { readonly kind: 'relayed'; readonly message: RelayedMessage }
  /** The partner's answer to a client that this box hears. */
  | { readonly kind: 'answerClient'; readonly interfaceName: string; readonly destination: Address; readonly port: number; readonly bytes: Uint8Array }
  /** A client's message for the partner, as from a relay agent (R-LH8). */
  | { readonly kind: 'relayByUdp'; readonly interfaceName: string; readonly destination: Address; readonly bytes: Uint8Array }
  /** A Reconfigure of the partner for a client on this link, or for a relay agent there. */
  | { readonly kind: 'passOn'; readonly link: string; readonly destination: Address; readonly port: number; readonly bytes: Uint8Array }
  /** The partner, known by its certificate, will show this other one: to be kept durably, then `partnerCertificateKept` is said. */
  | { readonly kind: 'partnerCertificate'; readonly relationship: string; readonly certificate: string }
  /** The partner keeps this certificate durably, and takes who shows it for this box. */
  | { readonly kind: 'certificateKept'; readonly relationship: string; readonly certificate: string }
  /**
   * The partner says something of a change of the configuration on both boxes; or it can be spoken to about one from now on (`there`), or not
   * any more (`gone`: what was said last may not have come).
   */
  | { readonly kind: 'partnerCommit'; readonly relationship: string; readonly said: SharedCommitMessage | 'there' | 'gone' }
  /** The same of an update of both boxes. */
  | { readonly kind: 'partnerUpdate'; readonly relationship: string; readonly said: PairUpdateMessage | 'there' | 'gone' }
  /** The endpoint went from one state to another, for this reason; from STARTUP: the box has started. */
  | { readonly kind: 'transition'; readonly relationship: string; readonly from: EndpointState; readonly to: EndpointState; readonly why: string }
  /** The boxes send beacons on the links of this relationship; their key comes from this connection. */
  | { readonly kind: 'beaconKey'; readonly relationship: string; readonly connection: number }
  /**
   * The partner says what its clock is worth: it is ahead of this box's by so many seconds. `adopt`: this box takes its timescale, or its
   * true time; otherwise the corrections are taken, and where both clocks are trusted it is a claim (R-ST2).
   */
  | { readonly kind: 'clockHeard'; readonly report: ClockReport; readonly ahead: number; readonly adopt: boolean }
  /** A line for the event log. */
  | { readonly kind: 'log'; readonly severity: Severity; readonly text: string }
  /** A condition that lasts until it is taken back: what it is, and what to do. */
  | {
      readonly kind: 'alarm';
      /** Unique for the condition: "west-east no-partner". */
      readonly id: string;
      readonly raised: boolean;
      readonly severity: Severity;
      readonly text: string;
      readonly advice: string;
    }
  /** The outcome of a `command`: undefined, or why it was refused. */
  | { readonly kind: 'commandDone'; readonly id: number; readonly refusal: string | undefined };
