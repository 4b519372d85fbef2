/** What an endpoint and its update flow want of each other. */
import type { Binding, LeaseName, LeaseTable } from '../../lease/index.ts';
import type { BareMessage, BindingReplyMessage, BindingUpdateMessage, EpochSeconds, FailoverMessage, FailoverMessageType } from '../../wire/index.ts';
import type { RelationshipConfiguration } from '../configuration.ts';
import type { Severity } from '../effect.ts';
import type { UpdateCounters } from './counters.ts';

/** What the flow asks of the endpoint that it belongs to. */
export interface UpdatePort {
  /** Now, to the partner. */
  send(message: FailoverMessage): void;
  /**
   * Make these durable in one atomic write, and send `then` behind it. None of the leases is locked; they all are until the
   * write is over. When it fails nothing is sent.
   */
  change(bindings: readonly Binding[], then: readonly FailoverMessage[]): void;
  /** The table has these changed already; losing it is safe, so it may ride on any later write. */
  lazyChange(slots: readonly number[]): void;
  /** All that the partner asked for with this UPDREQ or UPDREQALL was answered: UPDDONE may go (RFC 8156 section 5.3.7). */
  updatesDone(transactionId: number): void;
  log(severity: Severity, text: string): void;
  /** This box lost records, or came back with old ones, and has not been told everything again. */
  isRebuilding(): boolean;
  /** One that no outstanding message has (section 5.4). */
  nextTransactionId(): number;
}

/**
 * - `idle`: nothing is sent by itself, no request is served.
 * - `normal`: changes are sent as they come, those from before first; then the secondary asks for prefixes (section 8.8).
 * - `serve-only`: what the partner asks for is sent, nothing else.
 *
 * In every mode the partner's updates are taken, and its acknowledgements.
 */
export type UpdateMode = 'idle' | 'normal' | 'serve-only';

/** What is on its way, for display and for the endpoint's decisions. */
export interface UpdateProgress {
  /** BNDUPD messages that the partner did not answer yet. */
  readonly unacked: number;
  /** Leases that the partner has to be told of, and whose update is not sent yet: what is known without a scan. */
  readonly waiting: number;
  /** How far the scan over all leases is, 0..1; 1 when there is none. */
  readonly scanned: number;
  /** Updates of the partner that wait for a lease's commit. */
  readonly deferred: number;
  /** Leases whose last update the partner refused. */
  readonly refused: number;
  /** The partner has answered all that it has to be told. */
  readonly isDone: boolean;
}

/** What a flow is for, of what a connection brings. */
export type UpdateFlowMessage =
  | BindingUpdateMessage
  | BindingReplyMessage
  | (BareMessage & { readonly type: typeof FailoverMessageType.POOLREQ | typeof FailoverMessageType.POOLRESP });

/**
 * The binding updates of one relationship, both ways (RFC 8156 section 7), and the balance of delegable prefixes
 * (section 4.2.2). It keeps no timer and no clock: `pump` does what has become possible.
 */
export interface UpdateFlow {
  /**
   * Communications are OK (section 6.1). `partnerWindow` is the partner's F_MAX_UNACKED_BNDUPD, `extensions` the codes of what it speaks
   * beyond RFC 8156.
   */
  opened(partnerWindow: number, extensions: readonly number[]): void;
  /** Communications are lost: what was not acknowledged is sent again after the next `opened`. */
  closed(): void;
  setMode(mode: UpdateMode): void;
  /** These leases changed, durably. */
  leasesChanged(slots: readonly number[]): void;
  /** These leases wait for no commit any more. */
  unlocked(slots: readonly number[]): void;
  /** The partner asks for what it has not acknowledged (UPDREQ), or for everything (UPDREQALL). */
  serveRequest(kind: 'unacked' | 'all', transactionId: number): void;
  received(message: UpdateFlowMessage, now: EpochSeconds): void;
  /** The database is an old one: what records that this commit or one before it wrote say was acknowledged counts for nothing. */
  voidAcknowledgements(revision: number): void;
  /** This box, which lost records, is about to be told everything; whose prefixes are it learns by that (see `disowned-prefixes.ts`). */
  askedForEverything(): void;
  /** All that the partner knows was told. */
  everythingTold(): void;
  /** Sends what may go now. To be called at the end of every step while communications are OK, and at `wakeAt`. */
  pump(now: EpochSeconds): void;
  /** When `pump` has something to do by itself; NEVER: not before something happens. */
  wakeAt(): EpochSeconds;
  pending(): UpdateProgress;
  /** Names the update that waits longest for its answer; 0: none does. */
  oldestUnanswered(): number;
  /**
   * An ended lease that may go back to the client that had it, without the partner's word: nothing was said of its end
   * (section 4.2.2.1).
   */
  mayReturn(slot: number): boolean;
  readonly counters: Readonly<UpdateCounters>;
}

export interface UpdateFlowParameters {
  readonly configuration: RelationshipConfiguration;
  readonly table: LeaseTable;
  readonly port: UpdatePort;
  /** How many lease records the box keeps: the partner can't make it keep more. */
  readonly leasesMax: number;
  /** Up to `count` delegable prefixes of the pool that this box, the primary, could give to clients. */
  readonly takeForPartner: (pool: number, count: number) => readonly LeaseName[];
  /** Up to `count` prefixes of the pool that the secondary could give to clients, and would give last. */
  readonly takeFromPartner: (pool: number, count: number) => readonly LeaseName[];
}
