/**
 * Relaying for a partner that does not hear its clients, or is not heard by them (RFC 7031 section 4.7; R-LH5, R-LH7): the one box
 * carries their messages over the connection, the other one answers them as ever. Nothing of who may give which lease moves.
 */
import {
  CLIENT_PORT,
  ExtensionCode,
  FailoverMessageType,
  LinkVerdict,
  RelayOutcome,
  extension,
  extensionOf,
  extensionsOf,
  sameBytes,
  unwrapRelayReply,
} from '../wire/index.ts';
import type { ClientMessage, ContactMessage, Duid, Now, RelayAcknowledgement, RelayedOctets, Seconds, VendorSuboption } from '../wire/index.ts';
import type { Connection } from './connection.ts';
import { logOf } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import { responsivenessNow } from './endpoint-heartbeat.ts';
import { send } from './endpoint-send.ts';
import { isRelayAgent, relayByUdp } from './endpoint-udp-relaying.ts';
import { EndpointState } from './endpoint-state.ts';
import type { Role } from './endpoint-state.ts';
import { isPassedOn, unwrapPassedOn, wrapPassedOn } from './relaying/passed-on.ts';
import type { PassedOn } from './relaying/passed-on.ts';
import { isRelayReply, portBack, relayAcknowledgement, unwrapFromPartner, wrapForPartner } from './relaying/relayed-message.ts';
import type { OfferedMessage } from './relaying/relayed-message.ts';
import { clientHash, exchangeHash, isDoubtful, isImpaired, isLost } from './relaying/relaying.ts';
import type { KeptMessage, Relaying } from './relaying/relaying.ts';
import { RELAYED_MAX_MS } from './relaying/under-way.ts';
import { RESPONSIVE_ALONE, responsiveness } from './responsiveness.ts';
import type { Responsiveness } from './responsiveness.ts';

/** Longer messages are not relayed: no client has one. */
const MESSAGE_MAX = 8_192;
/** A partner that shed a message is left alone for so long. */
const OVERLOAD_MS = 1_000;
/** Without an acknowledgement the partner's service is dead, though its connection lives. */
const UNACKNOWLEDGED_MS = 3_000;
const SURPRISE_EVERY_MS = 60_000;
/** A relay agent that reaches this box alone, say: for so long behind the last of its clients the others do not wait for Delayed Service. */
const ANSWERED_THROUGH_MS = 30_000;
/** Elapsed Time counts hundredths (RFC 9915 section 21.9). */
const ELAPSED_PER_SECOND = 100;
/** Of messages that were not relayed. */
const KEPT_MAX = 64;
const KEPT_OCTETS_MAX = 1_500;

/** What this box heard and leaves to its partner: it is passed on where there is a reason for it. */
export function offer(endpoint: Endpoint, offered: OfferedMessage, now: Now): void {
  const { relaying, connection } = endpoint;
  const { message } = offered.decoded;
  const client = clientHash(relaying.key, message.clientId ?? offered.source);
  const exchange = exchangeHash(client, message);
  const delay = delayedService(endpoint, offered, now);
  const hasWaited = delay === undefined ? isRepeated(relaying, message, exchange, now) : hasWaitedFor(delay, relaying, message, exchange, now);
  if (connection?.phase !== 'ok' || !(speaks(endpoint, connection) || isRelayAgent(endpoint)) || !partnerAnswers(endpoint, connection, offered)) return;
  const isWanted = hasWaited || isCutOff(endpoint, offered.link) || isHeardHereAlone(endpoint, offered) || relaying.answeredByRelay.has(client, now.monotonic);
  if (!speaks(endpoint, connection)) {
    if (isWanted) relayByUdp(endpoint, offered, now);
  } else if (isWanted) {
    const isRelayed = relay(endpoint, { offered, client, since: now.monotonic }, now);
    if (isRelayed && hasWaited && delay !== undefined) relaying.counters.delayedService++;
  } else {
    keep(relaying.kept, { offered, client, since: now.monotonic });
  }
}

/**
 * Where both boxes have clients of their own, how long the partner is left to answer one of its (R-LB3); undefined elsewhere, and on a link
 * where it just turned out that it answers them through this box alone.
 */
function delayedService(endpoint: Endpoint, { link, decoded: { message } }: OfferedMessage, now: Now): Seconds | undefined {
  const { relaying, configuration: { loadBalancing } } = endpoint;
  if (loadBalancing === undefined || message.serverId !== undefined || responsivenessNow(endpoint).share === undefined) return undefined;
  return now.monotonic - (relaying.answeredThrough.get(link) ?? -Infinity) < ANSWERED_THROUGH_MS ? undefined : loadBalancing.delayedService;
}

/** Who asks again has not been answered, by all that is known. */
function isRepeated({ heard }: Relaying, { elapsedTime }: ClientMessage, exchange: number, now: Now): boolean {
  const wasHeard = heard.has(exchange, now.monotonic);
  heard.note(exchange, now.monotonic);
  return elapsedTime > 0 || wasHeard;
}

/** By the client's own word, or by what was heard of it: not every client counts the time (RFC 3074 section 4). */
function hasWaitedFor(delay: Seconds, { heard }: Relaying, { elapsedTime }: ClientMessage, exchange: number, now: Now): boolean {
  const heardFor = heard.age(exchange, now.monotonic);
  if (heardFor === undefined) heard.note(exchange, now.monotonic);
  return elapsedTime >= delay * ELAPSED_PER_SECOND || (heardFor ?? 0) >= delay * 1_000;
}

/** Between the partner and its clients on the link something is broken, for all that is known. */
export function isCutOff({ relaying }: Endpoint, link: string): boolean {
  return isImpaired(relaying.partner.get(link)?.verdict) || isDoubtful(relaying.own.get(link));
}

/** A client that no relay agent stands for, on a link where the partner has no port at all. */
function isHeardHereAlone(endpoint: Endpoint, { link, decoded: { levels } }: OfferedMessage): boolean {
  return levels.length === 0 && hasNoPort(endpoint, link);
}

/** By the partner's own word: relay agents may reach it there all the same. */
export function hasNoPort({ relaying }: Endpoint, link: string): boolean {
  return relaying.partner.get(link)?.verdict === LinkVerdict.UNKNOWN;
}

/** Now it is known that the partner has lost the link: what came from there in the last second it has hardly heard. */
export function relayKept(endpoint: Endpoint, link: string, now: Now): void {
  const { relaying, connection } = endpoint;
  if (connection?.phase !== 'ok' || !speaks(endpoint, connection)) return;
  for (const kept of relaying.kept.splice(0)) {
    if (kept.offered.link !== link) relaying.kept.push(kept);
    else if (now.monotonic - kept.since < RELAYED_MAX_MS && partnerAnswers(endpoint, connection, kept.offered)) relay(endpoint, kept, now);
  }
}

/** The last ones: enough for the moment that it takes until the partner knows. */
function keep(kept: KeptMessage[], message: KeptMessage): void {
  if (kept.length >= KEPT_MAX) kept.shift();
  if (message.offered.bytes.length <= KEPT_OCTETS_MAX) kept.push(message);
}

/** @returns whether it is on its way; else it is counted why not */
function relay(endpoint: Endpoint, { offered, client, since }: KeptMessage, now: Now): boolean {
  const { relaying } = endpoint;
  const verdict = relaying.partner.get(offered.link)?.verdict;
  if (!isLost(verdict) && !isHeardHereAlone(endpoint, offered) && (now.monotonic < relaying.overloadedUntil || !relaying.rate.admits(now.monotonic))) {
    relaying.counters.relayShed++;
    return false;
  }
  if (relaying.underWay.isFull(now.monotonic)) {
    relaying.counters.relayShed++;
    return false;
  }
  const forward = offered.bytes.length > MESSAGE_MAX ? undefined : wrapForPartner(offered);
  if (forward === undefined) {
    relaying.counters.relayRefused++;
    return false;
  }
  const number = relaying.underWay.begin({
    since,
    octets: forward.length,
    link: offered.link,
    client,
    interfaceName: offered.interfaceName,
    destination: offered.source,
    port: portBack(offered),
  });
  relaying.counters.relayedToPartner++;
  send(endpoint, contact(endpoint, [senderClock(now), extension(ExtensionCode.RELAYED_MESSAGE, { number, message: forward })]), now);
  return true;
}

/** What this box sends to a client on a link that it may not reach goes by its partner as well. */
export function passByPartner(endpoint: Endpoint, passed: PassedOn, now: Now): void {
  const { relaying, connection } = endpoint;
  const own = relaying.own.get(passed.link);
  if (connection?.phase !== 'ok' || !speaks(endpoint, connection) || !(isImpaired(own?.verdict) || isDoubtful(own))) return;
  const relayed = wrapPassedOn(passed);
  if (relayed === undefined || relayed.message.length > MESSAGE_MAX) return;
  send(endpoint, contact(endpoint, [senderClock(now), extension(ExtensionCode.RELAYED_MESSAGE, relayed)]), now);
}

/** Both boxes relay. */
function speaks({ configuration }: Endpoint, { extensions }: Connection): boolean {
  return configuration.relaying && extensions.includes(ExtensionCode.RELAYED_MESSAGE);
}

/** Whether the state that the partner told last answers it, and the partner is not who it came from. */
function partnerAnswers(endpoint: Endpoint, { partnerIsStarting }: Connection, offered: OfferedMessage): boolean {
  const { configuration } = endpoint;
  const { message } = offered.decoded;
  const responsive = partnerResponsiveness(endpoint);
  if (responsive === undefined || partnerIsStarting || sameBytes(offered.source, configuration.partnerAddress)) return false;
  const { serverId } = message;
  if (serverId !== undefined && !isPartners(endpoint, serverId)) return false;
  return responsive.answers(message.type, serverId !== undefined);
}

/** A partner that lacks the extension tells no identifier: what is another server's than this one's it discards itself (RFC 9915 section 16). */
function isPartners(endpoint: Endpoint, serverId: Duid): boolean {
  const { partnerId, serverId: ownId } = endpoint.relaying;
  return partnerId === undefined ? isRelayAgent(endpoint) && !sameBytes(serverId, ownId) : sameBytes(serverId, partnerId);
}

/** By the state that the partner told last; undefined: it never told one. What this box leaves to it as its client it answers. */
export function partnerResponsiveness({ configuration, record, split }: Endpoint): Responsiveness | undefined {
  const { partnerState } = record.current;
  if (split !== undefined && partnerState === EndpointState.NORMAL) return RESPONSIVE_ALONE;
  return partnerState === 0 ? undefined : responsiveness(partnerState, otherRole(configuration.role));
}

function otherRole(role: Role): Role {
  return role === 'primary' ? 'secondary' : 'primary';
}

export function contact({ transactionIds }: Endpoint, vendor: readonly VendorSuboption[]): ContactMessage {
  return { type: FailoverMessageType.CONTACT, transactionId: transactionIds.next(), vendor };
}

export function senderClock({ monotonic }: Now): VendorSuboption {
  return extension(ExtensionCode.SENDER_CLOCK, Math.floor(monotonic) >>> 0);
}

/** What a CONTACT carries of relaying. */
export function relayHeard(endpoint: Endpoint, connection: Connection, { vendor, transactionId }: ContactMessage, now: Now): void {
  if (!speaks(endpoint, connection)) return;
  for (const acknowledgement of extensionsOf(vendor, ExtensionCode.RELAY_ACKNOWLEDGEMENT)) acknowledged(endpoint, acknowledgement, now);
  const clock = extensionOf(vendor, ExtensionCode.SENDER_CLOCK);
  const age = clock === undefined ? 0 : endpoint.relaying.transit.of(clock, now.monotonic);
  for (const relayed of extensionsOf(vendor, ExtensionCode.RELAYED_MESSAGE)) {
    if (isPassedOn(relayed) && isRelayReply(relayed.message)) passedOnHeard(endpoint, relayed, age);
    else if (isRelayReply(relayed.message)) answerHeard(endpoint, relayed, now);
    else messageHeard(endpoint, connection, relayed, transactionId, age);
  }
}

function acknowledged({ relaying }: Endpoint, { number, outcome }: RelayAcknowledgement, now: Now): void {
  if (!relaying.underWay.acknowledged(number, outcome)) return;
  if (outcome === RelayOutcome.SHED) relaying.overloadedUntil = now.monotonic + OVERLOAD_MS;
}

/** For the appliance to handle, and to acknowledge; what can't be handled is acknowledged here. */
function messageHeard(endpoint: Endpoint, { id }: Connection, { number, message }: RelayedOctets, transactionId: number, age: number): void {
  const { configuration, relaying, emit } = endpoint;
  const unwrapped = age > RELAYED_MAX_MS || message.length > 2 * MESSAGE_MAX ? undefined : unwrapFromPartner(message);
  if (unwrapped === undefined || !configuration.links.includes(unwrapped.link)) {
    relaying.counters.relayedFromPartnerDropped++;
    emit({ kind: 'send', connection: id, message: relayAcknowledgement({ number, transactionId }, RelayOutcome.DISCARDED) });
    return;
  }
  relaying.counters.relayedFromPartner++;
  emit({
    kind: 'relayed',
    message: {
      relationship: configuration.name,
      connection: id,
      transactionId,
      number,
      link: unwrapped.link,
      bytes: unwrapped.bytes,
      source: unwrapped.wrapper.peerAddress,
      wrapper: unwrapped.wrapper,
    },
  });
}

/** The partner asks a client that it may not reach. */
function passedOnHeard({ configuration, relaying, emit }: Endpoint, relayed: RelayedOctets, age: number): void {
  const passed = age > RELAYED_MAX_MS ? undefined : unwrapPassedOn(relayed);
  if (passed === undefined || !configuration.links.includes(passed.link)) {
    relaying.counters.relayLate++;
    return;
  }
  relaying.counters.relayedToClients++;
  const { link, destination, port, bytes } = passed;
  emit({ kind: 'passOn', link, destination, port, bytes });
}

function answerHeard(endpoint: Endpoint, { number, message }: RelayedOctets, now: Now): void {
  const { relaying, emit } = endpoint;
  const back = relaying.underWay.answered(number, now.monotonic);
  const bytes = back === undefined ? undefined : unwrapRelayReply(message);
  if (back === undefined || bytes === undefined) {
    relaying.counters.relayLate++;
    return;
  }
  relaying.counters.relayedToClients++;
  relaying.answeredByRelay.note(back.client, now.monotonic);
  if (back.port !== CLIENT_PORT || !hasNoPort(endpoint, back.link)) noteSurprise(endpoint, back.link, now);
  emit({ kind: 'answerClient', interfaceName: back.interfaceName, destination: back.destination, port: back.port, bytes });
}

/** When the partner's service counts as dead: it acknowledges nothing (R-LH7). */
export function serviceDeadAt({ relaying, connection }: Endpoint): number | undefined {
  const since = connection?.phase === 'ok' ? relaying.underWay.unacknowledgedSince() : undefined;
  return since === undefined ? undefined : Math.max(since, relaying.excusedUntil) + UNACKNOWLEDGED_MS;
}

/** While the boxes fetch all leases from each other they may be slow. To be called at the end of every step. */
export function excuseResync(endpoint: Endpoint, now: Now): void {
  const { relaying, asked, requests, flow } = endpoint;
  if (relaying.underWay.unacknowledgedSince() === undefined) return;
  if (asked !== undefined || requests.length > 0 || flow.pending().scanned < 1) relaying.excusedUntil = now.monotonic;
}

/** Clients that only this box hears though the partner calls its link well. */
function noteSurprise(endpoint: Endpoint, link: string, now: Now): void {
  const { relaying, configuration } = endpoint;
  if (isCutOff(endpoint, link)) return;
  relaying.answeredThrough.set(link, now.monotonic);
  const said = relaying.surprise.get(link);
  if (said !== undefined && now.monotonic - said < SURPRISE_EVERY_MS) return;
  relaying.surprise.set(link, now.monotonic);
  logOf(endpoint, 'warning', `${link}: a client that ${configuration.partnerName} has not answered was answered through this box`);
}
