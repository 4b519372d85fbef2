import type { Address } from './address.ts';
import type { Duid, Iaid } from './duid.ts';
import type { OptionCode } from './option-code.ts';
import type { OptionList } from './option-list.ts';
import type { Seconds } from './units.ts';

/** The option that an identity association came in. */
export type IdentityAssociationKind = typeof OptionCode.IA_NA | typeof OptionCode.IA_TA | typeof OptionCode.IA_PD;

/** An IA Address (RFC 9915 21.6) or an IA Prefix (21.22) inside an identity association. */
export interface LeaseOption {
  readonly address: Address;
  /** 128 for an IA Address. */
  readonly prefixLength: number;
  readonly preferredLifetime: Seconds;
  readonly validLifetime: Seconds;
  /** The options inside it, if there are any. */
  readonly options: OptionList | undefined;
}

/** An IA_NA (RFC 9915 21.4), IA_PD (21.21), or the obsolete IA_TA (RFC 8415 21.5), for which T1 and T2 are 0. */
export interface IdentityAssociation {
  readonly kind: IdentityAssociationKind;
  readonly iaid: Iaid;
  readonly t1: Seconds;
  readonly t2: Seconds;
  /** The IA Address options of an IA_NA or IA_TA, the IA Prefix options of an IA_PD; the other kind is left out. */
  readonly leases: readonly LeaseOption[];
  readonly options: OptionList;
}

/** A message between client and server (RFC 9915 8), with what a server reads of it. All views are into the datagram. */
export interface ClientMessage {
  readonly type: number;
  /** 24 bits */
  readonly transactionId: number;
  readonly options: OptionList;
  readonly clientId: Duid | undefined;
  readonly serverId: Duid | undefined;
  /** In the order of the message; of several with the same kind and IAID the first. */
  readonly ias: readonly IdentityAssociation[];
  /** The option codes of the Option Request option (RFC 9915 21.7). */
  readonly requestedOptions: readonly number[];
  /** In 1/100 s; 0 when absent; 0xffff means that or more (RFC 9915 21.9). */
  readonly elapsedTime: number;
  readonly rapidCommit: boolean;
  readonly reconfigureAccept: boolean;
  /** How many options were left aside because their like came before: a singleton, or the same kind and IAID. */
  readonly repeatedOptions: number;
}
