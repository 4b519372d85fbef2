import { ADDRESS_LENGTH, type Address } from './address.ts';
import { DataWriter, type OptionMark } from './data-writer.ts';
import { RELAY_HEADER_LENGTH, type RelayLevel } from './datagram.ts';
import { MessageType } from './message-type.ts';
import { u8, u16, view } from './octets.ts';
import { OptionCode } from './option-code.ts';
import type { OptionList } from './option-list.ts';
import { scanOptions } from './option-scan.ts';
import { writeOption } from './write-message.ts';

const writer = new DataWriter();

/**
 * Puts an answer into the Relay-reply chain that mirrors the Relay-forward chain it came through (RFC 9915 19.3): the same
 * hop-count, link-address and peer-address at each level; Interface-Id (21.18) and Relay Source Port (RFC 8357 5.2) copied at
 * their level, and what its Echo Request option names (RFC 4994 5). Without levels it is the answer itself. Undefined when
 * the whole is too long for a datagram.
 */
export function wrapRelayReplies(levels: readonly RelayLevel[], inner: Uint8Array): Uint8Array | undefined {
  if (levels.length === 0) return inner;
  const marks: OptionMark[] = [];
  for (const level of levels) {
    writer.u8(MessageType.RELAY_REPL);
    writer.u8(level.hopCount);
    writer.bytes(level.linkAddress);
    writer.bytes(level.peerAddress);
    echoOptions(level.options);
    marks.push(writer.beginOption(OptionCode.RELAY_MSG));
  }
  writer.bytes(inner);
  for (let i = marks.length - 1; i >= 0; i--) writer.endOption(marks[i] as OptionMark);
  return writer.finish();
}

/** A Relay-reply that answers no Relay-forward (RFC 9915 19.3); undefined where it is too long for a datagram. */
export function wrapRelayReply({ linkAddress, peerAddress, interfaceId }: RelayReply, message: Uint8Array): Uint8Array | undefined {
  writer.u8(MessageType.RELAY_REPL);
  writer.u8(0);
  writer.bytes(linkAddress);
  writer.bytes(peerAddress);
  writeOption(writer, OptionCode.INTERFACE_ID, interfaceId);
  writeOption(writer, OptionCode.RELAY_MSG, message);
  return writer.finish();
}

export interface RelayReply {
  readonly linkAddress: Address;
  readonly peerAddress: Address;
  readonly interfaceId: Uint8Array;
}

/** The headers of a Relay-reply, and what stands in it; undefined where it is none, or has no Interface-Id. Views. */
export function readRelayReply(bytes: Uint8Array): (RelayReply & { readonly message: Uint8Array }) | undefined {
  const message = unwrapRelayReply(bytes);
  if (message === undefined) return undefined;
  const options = scanOptions(bytes, RELAY_HEADER_LENGTH, bytes.length);
  const index = options.error === undefined ? options.indexOf(OptionCode.INTERFACE_ID) : -1;
  if (options.error !== undefined || index < 0) return undefined;
  const peer = 2 + ADDRESS_LENGTH;
  return {
    linkAddress: view(bytes, 2, peer) as Address,
    peerAddress: view(bytes, peer, peer + ADDRESS_LENGTH) as Address,
    interfaceId: options.value(index),
    message,
  };
}

/** What stands in a Relay-reply, for the relay agent that it is for (RFC 9915 19.2); undefined where it is none. A view. */
export function unwrapRelayReply(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length < RELAY_HEADER_LENGTH || u8(bytes, 0) !== MessageType.RELAY_REPL) return undefined;
  const options = scanOptions(bytes, RELAY_HEADER_LENGTH, bytes.length);
  if (options.error !== undefined) return undefined;
  const index = options.indexOf(OptionCode.RELAY_MSG);
  return index < 0 ? undefined : options.value(index);
}

/** What the server must copy, asked or not. Each may come once (RFC 9915 21, RFC 8357 4.2). */
function copyFirst(options: OptionList, code: number): void {
  const index = options.indexOf(code);
  if (index >= 0) writeOption(writer, code, options.value(index));
}

function echoOptions(options: OptionList): void {
  copyFirst(options, OptionCode.INTERFACE_ID);
  copyFirst(options, OptionCode.RELAY_PORT);
  const request = options.indexOf(OptionCode.ERO);
  if (request >= 0) echoRequested(options, options.value(request));
}

/** One bit for each option code: a request may name all 32767 of its codes, beside thousands of options. */
const wanted = new Uint8Array(0x10000 / 8);

/** Copies each option that the Echo Request names, verbatim, unless the Relay-reply has it already (RFC 4994 5). */
function echoRequested(options: OptionList, request: Uint8Array): void {
  for (let at = 0; at < request.length; at += 2) setWanted(u16(request, at), 1);
  setWanted(OptionCode.INTERFACE_ID, 0);
  setWanted(OptionCode.RELAY_PORT, 0);
  setWanted(OptionCode.RELAY_MSG, 0);
  for (let i = 0; i < options.count; i++) {
    const code = options.code(i);
    if (isWanted(code)) writeOption(writer, code, options.value(i));
  }
  for (let at = 0; at < request.length; at += 2) setWanted(u16(request, at), 0);
}

function setWanted(code: number, value: 0 | 1): void {
  const bit = 1 << (code & 7);
  wanted[code >> 3] = value === 1 ? u8(wanted, code >> 3) | bit : u8(wanted, code >> 3) & ~bit;
}

function isWanted(code: number): boolean {
  return (u8(wanted, code >> 3) & (1 << (code & 7))) !== 0;
}
