/**
 * What the messages of a failover connection say (RFC 8156 5 to 7), whoever wrote them. Optional fields are absent on the
 * wire when they are undefined. Times are Unix time here; the wire counts from 2000, modulo 2^32.
 *
 * Numbers of a registry (binding-status, endpoint state, status code) stay numbers: which of them there are, and what to do
 * with another one, is for those who act on them.
 */
import type { Address } from '../address.ts';
import type { DomainName } from '../domain-name.ts';
import type { Duid, Iaid } from '../duid.ts';
import type { RelayData } from '../leasequery/relay-data.ts';
import type { OptionCode } from '../option-code.ts';
import type { Suboption } from '../options/suboptions.ts';
import type { EpochSeconds, Seconds } from '../units.ts';
import type { FailoverMessageType as Type } from './message-type.ts';

/** OPTION_STATUS_CODE (RFC 9915 21.13) with the codes of RFC 8156 5.6. */
export interface FailoverStatus {
  readonly code: number;
  /** For whoever reads the partner's log; may be empty. */
  readonly text: string;
}

/** OPTION_VSS (RFC 6607 3.4): the VPN that a lease belongs to; absent for the global one. */
export interface VirtualSubnet {
  /** 0: NVT ASCII; 1: VPN-ID of RFC 2685, 7 octets; 255: the global VPN. */
  readonly type: number;
  readonly information: Uint8Array;
}

/** OPTION_F_RECONFIGURE_DATA (RFC 8156 5.5.13). */
export interface ReconfigureData {
  /** When the key was made. */
  readonly time: EpochSeconds;
  readonly key: Uint8Array;
}

/** OPTION_CLIENT_FQDN (RFC 4704 4), here inside a lease (RFC 8156 7.4). */
export interface ClientFqdn {
  /** Bits from the lowest: S, O, N. */
  readonly flags: number;
  /** Labels in wire form; without the final zero octet when the name is partial. */
  readonly name: Uint8Array;
}

/** OPTION_F_DNS_REMOVAL_INFO (RFC 8156 5.5.3): what it takes to remove a name from the DNS. */
export interface DnsRemoval {
  readonly hostName?: DomainName | undefined;
  readonly zoneName?: DomainName | undefined;
  readonly flags?: DnsFlags | undefined;
}

/** OPTION_F_DNS_FLAGS (RFC 8156 5.5.3.3). */
export interface DnsFlags {
  readonly usingRequestedFqdn: boolean;
  readonly synthesizedName: boolean;
  readonly reverseUpToDate: boolean;
  readonly forwardUpToDate: boolean;
}

/** An IAADDR or IAPREFIX with what RFC 8156 7.4 and 7.6 put inside. */
export interface LeaseUpdate {
  readonly address: Address;
  /** 128 for an IAADDR. */
  readonly prefixLength: number;
  /** As told to the client. */
  readonly preferredLifetime: Seconds;
  /** As told to the client. */
  readonly validLifetime: Seconds;
  /** F_BINDING_STATUS (5.5.1). */
  readonly bindingStatus?: number | undefined;
  /** F_START_TIME_OF_STATE (5.5.17). */
  readonly startTimeOfState?: EpochSeconds | undefined;
  /** F_STATE_EXPIRATION_TIME (5.5.18): only with a status that ends by itself. */
  readonly stateExpirationTime?: EpochSeconds | undefined;
  /** F_PARTNER_LIFETIME (5.5.7): only with a status that ends by itself. */
  readonly partnerLifetime?: EpochSeconds | undefined;
  /** F_PARTNER_LIFETIME_SENT (5.5.8): the partner-lifetime that a BNDREPLY answers, unchanged. */
  readonly partnerLifetimeSent?: EpochSeconds | undefined;
  /** F_EXPIRATION_TIME (5.5.4): only with a status that ends by itself. */
  readonly expirationTime?: EpochSeconds | undefined;
  /** F_PARTNER_RAW_CLT_TIME (5.5.10): when the receiver's client last talked to the receiver, as the receiver said. */
  readonly partnerRawCltTime?: EpochSeconds | undefined;
  /**
   * CLT_TIME (RFC 5007 4.1.2.3): when the sender last talked to the client. The wire has it relative to the base time
   * beside it: without that one it is neither written nor read. A time after the base time goes out as the base time.
   */
  readonly cltTime?: EpochSeconds | undefined;
  readonly clientFqdn?: ClientFqdn | undefined;
  readonly dnsRemoval?: DnsRemoval | undefined;
  /** In a BNDREPLY: an error rejects this lease (7.6); the top-level IAPREFIX has the status of the whole here. */
  readonly status?: FailoverStatus | undefined;
}

/** The option that leases of a client are grouped in. */
export type BoundIaKind = typeof OptionCode.IA_NA | typeof OptionCode.IA_TA | typeof OptionCode.IA_PD;

/** An IA_NA, IA_TA or IA_PD of a client. */
export interface BoundIa {
  readonly kind: BoundIaKind;
  readonly iaid: Iaid;
  /** As told to the client; 0 and not on the wire in an IA_TA. */
  readonly t1: Seconds;
  readonly t2: Seconds;
  readonly leases: readonly LeaseUpdate[];
  /** In a BNDREPLY: an error rejects all leases of this IA (7.7). Read at this level, never to be sent (7.6). */
  readonly status?: FailoverStatus | undefined;
}

/** OPTION_CLIENT_DATA (RFC 5007 4.1.2.2): all that there is to say about one client. */
export interface ClientBindingUpdate {
  readonly kind: 'client';
  /** Must be there (RFC 8156 7.4); who receives none answers MissingBindingInformation. */
  readonly clientId?: Duid | undefined;
  /** LQ_BASE_TIME (RFC 7653 6.3.1). Must be there in a BNDUPD; a BNDREPLY does without (RFC 8156 7.6). */
  readonly baseTime?: EpochSeconds | undefined;
  readonly vss?: VirtualSubnet | undefined;
  readonly relay?: RelayData | undefined;
  readonly reconfigure?: ReconfigureData | undefined;
  readonly ias: readonly BoundIa[];
  /** In a BNDREPLY: an error rejects everything (7.6). */
  readonly status?: FailoverStatus | undefined;
  readonly vendor: readonly VendorSuboption[];
}

/** The top-level IAPREFIX: a delegable prefix without a client (RFC 8156 7.4). */
export interface PrefixBindingUpdate {
  readonly kind: 'prefix';
  /** LQ_BASE_TIME, as in CLIENT_DATA. */
  readonly baseTime?: EpochSeconds | undefined;
  readonly vss?: VirtualSubnet | undefined;
  readonly lease: LeaseUpdate;
}

/** What a BNDUPD and the BNDREPLY to it are about. */
export type BindingUpdate = ClientBindingUpdate | PrefixBindingUpdate;

/** A suboption of our own extensions; `extensionOf` reads one, and `ExtensionCode` has the codes. */
export type VendorSuboption = Suboption;

/** OPTION_F_PROTOCOL_VERSION (RFC 8156 5.5.11). */
export interface ProtocolVersion {
  readonly major: number;
  readonly minor: number;
}

/** OPTION_F_SERVER_FLAGS (RFC 8156 5.5.15). */
export interface ServerFlags {
  /** The sender is in STARTUP. */
  readonly startup: boolean;
  /** The sender has communicated with its partner. */
  readonly communicated: boolean;
  /** The last flags that the sender received had `startup`. */
  readonly ackStartup: boolean;
}

interface Header<MessageType extends Type> {
  readonly type: MessageType;
  /** 24 bits; an answer has that of the message it answers (RFC 8156 5.4). */
  readonly transactionId: number;
  /**
   * When the sender says that it sent it. Set by the decoder only, and not in STARTTLS and REPLY, which have none (RFC 7653
   * 6.1); whoever encodes a message gives the time then.
   */
  readonly sentTime?: EpochSeconds | undefined;
}

export interface BindingUpdateMessage extends Header<typeof Type.BNDUPD> {
  readonly binding: BindingUpdate;
}

export interface BindingReplyMessage extends Header<typeof Type.BNDREPLY> {
  readonly binding: BindingUpdate;
}

/** CONNECT (RFC 8156 6.1.1) and CONNECTREPLY (6.1.2), which has little more than a status when it rejects. */
export interface ConnectMessage extends Header<typeof Type.CONNECT | typeof Type.CONNECTREPLY> {
  readonly version?: ProtocolVersion | undefined;
  readonly mclt?: Seconds | undefined;
  /** Within which the sender must hear something. */
  readonly keepaliveTime?: Seconds | undefined;
  /** How many BNDUPD the sender takes that it has not answered. */
  readonly maxUnackedBndupd?: number | undefined;
  readonly relationshipName?: string | undefined;
  /** F_CONNECT_FLAGS: all prefixes that are delegated from one delegable prefix have one length. */
  readonly fixedPdLength?: boolean | undefined;
  readonly status?: FailoverStatus | undefined;
  readonly vendor: readonly VendorSuboption[];
}

export interface DisconnectMessage extends Header<typeof Type.DISCONNECT> {
  readonly status?: FailoverStatus | undefined;
}

/** RFC 8156 6.3. The decoder refuses one that lacks state, flags or start time. */
export interface StateMessage extends Header<typeof Type.STATE> {
  readonly serverState: number;
  readonly serverFlags: ServerFlags;
  readonly startTimeOfState: EpochSeconds;
  /** Only in PARTNER-DOWN: when it began. */
  readonly partnerDownTime?: EpochSeconds | undefined;
  readonly vendor: readonly VendorSuboption[];
}

export interface ContactMessage extends Header<typeof Type.CONTACT> {
  readonly vendor: readonly VendorSuboption[];
}

/** RFC 8156 5.3.3 to 5.3.7: messages that say what they say by being there. */
export type BareMessage = Header<
  typeof Type.POOLREQ | typeof Type.POOLRESP | typeof Type.UPDREQ | typeof Type.UPDREQALL | typeof Type.UPDDONE
>;

/** RFC 7653 8.2: asks for TLS on this connection. */
export type StartTlsMessage = Header<typeof Type.STARTTLS>;

/** RFC 7653 9.1: answers STARTTLS; with TLSConnectionRefused when it is refused. */
export interface StartTlsReplyMessage extends Header<typeof Type.REPLY> {
  readonly status?: FailoverStatus | undefined;
}

/** Any message of a failover connection; `type` tells which. */
export type FailoverMessage =
  | BindingUpdateMessage
  | BindingReplyMessage
  | ConnectMessage
  | DisconnectMessage
  | StateMessage
  | ContactMessage
  | BareMessage
  | StartTlsMessage
  | StartTlsReplyMessage;
