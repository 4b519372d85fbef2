/** A connection of an endpoint: how it begins, and how it ends (RFC 8156 section 6). */
import { ExtensionCode, FailoverMessageType, FailoverStatusCode, extensionOf } from '../wire/index.ts';
import type { ConnectMessage, EpochSeconds, FailoverStatus, Now, VendorSuboption } from '../wire/index.ts';
import { clockOffer, mayAdopt, reportIn } from './clock-report.ts';
import { SKEW_MAX_SECONDS } from './clock-skew.ts';
import { openConnection } from './connection.ts';
import type { Connection } from './connection.ts';
import { isAway, logOf } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import { beaconsHeard } from './endpoint-beacons.ts';
import { linksHeard } from './endpoint-links.ts';
import { noteSeen } from './endpoint-sightings.ts';
import { fire } from './endpoint-machine.ts';
import { proposal, splitAnswered, splitOffered } from './endpoint-split.ts';
import { send, sendDisconnect } from './endpoint-send.ts';
import { announced, announcement, differingSections, isInHistory } from './extensions.ts';
import { PROTOCOL, checkConnect, checkConnectReply, connectMessage, connectRefusal, skewOf } from './handshake.ts';
import type { PartnerTerms } from './handshake.ts';
import type { Failure } from './reconnect.ts';
import { forgetConnection } from './relaying/relaying.ts';

/** Of a program; nothing else is shown to anybody. */
const VERSION = /^[ -~]{1,64}$/;

/** The primary's connection is up: it says who it is (section 6.1.1). */
export function connected(endpoint: Endpoint, id: number, certificate: string | undefined, now: Now): void {
  if (endpoint.connection !== undefined || isAway(endpoint)) {
    endpoint.emit({ kind: 'close', connection: id });
    return;
  }
  const { configuration, record, transactionIds } = endpoint;
  endpoint.unreachable = undefined;
  endpoint.reconnect.dialled();
  if (!configuration.insecure && (certificate === undefined || certificate !== configuration.partnerCertificate)) {
    endpoint.refusal = 'who answers there has another certificate';
    endpoint.emit({ kind: 'close', connection: id });
    endpoint.reconnect.failed('refused', now.monotonic);
    return;
  }
  const connectId = transactionIds.next();
  endpoint.connection = openConnection(id, configuration, record.current.hasCommunicated, connectId, now.monotonic);
  // Where the partner's clock is wrong, and something else tells it so as well, this is the second source that it needs (R-ST2).
  const offer = endpoint.offersClock ? clockOffer(endpoint) : [announcement(endpoint)];
  send(endpoint, connectMessage(configuration, connectId, [...offer, ...proposal(endpoint)]), now);
}

/** A CONNECT that names this endpoint (section 6.1.2). What is refused leaves a connection that there is alone. */
export function offered(endpoint: Endpoint, id: number, message: ConnectMessage, receivedAt: EpochSeconds, now: Now): void {
  if (!endpoint.clock.isDurable()) {
    // Stable storage is about to know what the clock was set to: the partner comes again.
    endpoint.emit({ kind: 'close', connection: id });
    return;
  }
  const speaksClock = announced(message.vendor).includes(ExtensionCode.CLOCK);
  const outcome = !isAway(endpoint) ? checkConnect(message, receivedAt, speaksClock && mayAdopt(endpoint)) : AWAY;
  if ('refused' in outcome) {
    const { code, text } = outcome.refused;
    logOf(endpoint, 'warning', `a connection of the partner was refused: ${text}`);
    if (!isAway(endpoint)) endpoint.refusal = text;
    if (code === FailoverStatusCode.ExcessiveTimeSkew) {
      endpoint.skewRefusal = text;
      clockOffered(endpoint, message, receivedAt);
    }
    endpoint.emit({ kind: 'send', connection: id, message: connectRefusal(message, outcome.refused, speaksClock ? clockOffer(endpoint) : []) });
    endpoint.emit({ kind: 'close', connection: id });
    return;
  }
  if (endpoint.connection !== undefined) {
    endpoint.emit({ kind: 'close', connection: endpoint.connection.id });
    lost(endpoint, 'the partner connected anew', 'lost', now);
  }
  const { configuration, record } = endpoint;
  const connection = openConnection(id, configuration, record.current.hasCommunicated, message.transactionId, now.monotonic);
  endpoint.connection = connection;
  connection.awaitsClock = Math.abs(skewOf(message, receivedAt)) > SKEW_MAX_SECONDS;
  accept(endpoint, connection, outcome.accepted, message.vendor);
  splitOffered(endpoint, connection, message.vendor);
  if (record.current.mclt !== outcome.accepted.mclt) record.update({ mclt: outcome.accepted.mclt });
  connection.reply = message;
}

/** The clock of a primary that was refused before, as this one counts for right as well. */
function clockOffered(endpoint: Endpoint, message: ConnectMessage, receivedAt: EpochSeconds): void {
  const report = reportIn(message);
  if (report !== undefined) endpoint.emit({ kind: 'clockHeard', report, ahead: 0 - skewOf(message, receivedAt), adopt: false });
}

const AWAY = {
  refused: { code: FailoverStatusCode.ServerShuttingDown, text: 'the operator keeps this server from its partner' },
} as const;

/** The primary's answer has come (section 6.1.3). */
export function connectReplied(endpoint: Endpoint, connection: Connection, message: ConnectMessage, now: Now): void {
  if (message.status !== undefined && message.status.code !== FailoverStatusCode.Success) {
    refusedByPartner(endpoint, connection, message.status, now);
    return;
  }
  const { configuration, record } = endpoint;
  const outcome = checkConnectReply(message, configuration.mclt);
  if ('refused' in outcome) {
    disconnect(endpoint, outcome.refused, 'refused', now);
    return;
  }
  accept(endpoint, connection, outcome.accepted, message.vendor);
  splitAnswered(endpoint, connection, message.vendor);
  if (record.current.mclt !== configuration.mclt) record.update({ mclt: configuration.mclt });
  heardExtensions(endpoint, connection, message.vendor, now);
}

function accept(endpoint: Endpoint, connection: Connection, { minor, ...terms }: PartnerTerms, vendor: readonly VendorSuboption[]): void {
  connection.phase = 'accepted';
  if (minor !== PROTOCOL.minor) {
    const { partnerName } = endpoint.configuration;
    logOf(endpoint, 'info', `${partnerName} speaks protocol version ${PROTOCOL.major}.${minor}, this box ${PROTOCOL.major}.${PROTOCOL.minor}: they use what both know`);
  }
  connection.keepalive.agreed(terms.keepalive);
  connection.maxUnackedBndupd = terms.maxUnackedBndupd;
  connection.extensions = announced(vendor);
  // Another program may be in its place than when it said so.
  if (!connection.extensions.includes(ExtensionCode.PROGRAM_VERSION)) endpoint.partnerVersion = undefined;
  connection.owesState = true;
  endpoint.refusal = undefined;
  endpoint.skewRefusal = undefined;
  endpoint.offersClock = false;
}

function refusedByPartner(endpoint: Endpoint, connection: Connection, { code, text }: FailoverStatus, now: Now): void {
  endpoint.refusal = text;
  if (code === FailoverStatusCode.ExcessiveTimeSkew) endpoint.skewRefusal = text;
  endpoint.emit({ kind: 'close', connection: connection.id });
  lost(endpoint, `the partner refuses the connection: ${text}`, 'refused', now);
}

/** What the partner says beyond RFC 8156, in whatever message. */
export function heardExtensions(endpoint: Endpoint, connection: Connection, vendor: readonly VendorSuboption[], now: Now): void {
  if (vendor.length === 0) return;
  const { configuration, record, database, commitCounter } = endpoint;
  endpoint.differences = differingSections(configuration, vendor) ?? endpoint.differences;
  linksHeard(endpoint, connection, vendor, now);
  beaconsHeard(endpoint, connection, vendor, now);
  endpoint.relaying.partnerId = extensionOf(vendor, ExtensionCode.SERVER_ID) ?? endpoint.relaying.partnerId;
  const version = extensionOf(vendor, ExtensionCode.PROGRAM_VERSION);
  if (version !== undefined && VERSION.test(version)) endpoint.partnerVersion = version;
  const interval = extensionOf(vendor, ExtensionCode.CONTACT_INTERVAL);
  if (interval !== undefined && configuration.contactInterval > 0) {
    connection.contactInterval = Math.max(interval, configuration.contactInterval);
  }
  const seen = extensionOf(vendor, ExtensionCode.DATABASE);
  if (seen === undefined) return;
  connection.partnerDatabase = seen.own;
  noteSeen(endpoint, connection);
  if (seen.partner === undefined || isInHistory(seen.partner, database.generations, commitCounter())) return;
  if (!record.current.updateAllNeeded && !endpoint.isRebuilt) fire(endpoint, 'storage-old', now);
}

/** A reason to keep away from the partner is over: where it was the last one the primary dials at once. */
export function comeBack(endpoint: Endpoint, now: Now): void {
  if (endpoint.configuration.role === 'primary' && !isAway(endpoint)) endpoint.reconnect.begin(now.monotonic);
}

/** Ends the connection from this side, and says why. */
export function disconnect(endpoint: Endpoint, status: FailoverStatus, failure: Failure, now: Now): void {
  const { connection } = endpoint;
  if (connection === undefined) return;
  sendDisconnect(endpoint, connection, status);
  if (failure === 'refused') endpoint.refusal = status.text;
  lost(endpoint, status.text, failure, now);
}

/** The connection is no more. */
export function lost(endpoint: Endpoint, why: string, failure: Failure, now: Now): void {
  const { connection, configuration, asked, transactionIds } = endpoint;
  if (connection === undefined) return;
  const wasOk = connection.phase === 'ok';
  logOf(endpoint, wasOk ? 'warning' : 'info', `the connection to ${configuration.partnerName} ended: ${why}`);
  endpoint.connection = undefined;
  forgetConnection(endpoint.relaying);
  endpoint.unansweredSince = undefined;
  endpoint.requests.length = 0;
  endpoint.wanted = undefined;
  if (asked !== undefined) transactionIds.release(asked.transactionId);
  endpoint.asked = undefined;
  if (configuration.role === 'primary' && !isAway(endpoint)) {
    endpoint.reconnect.failed(failure, now.monotonic);
  }
  if (!wasOk) return;
  endpoint.flow.closed();
  fire(endpoint, 'communications-failed', now);
}

/** What begins a connection, and has no place on one that stands. */
const BEFORE_STATE: readonly number[] = [
  FailoverMessageType.CONNECT,
  FailoverMessageType.CONNECTREPLY,
  FailoverMessageType.STARTTLS,
  FailoverMessageType.REPLY,
];

/** Whether a message may come in this phase (F-MSG-26): CONNECTREPLY first, then STATE, then everything. */
export function isExpected(connection: Connection, type: number): boolean {
  if (type === FailoverMessageType.DISCONNECT) return true;
  switch (connection.phase) {
    case 'connecting':
      return type === FailoverMessageType.CONNECTREPLY;
    case 'accepted':
      return type === FailoverMessageType.STATE || type === FailoverMessageType.CONTACT;
    case 'ok':
      return !BEFORE_STATE.includes(type);
  }
}
