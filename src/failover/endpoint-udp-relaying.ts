/**
 * Relaying for a partner that knows nothing of it, as any relay agent does (RFC 9915 section 19; R-LH8). Such a partner says neither what
 * it sees of its links nor what became of a message: clients that ask again are the only sign that it may not hear them, or not be heard.
 */
import { CLIENT_PORT, MessageType, SERVER_PORT, decodeDatagram, decodeText, formatAddress, isMulticast, isUnspecified, readRelayReply, unwrapRelayReply } from '../wire/index.ts';
import type { Address, Duid, Now } from '../wire/index.ts';
import type { Endpoint } from './endpoint.ts';
import { portBack, wrapForPartner } from './relaying/relayed-message.ts';
import type { OfferedMessage } from './relaying/relayed-message.ts';
import { clientHash } from './relaying/relaying.ts';

/** Longer messages are not relayed: no client has one. */
const MESSAGE_MAX = 8_192;

/** By the operator's word. */
export function isRelayAgent({ configuration }: Endpoint): boolean {
  return configuration.relayByUdp !== undefined;
}

export function relayByUdp({ configuration, relaying, emit }: Endpoint, offered: OfferedMessage, now: Now): void {
  const { relayByUdp: interfaceName, partnerAddress } = configuration;
  if (interfaceName === undefined) return;
  if (!relaying.rate.admits(now.monotonic)) {
    relaying.counters.relayShed++;
    return;
  }
  const bytes = offered.bytes.length > MESSAGE_MAX ? undefined : wrapForPartner(offered);
  if (bytes === undefined) {
    relaying.counters.relayRefused++;
    return;
  }
  relaying.waysBack.set(wayBack(offered.link, offered.source), { interfaceName: offered.interfaceName, port: portBack(offered) });
  relaying.counters.relayedToPartner++;
  emit({ kind: 'relayByUdp', interfaceName, destination: partnerAddress, bytes });
}

/** From the partner's own address, on the interface where this box is its relay agent. */
export function relayReplyHeard({ configuration, relaying, emit }: Endpoint, bytes: Uint8Array, now: Now): void {
  const reply = readRelayReply(bytes);
  const link = reply === undefined ? undefined : decodeText(reply.interfaceId);
  if (reply === undefined || link === undefined || !configuration.links.includes(link)) {
    relaying.counters.relayLate++;
    return;
  }
  const { peerAddress: destination, message } = reply;
  const way = relaying.waysBack.get(wayBack(link, destination));
  if (way !== undefined) {
    emit({ kind: 'answerClient', ...way, destination, bytes: message });
  } else if (isReconfigure(message) && !isUnspecified(destination) && !isMulticast(destination)) {
    // It answers nothing (section 19.3), so nobody may have been relayed lately.
    emit({ kind: 'passOn', link, destination, port: message[0] === MessageType.RELAY_REPL ? SERVER_PORT : CLIENT_PORT, bytes: message });
  } else {
    relaying.counters.relayLate++;
    return;
  }
  relaying.counters.relayedToClients++;
  relaying.answeredByRelay.note(clientHash(relaying.key, clientOf(message) ?? destination), now.monotonic);
}

/** For a client, or in what a relay agent before it is to open. */
function isReconfigure(message: Uint8Array): boolean {
  return message[0] === MessageType.RECONFIGURE || message[0] === MessageType.RELAY_REPL;
}

/** Of a message that this box has to relay the client's DUID; undefined where it is in none that can be read. */
function clientOf(message: Uint8Array): Duid | undefined {
  const inner = unwrapRelayReply(message);
  if (inner !== undefined) return clientOf(inner);
  const decoded = decodeDatagram(message, 0);
  return decoded.error === undefined ? decoded.message.clientId : undefined;
}

function wayBack(link: string, peer: Address): string {
  return `${link} ${formatAddress(peer)}`;
}
