/**
 * Messages as plain objects, through the option registry: for clients in tests and tools, and for printing. The packet path
 * has `decodeDatagram` and `DataWriter` instead.
 */
import { formatAddress } from './address-text.ts';
import { ADDRESS_LENGTH, type Address } from './address.ts';
import { MESSAGE_HEADER_LENGTH } from './decode-client-message.ts';
import { HOP_COUNT_LIMIT_RFC3315 } from './constants.ts';
import { RELAY_HEADER_LENGTH } from './datagram.ts';
import { MessageType, messageTypeName } from './message-type.ts';
import { u8, u24, view } from './octets.ts';
import { OptionCode } from './option-code.ts';
import { concatBytes } from './options/codec.ts';
import { unsignedShape } from './options/integers.ts';
import { opaqueShape } from './options/opaque.ts';
import { decodePlainOptions, encodePlainOptions, indent, printOptions } from './options/option-table.ts';
import type { PlainOption } from './options/plain-option.ts';
import { optionRegistry } from './options/registry.ts';
import { splitSuboptions } from './options/suboptions.ts';
import { type Decoded, failure } from './wire-error.ts';

type RelayMessageType = typeof MessageType.RELAY_FORW | typeof MessageType.RELAY_REPL;

/** A message between client and server (RFC 9915 8). */
export interface PlainMessage {
  readonly type: Exclude<MessageType, RelayMessageType>;
  readonly transactionId: number;
  readonly options: readonly PlainOption[];
}

/** A message between relay agent and server (RFC 9915 9); the one inside it is the value of its Relay Message option. */
export interface PlainRelayMessage {
  readonly type: RelayMessageType;
  readonly hopCount: number;
  readonly linkAddress: Address;
  readonly peerAddress: Address;
  readonly options: readonly PlainOption[];
}

function isRelayType(type: number): type is RelayMessageType {
  return type === MessageType.RELAY_FORW || type === MessageType.RELAY_REPL;
}

const MESSAGE_TYPES: ReadonlySet<number> = new Set(Object.values(MessageType));

/** The octets of a message. */
export function encodeMessage(message: PlainMessage | PlainRelayMessage): Uint8Array {
  const options = encodePlainOptions(optionRegistry, message.options);
  if ('transactionId' in message) {
    const transactionId = unsignedShape(4).encode(message.transactionId).subarray(1);
    return concatBytes([Uint8Array.of(message.type), transactionId, options]);
  }
  const { type, hopCount, linkAddress, peerAddress } = message;
  return concatBytes([Uint8Array.of(type, hopCount), linkAddress, peerAddress, options]);
}

/** Decodes a message with all its options; stricter than a server, which leaves aside what it does not read. */
export function decodeMessage(bytes: Uint8Array): Decoded<PlainMessage | PlainRelayMessage> {
  const type = bytes.length === 0 ? 0 : u8(bytes, 0);
  const headerLength = headerLengthOf(type);
  if (bytes.length === 0 || bytes.length < headerLength) return failure('truncated-header', 0);
  if (!MESSAGE_TYPES.has(type)) return failure('unknown-message-type', 0);
  const options = decodePlainOptions(optionRegistry, bytes, headerLength);
  if (options.error !== undefined) return options;
  if (isRelayType(type)) return { type, ...relayHeader(bytes), options: options.value };
  return { type: type as PlainMessage['type'], transactionId: u24(bytes, 1), options: options.value };
}

function headerLengthOf(type: number): number {
  return isRelayType(type) ? RELAY_HEADER_LENGTH : MESSAGE_HEADER_LENGTH;
}

function relayHeader(bytes: Uint8Array): { hopCount: number; linkAddress: Address; peerAddress: Address } {
  const link = 2;
  const peer = link + ADDRESS_LENGTH;
  return {
    hopCount: u8(bytes, 1),
    linkAddress: view(bytes, link, peer) as Address,
    peerAddress: view(bytes, peer, peer + ADDRESS_LENGTH) as Address,
  };
}

/**
 * A message as text for logs and tests, one line for each option, what is inside a relay message indented. Any octets will
 * do: what is malformed is shown as such. Nothing in it can do a terminal harm.
 */
export function describeMessage(bytes: Uint8Array): string {
  return describeLines(bytes, 0).join('\n');
}

function describeLines(bytes: Uint8Array, depth: number): readonly string[] {
  const type = bytes.length === 0 ? 0 : u8(bytes, 0);
  const headerLength = headerLengthOf(type);
  if (bytes.length < headerLength || depth > HOP_COUNT_LIMIT_RFC3315) {
    return [`malformed message: ${opaqueShape.print(bytes)}`];
  }
  const options = indent(printOptions(optionRegistry, bytes, headerLength));
  if (!isRelayType(type)) {
    const transactionId = u24(bytes, 1).toString(16).padStart(6, '0');
    return [`${messageTypeName(type)} transaction ${transactionId}`, ...options];
  }
  const { hopCount, linkAddress, peerAddress } = relayHeader(bytes);
  const head = `${messageTypeName(type)} hop ${hopCount} link ${formatAddress(linkAddress)} peer ${formatAddress(peerAddress)}`;
  const inner = splitSuboptions(bytes, headerLength).suboptions.filter(({ code }) => code === OptionCode.RELAY_MSG);
  return [head, ...options, ...inner.flatMap(({ data }) => indent(describeLines(data, depth + 1)))];
}
