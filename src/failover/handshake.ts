/**
 * CONNECT and CONNECTREPLY (RFC 8156 sections 6.1.1 to 6.1.3): what they say, and the checks on them, in the RFC's order.
 */
import { FailoverMessageType, FailoverStatusCode } from '../wire/index.ts';
import type { ConnectMessage, EpochSeconds, FailoverStatus, ProtocolVersion, Seconds, VendorSuboption } from '../wire/index.ts';
import { SKEW_MAX_SECONDS, describeSkew } from './clock-skew.ts';
import type { RelationshipConfiguration } from './configuration.ts';

/** RFC 8156 section 5.5.11. Another minor version of it can be talked to. */
export const PROTOCOL: ProtocolVersion = { major: 1, minor: 0 };

/** What the partner wants of this connection. */
export interface PartnerTerms {
  /** The minor version that it speaks; the major one is the same. */
  readonly minor: number;
  /** The one in force for both: the primary's. */
  readonly mclt: Seconds;
  /** Within which the partner must hear something; 0 where it did not say. */
  readonly keepalive: Seconds;
  /** How many BNDUPD messages it takes without having answered them. */
  readonly maxUnackedBndupd: number;
}

export type HandshakeOutcome =
  | { readonly accepted: PartnerTerms }
  | { readonly refused: FailoverStatus };

/** With less, nothing could ever be sent; an absent option gets it as well. */
const MAX_UNACKED_MIN = 1;
const MCLT_MIN_SECONDS = 30;

type Terms = Pick<ConnectMessage, 'version' | 'mclt' | 'keepaliveTime' | 'maxUnackedBndupd' | 'fixedPdLength'>;

function terms(configuration: RelationshipConfiguration, mclt: Seconds): Required<Terms> {
  return {
    version: PROTOCOL,
    mclt,
    keepaliveTime: configuration.keepalive,
    maxUnackedBndupd: configuration.maxUnackedBndupd,
    fixedPdLength: true,
  };
}

/** The primary's offer (section 6.1.1). */
export function connectMessage(
  configuration: RelationshipConfiguration,
  transactionId: number,
  vendor: readonly VendorSuboption[],
): ConnectMessage {
  return {
    type: FailoverMessageType.CONNECT,
    transactionId,
    ...terms(configuration, configuration.mclt),
    relationshipName: configuration.name,
    vendor,
  };
}

/** The secondary's consent (section 6.1.2); it echoes a relationship name that it was given. */
export function connectReply(
  configuration: RelationshipConfiguration,
  to: ConnectMessage,
  mclt: Seconds,
  vendor: readonly VendorSuboption[],
): ConnectMessage {
  return {
    type: FailoverMessageType.CONNECTREPLY,
    transactionId: to.transactionId,
    ...terms(configuration, mclt),
    relationshipName: to.relationshipName,
    vendor,
  };
}

/** The secondary's refusal. */
export function connectRefusal(to: ConnectMessage, status: FailoverStatus, vendor: readonly VendorSuboption[]): ConnectMessage {
  return { type: FailoverMessageType.CONNECTREPLY, transactionId: to.transactionId, status, vendor };
}

/** How far the sender of a CONNECT is behind; negative: ahead. */
export function skewOf({ sentTime }: ConnectMessage, receivedAt: EpochSeconds): number {
  return sentTime === undefined ? 0 : receivedAt - sentTime;
}

/**
 * What the secondary says to a CONNECT that names its relationship (section 6.1.2). `skewAllowed`: this box is about to take the
 * primary's clock (R-ST2).
 */
export function checkConnect(message: ConnectMessage, receivedAt: EpochSeconds, skewAllowed: boolean): HandshakeOutcome {
  const skew = skewOf(message, receivedAt);
  if (Math.abs(skew) > SKEW_MAX_SECONDS && !skewAllowed) return refused(FailoverStatusCode.ExcessiveTimeSkew, describeSkew(skew));
  const version = checkVersion(message);
  if (version !== undefined) return refused(FailoverStatusCode.NotSupported, version);
  if (message.mclt === undefined || message.mclt < MCLT_MIN_SECONDS) {
    return refused(FailoverStatusCode.ConfigurationConflict, `MCLT must be ${MCLT_MIN_SECONDS} s or more`);
  }
  const flags = checkFlags(message);
  if (flags !== undefined) return refused(FailoverStatusCode.ConfigurationConflict, flags);
  return { accepted: partnerTerms(message, message.mclt) };
}

/** What the primary says to a CONNECTREPLY that consents (section 6.1.3). A refusal goes out in a DISCONNECT. */
export function checkConnectReply(message: ConnectMessage, mclt: Seconds): HandshakeOutcome {
  const version = checkVersion(message);
  if (version !== undefined) return refused(FailoverStatusCode.NotSupported, version);
  if (message.mclt !== mclt) {
    const theirs = message.mclt === undefined ? 'no MCLT' : `MCLT ${message.mclt} s`;
    return refused(FailoverStatusCode.ConfigurationConflict, `the reply has ${theirs}, the configuration ${mclt} s`);
  }
  const flags = checkFlags(message);
  if (flags !== undefined) return refused(FailoverStatusCode.ConfigurationConflict, flags);
  return { accepted: partnerTerms(message, mclt) };
}

function checkVersion({ version }: ConnectMessage): string | undefined {
  if (version?.major === PROTOCOL.major) return undefined;
  const theirs = version === undefined ? 'no protocol version' : `protocol version ${version.major}.${version.minor}`;
  return `${theirs}; ${PROTOCOL.major}.${PROTOCOL.minor} is spoken here`;
}

/** F-GAP-7: prefixes of one length only. */
function checkFlags({ fixedPdLength }: ConnectMessage): string | undefined {
  return fixedPdLength === true ? undefined : 'prefixes of several lengths from one delegable prefix are not supported';
}

function partnerTerms({ version, keepaliveTime, maxUnackedBndupd }: ConnectMessage, mclt: Seconds): PartnerTerms {
  return {
    minor: version?.minor ?? PROTOCOL.minor,
    mclt,
    keepalive: keepaliveTime ?? (0 as Seconds),
    maxUnackedBndupd: Math.max(maxUnackedBndupd ?? MAX_UNACKED_MIN, MAX_UNACKED_MIN),
  };
}

function refused(code: number, text: string): HandshakeOutcome {
  return { refused: { code, text } };
}
