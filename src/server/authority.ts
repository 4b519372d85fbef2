/**
 * What failover leaves to this box on a link (RFC 8156 sections 4.4 and 8). It is decided above; the rules for messages
 * obey it and do not know why.
 */
import type { RenewalSetting } from '../lease/index.ts';
import { epochSeconds } from '../wire/index.ts';
import type { EpochSeconds, Seconds } from '../wire/index.ts';

export interface LinkAuthority {
  /**
   * Whether such a message is answered at all ("responsive", "renew responsive", RFC 8156 section 3).
   * @param type of the client's message
   * @param addressed it carries this server's identifier
   */
  answers(type: number, addressed: boolean): boolean;
  /**
   * Where two boxes divide the clients between them: whether one that names no server is this box's, by the octets that tell it from
   * others. Undefined: all are.
   */
  readonly share: { readonly has: (identity: Uint8Array) => boolean } | undefined;
  /** Clients may get leases that they do not hold (RFC 8156 section 8.7.1). */
  readonly newLeases: boolean;
  /**
   * No other server answers the same clients now. Where one may, a lease is made in answer to a Request alone: Rapid
   * Commit and leases made on Renew or Rebind would give two.
   */
  readonly alone: boolean;
  /** A lease that ended may go back to the client that had it: nothing was said of its end to the partner (RFC 8156 section 4.2.2.1). */
  readonly mayReturn: (slot: number) => boolean;
  /** The valid lifetime that a lease may have (RFC 8156 section 4.4). */
  lifetimeFor(desired: Seconds, ackedPartnerLifetime: EpochSeconds, now: EpochSeconds): Seconds;
  /**
   * Until when the partner is to believe in a lease that was given for `valid` with a wish for `desired` (RFC 8156 section 4.4.1).
   * @param t1 when the client will renew at the latest, where the configuration says that
   */
  partnerLifetimeFor(valid: Seconds, desired: Seconds, t1: RenewalSetting, now: EpochSeconds): EpochSeconds;
}

/** A link that no other server has a part in. */
export const SOLE_AUTHORITY: LinkAuthority = {
  answers: () => true,
  share: undefined,
  newLeases: true,
  alone: true,
  mayReturn: () => false,
  lifetimeFor: (desired) => desired,
  partnerLifetimeFor: () => epochSeconds(0),
};
