/** What a client asks, as the rules of RFC 9915 section 18.3 see it, and what comes of it. */
import type { EpochSeconds, Address, ClientMessage, RelayLevel } from '../wire/index.ts';
import type { LinkAuthority } from './authority.ts';
import type { DiscardReason } from './discard-reason.ts';

/** What stable storage allows. */
export interface StorageCondition {
  /** False after a failed write: only what is durable already may be told. */
  readonly writable: boolean;
  /**
   * Records were lost and nobody knows which: no lease is given to a client without a binding, and
   * such a client is not told that it has none, until the operator accepts the loss.
   */
  readonly lost: boolean;
}

export interface Query {
  readonly message: ClientMessage;
  /** Relay-forward headers, outermost first; none for a message that came directly. */
  readonly levels: readonly RelayLevel[];
  /** All that came; `message` and `levels` are views into it. */
  readonly datagram: Uint8Array;
  readonly interfaceName: string;
  /** The link that the client is on, where that is known otherwise than by interface and relay agents. */
  readonly link?: string | undefined;
  /** The same Release or Decline (DUID and transaction-id) was acted upon before. */
  readonly isCopy?: boolean | undefined;
  /** The message was handled before, and what became of it is durable: it is answered from that alone. */
  readonly isDurable?: boolean | undefined;
  /** The partner asks as a client would: whether this box is heard and answers. */
  readonly isProbe?: boolean | undefined;
  /** Source address of the datagram. */
  readonly source: Address;
  readonly destination: 'multicast' | 'unicast';
  readonly now: EpochSeconds;
  /** Revision of the commit that changed leases will join. */
  readonly revision: number;
  readonly storage: StorageCondition;
  /** What failover leaves to this box on the link with this name. */
  authorityOf(link: string): LinkAuthority;
}

export type Answer =
  | {
      readonly kind: 'reply';
      /** The message for the client, not yet inside Relay-reply messages. */
      readonly bytes: Uint8Array;
      /** Slots of leases that were changed: the reply must wait until they are durable. */
      readonly changed: readonly number[];
      /** A line for the log. */
      readonly note?: string | undefined;
    }
  | {
      readonly kind: 'discard';
      readonly reason: DiscardReason;
      readonly changed: readonly number[];
    }
  /** A lease of this client waits for a commit: ask again after it. */
  | { readonly kind: 'locked' };

const NOTHING: readonly number[] = [];

export function discard(reason: DiscardReason, changed: readonly number[] = NOTHING): Answer {
  return { kind: 'discard', reason, changed };
}
