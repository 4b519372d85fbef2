import type { Address, Duid, EpochSeconds, Iaid, Seconds } from '../wire/index.ts';
import type { RenewalTimes } from './lifetimes.ts';

/**
 * What a server may know about the state of a lease (RFC 8156 section 5.5.1, OPTION_F_BINDING_STATUS).
 * The numbers are those of the wire, and of stable storage.
 */
export const BindingStatus = {
  /** Leased to a client. */
  ACTIVE: 1,
  /** The lifetime ran out, the partner does not know yet. */
  EXPIRED: 2,
  /** The client gave it back, the partner does not know yet. */
  RELEASED: 3,
  /** Not leased any more; becomes FREE or FREE_BACKUP when the partner acknowledges. */
  PENDING_FREE: 4,
  /** Free, for the primary to lease. */
  FREE: 5,
  /** Free, for the secondary to lease. */
  FREE_BACKUP: 6,
  /** Found in use by somebody else (a Decline). */
  ABANDONED: 7,
  /** Taken out of ABANDONED by the operator, the partner does not know yet. */
  RESET: 8,
} as const;
export type BindingStatus = (typeof BindingStatus)[keyof typeof BindingStatus];

/** Whether a lease with this status can be given to a client, by whichever box it belongs to. */
export function isFree(status: BindingStatus): boolean {
  return status === BindingStatus.FREE || status === BindingStatus.FREE_BACKUP;
}

/** Whether a lease with this status ended, and is free as soon as whoever has to know that does (RFC 8156 7.2). */
export function hasEnded(status: BindingStatus): boolean {
  switch (status) {
    case BindingStatus.EXPIRED:
    case BindingStatus.RELEASED:
    case BindingStatus.PENDING_FREE:
    case BindingStatus.RESET:
      return true;
    default:
      return false;
  }
}

/** Whether nothing is kept of it: an address that a host registered, and has no more. Hosts make new ones every day. */
export function isForgotten(kind: LeaseKind, status: BindingStatus): boolean {
  return kind === LeaseKind.REGISTERED && isFree(status);
}

/** Of a binding in memory whose times are exact. */
export const PRESENT_TIMESCALE = 0;

/** What can be leased: the option code of the IA that a lease lives in (RFC 9915 21.4, 21.21). IA_TA is obsolete and never leased. */
export const LeaseKind = {
  IA_NA: 3,
  IA_PD: 25,
  /**
   * An address that a host gave itself and told of (RFC 9686): it came in an IA Address option that is in no IA. Nobody leased it, so a partner
   * is never told of it. It is ACTIVE until its end; see `unregistered`.
   */
  REGISTERED: 5,
} as const;
export type LeaseKind = (typeof LeaseKind)[keyof typeof LeaseKind];
/** What a client gets in an IA. */
export type LeasedKind = Exclude<LeaseKind, typeof LeaseKind.REGISTERED>;

/**
 * One lease as stable storage keeps it: a plain record that nobody changes after it is made.
 * A lease is named by `address` and `prefixLength`.
 */
export interface Binding {
  /** The leased address, or the delegated prefix with zeros behind its length. */
  readonly address: Address;
  /** 128 for an address. */
  readonly prefixLength: number;
  readonly kind: LeaseKind;
  readonly status: BindingStatus;
  /** The last client; of length 0 when there never was one. */
  readonly duid: Duid;
  readonly iaid: Iaid;
  /** As last told to the client. */
  readonly preferredLifetime: Seconds;
  /** As last told to the client. */
  readonly validLifetime: Seconds;
  readonly clientLastTransactionTime: EpochSeconds;
  readonly startTimeOfState: EpochSeconds;
  /** When the status ends by itself; 0xffffffff: never. */
  readonly stateExpirationTime: EpochSeconds;
  /** What the partner is told, or was told and did not acknowledge yet (RFC 8156 7.3); 0: there is nothing to tell. */
  readonly partnerLifetime: EpochSeconds;
  /** The partner-lifetime that the partner acknowledged (RFC 8156 7.3); 0: none in this tenancy. */
  readonly ackedPartnerLifetime: EpochSeconds;
  /** The latest partner-lifetime of the partner's that this box acknowledged (RFC 8156 7.3); 0: none in this tenancy. */
  readonly expirationTime: EpochSeconds;
  /** When the client last talked to the partner, by the partner's clock, as received (RFC 8156 7.3); 0: not known. */
  readonly partnerRawCltTime: EpochSeconds;
  /** The partner does not know the binding as it is (RFC 8156 7.5.4). */
  readonly updateNeeded: boolean;
  /**
   * In stable storage the index of the timescale that the times are counted in (R-ST2). In memory all times are in the present one, and
   * this says where they come from: PRESENT_TIMESCALE, or one more than the index of the timescale that they were stored in, which may be
   * such that nobody knows how the two differ; they are upper bounds then (`LeaseReader.isExact`).
   */
  readonly timescale: number;
  /** Counter of the commit that wrote it (a safe integer). */
  readonly revision: number;
  /** Hardware type (2 octets) and link-layer address of the client (RFC 6939), if known. */
  readonly linkLayerAddress?: Uint8Array | undefined;
  /** The Relay-forward chain that the client was last heard through, without the client's message, as received. */
  readonly relay?: Uint8Array | undefined;
  /** The address (16 octets) that this chain came from: the relay agent nearest to the server; undefined where that is not known. */
  readonly relayAgent?: Uint8Array | undefined;
  /** The client's reconfigure key, and when it was made: see `reconfigureData`. */
  readonly reconfigureData?: Uint8Array | undefined;
  /** The link-local address (16 octets) that the client is reached at directly. Kept for the way of a delegated prefix, and of a Reconfigure. */
  readonly clientAddress?: Uint8Array | undefined;
  /** Its names in the DNS, and what became of them: see `LeaseDns`. */
  readonly dns?: Uint8Array | undefined;
  /**
   * T1 and T2 as the client was told them, where they are known and not what they would be by themselves (`renewalTimes`). For a partner (RFC
   * 8156 7.4), and in memory only: nothing is decided by them.
   */
  readonly renewal?: RenewalTimes | undefined;
}
