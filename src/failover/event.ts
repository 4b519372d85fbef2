/** Everything that can happen to the failover endpoints of a box. */
import type { Address, BindingReplyMessage, BindingUpdateMessage, EpochSeconds, FailoverMessage, LinkHealth, PairUpdateMessage, SharedCommitMessage } from '../wire/index.ts';
import type { RelationshipConfiguration } from './configuration.ts';
import type { MoveTime } from './endpoint-record.ts';
import type { PassedOn } from './relaying/passed-on.ts';
import type { OfferedMessage } from './relaying/relayed-message.ts';

/** What an operator may tell an endpoint (`twinlease failover ...`). */
export const FAILOVER_COMMANDS = [
  /** The partner is down and will not serve: go on alone (RFC 8156 sections 8.4, 8.8.2, 8.9.2, 8.11.2). */
  'partner-down',
  /** The same from states that have no way out without the partner. */
  'force-partner-down',
  /** Ask the partner for what this box has not acknowledged yet (UPDREQ). */
  'resync',
  /** Ask the partner for everything (UPDREQALL). */
  'resync-all',
  /** Leave the partner and stay away until `resume`; both serve from their own pools. */
  'pause',
  'resume',
  /** Let the partner serve the clients: leave with ServerShuttingDown and answer nobody until `resume`. */
  'handover',
] as const;
export type FailoverCommand = (typeof FAILOVER_COMMANDS)[number];

/** What is known of the partner's host by other means than its daemon's messages. */
export type PartnerReach =
  /** Its kernel answers ICMPv6 echoes. */
  | 'answers'
  /** It missed three of them. */
  | 'silent'
  /** The management port of this box has no carrier. */
  | 'no-carrier';

/** A verdict on a link of this box. */
export type LinkReport = Omit<LinkHealth, 'received' | 'sent'>;

/** Why leases changed. */
export type LeaseChangeCause = 'client' | 'expiry' | 'operator' | 'dns';

export type FailoverEvent =
  /** The box has booted, its storage is read. Once, before any other event. */
  | { readonly kind: 'start' }
  /**
   * TCP, and TLS where it is used, is up. `relationship` is known where this box dialled. `certificate`: SHA-256 of the
   * certificate that the partner proved to hold, in hexadecimal; undefined over plain TCP.
   */
  | {
      readonly kind: 'connected';
      readonly connection: number;
      readonly relationship: string | undefined;
      readonly partnerAddress: Address;
      readonly certificate: string | undefined;
    }
  | {
      readonly kind: 'message';
      readonly connection: number;
      readonly message: FailoverMessage;
      /** Wall clock, as close to the arrival as can be had (RFC 8156 section 7.1). */
      readonly receivedAt: EpochSeconds;
    }
  /** The same of several that came one behind the other: what a box does after each message it does once after these. */
  | {
      readonly kind: 'updates';
      readonly connection: number;
      readonly messages: readonly (BindingUpdateMessage | BindingReplyMessage)[];
      readonly receivedAt: EpochSeconds;
    }
  /** What came is no message; `error` says why in plain words. */
  | { readonly kind: 'malformed'; readonly connection: number; readonly error: string }
  /** An open connection ended. */
  | { readonly kind: 'closed'; readonly connection: number; readonly reason: string }
  /** A `dial` did not succeed. */
  | { readonly kind: 'dialFailed'; readonly relationship: string; readonly reason: string }
  /** The shell's queue to the partner is empty again. */
  | { readonly kind: 'writable'; readonly connection: number }
  | { readonly kind: 'partnerHost'; readonly relationship: string; readonly reach: PartnerReach }
  /** The time that `wake` asked for has come. All messages that could be read were delivered before it. */
  | { readonly kind: 'timer' }
  /** These leases changed, stable storage has them, and the client was answered: the partner is to be told. */
  | { readonly kind: 'leasesChanged'; readonly slots: readonly number[]; readonly cause: LeaseChangeCause }
  /** These leases wait for no commit any more. */
  | { readonly kind: 'unlocked'; readonly slots: readonly number[] }
  /** Stable storage has what a `change` effect asked for; its `then` was carried out. */
  | { readonly kind: 'changed'; readonly token: number }
  /** It has not, and nothing was carried out. */
  | { readonly kind: 'changeFailed'; readonly token: number; readonly reason: string }
  | {
      readonly kind: 'command';
      readonly id: number;
      readonly relationship: string;
      readonly command: FailoverCommand;
    }
  /**
   * The configuration changed, of the same relationships in the same roles. An endpoint that it concerns leaves its partner
   * and meets it anew, as what both must agree on is compared when they meet.
   */
  | { readonly kind: 'configured'; readonly relationships: readonly RelationshipConfiguration[] }
  /** From now on stable storage takes no writes, or does again. A box that can't commit leaves its clients to its partner (R-LH7). */
  | { readonly kind: 'storage'; readonly works: boolean }
  /** A client's message that the state of this box leaves to the partner. */
  | { readonly kind: 'clientMessage'; readonly offered: OfferedMessage }
  /** A Relay-reply of the partner, for which this box is a relay agent: there alone it is heard (R-LH8). */
  | { readonly kind: 'relayReply'; readonly relationship: string; readonly bytes: Uint8Array }
  /** A Reconfigure for a client on this link: the partner sends it there as well, where this box may not reach it. */
  | { readonly kind: 'reconfigure'; readonly relationship: string; readonly passed: PassedOn }
  /** What this box makes of its links to clients; all of them. */
  | { readonly kind: 'links'; readonly links: readonly LinkReport[] }
  /** What this box will show instead of its certificate, once its partners keep it; undefined: nothing. SHA-256, in hexadecimal. */
  | { readonly kind: 'nextCertificate'; readonly certificate: string | undefined }
  /** What `partnerCertificate` asked for is durable. */
  | { readonly kind: 'partnerCertificateKept'; readonly relationship: string; readonly certificate: string }
  /** For the partner, of a change of the configuration on both boxes; nothing comes of it where `partnerCommit` did not say that it is there. */
  | { readonly kind: 'sharedCommit'; readonly relationship: string; readonly message: SharedCommitMessage }
  /** For the partner, of an update of both boxes; nothing comes of it where `partnerUpdate` did not say that it is there. */
  | { readonly kind: 'pairUpdate'; readonly relationship: string; readonly message: PairUpdateMessage }
  /**
   * Where the partner's beacons are heard, and where they were heard and are not any more though this box's own port is well. They are
   * evidence of whether its box lives, and no communications (R-PD2).
   */
  | { readonly kind: 'partnerOnLan'; readonly relationship: string; readonly heardOn: readonly string[]; readonly silentOn: readonly string[] }
  /**
   * The clock of the box was set, or more is known of a former timescale: every time is to be moved by this (R-ST2). Connections whose
   * times are others now end, and come again when stable storage knows.
   */
  | { readonly kind: 'clockSet'; readonly rebase: MoveTime }
  /** The clock is trusted now, or stable storage has what is known of it. */
  | { readonly kind: 'clock' }
  /** The box is about to end: every partner is told. */
  | { readonly kind: 'stopping' };
