/** What one IA of a message gets, before it is written. */
import type { LeasedKind } from '../lease/index.ts';
import { StatusCode } from '../wire/index.ts';
import type { Address, Iaid, Seconds } from '../wire/index.ts';
import type { Lifetimes } from './configuration.ts';
import type { OptionLayer } from './option-layers.ts';

/** On which terms a lease is given out: those of its pool, or of the reservation that names it. */
export interface LeaseTerms {
  readonly lifetimes: Lifetimes;
  /** The partner is told of the lease. */
  readonly replicated: boolean;
  readonly options: OptionLayer;
  /** They are of a reservation: no pool has a say in them. */
  readonly isReserved: boolean;
  /** The data of OPTION_PD_EXCLUDE (RFC 6603) for a delegated prefix, if any. */
  readonly exclude: Uint8Array | undefined;
}

export interface GrantedLease {
  readonly address: Address;
  /** 128 for an address */
  readonly prefixLength: number;
  readonly preferred: Seconds;
  readonly valid: Seconds;
  /** Undefined for a lease that is not extended: it ends with what it has left, or at once (0). */
  readonly terms: LeaseTerms | undefined;
  /** It is not extended now, and will be, or is kept for longer than may be told now: T1 and T2 come before its end. */
  readonly isToAskAgain?: boolean;
  /** What it is called (`LeaseDns`). */
  readonly dns?: Uint8Array | undefined;
}

export interface IaStatus {
  readonly code: StatusCode;
  /** For the person at the client's log (RFC 9915 section 21.13). */
  readonly text: string;
}

export interface IaResult {
  readonly kind: LeasedKind;
  readonly iaid: Iaid;
  readonly leases: readonly GrantedLease[];
  readonly status: IaStatus | undefined;
}

export const NO_ADDRS_AVAIL: IaStatus = { code: StatusCode.NoAddrsAvail, text: 'no address is free for this IA' };
export const NO_PREFIX_AVAIL: IaStatus = { code: StatusCode.NoPrefixAvail, text: 'no prefix is free for this IA' };
export const NO_BINDING: IaStatus = { code: StatusCode.NoBinding, text: 'this server has no binding for this IA' };
export const NOT_ON_LINK: IaStatus = { code: StatusCode.NotOnLink, text: 'an address is not appropriate for this link' };
