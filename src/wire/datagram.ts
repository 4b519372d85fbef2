import { ADDRESS_LENGTH, type Address } from './address.ts';
import type { ClientMessage } from './client-message.ts';
import { decodeClientMessage } from './decode-client-message.ts';
import { MessageType } from './message-type.ts';
import { u8, view } from './octets.ts';
import { OptionCode } from './option-code.ts';
import type { OptionList } from './option-list.ts';
import { scanOptions } from './option-scan.ts';
import { type Decoded, failure } from './wire-error.ts';

/** Type, hop-count, link-address, peer-address (RFC 9915 9). */
export const RELAY_HEADER_LENGTH = 2 + 2 * ADDRESS_LENGTH;

/** The lengths in a message have 16 bits, and so have the ways it comes by. */
const MESSAGE_LENGTH_MAX = 0xffff;

/** One Relay-forward header with its options (RFC 9915 9.1), the Relay Message option among them. */
export interface RelayLevel {
  readonly hopCount: number;
  readonly linkAddress: Address;
  readonly peerAddress: Address;
  readonly options: OptionList;
}

export interface Datagram {
  /** The Relay-forward headers; the first is the outermost, from the relay agent that is nearest to us. */
  readonly levels: readonly RelayLevel[];
  readonly message: ClientMessage;
}

/**
 * Decodes what came to a server's port: a client's message, or one inside up to `relayDepthMax` levels of Relay-forward.
 * All octets in the result are views into `bytes`, which must not change afterwards. Never throws; the time it takes grows
 * with the number of octets, whatever they are.
 */
export function decodeDatagram(bytes: Uint8Array, relayDepthMax: number): Decoded<Datagram> {
  if (bytes.length > MESSAGE_LENGTH_MAX) return failure('message-too-long', MESSAGE_LENGTH_MAX);
  const levels: RelayLevel[] = [];
  let start = 0;
  let end = bytes.length;
  while (start < end && u8(bytes, start) === MessageType.RELAY_FORW) {
    if (levels.length >= relayDepthMax) return failure('relay-too-deep', start);
    const level = decodeRelayLevel(bytes, start, end);
    if (level.error !== undefined) return level;
    const relayed = level.options.indexOf(OptionCode.RELAY_MSG);
    if (relayed < 0) return failure('relay-without-message', start);
    levels.push(level);
    start = level.options.start(relayed);
    end = start + level.options.length(relayed);
  }
  if (start < end && u8(bytes, start) === MessageType.RELAY_REPL) return failure('relay-reply', start);
  const message = decodeClientMessage(bytes, start, end);
  return message.error === undefined ? { levels, message } : message;
}

function decodeRelayLevel(bytes: Uint8Array, start: number, end: number): Decoded<RelayLevel> {
  if (end - start < RELAY_HEADER_LENGTH) return failure('truncated-header', start);
  const options = scanOptions(bytes, start + RELAY_HEADER_LENGTH, end);
  return options.error === undefined ? relayLevel(bytes, start, options) : options;
}

/** @param start of the header, of which all is there */
export function relayLevel(bytes: Uint8Array, start: number, options: OptionList): RelayLevel {
  const link = start + 2;
  const peer = link + ADDRESS_LENGTH;
  return {
    hopCount: u8(bytes, start + 1),
    linkAddress: view(bytes, link, peer) as Address,
    peerAddress: view(bytes, peer, peer + ADDRESS_LENGTH) as Address,
    options,
  };
}
