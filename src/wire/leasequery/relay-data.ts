/**
 * The way by which a client was heard, as a binding keeps it and as LQ_RELAY_DATA has it (RFC 5007 section 4.1.2.4). A binding has the
 * Relay-forward up to where the client's message began; the option has it complete, without the innermost Relay Message option.
 */
import { type Address, isUnspecified } from '../address.ts';
import { RELAY_HEADER_LENGTH } from '../datagram.ts';
import type { DataWriter } from '../data-writer.ts';
import { u16 } from '../octets.ts';
import { OptionCode } from '../option-code.ts';
import { OPTION_HEADER_LENGTH } from '../option-list.ts';
import { LeasequeryOptionCode } from './option-code.ts';

/** Chains are short; what is longer is neither told nor kept. */
const CHAIN_MAX = 4_096;
/** What a binding says nothing about: it was given before the agent was kept. */
const UNKNOWN_AGENT = new Uint8Array(16) as Address;

/** OPTION_LQ_RELAY_DATA (RFC 5007 4.1.2.4). */
export interface RelayData {
  /** Whom the Relay-forward came from. */
  readonly peerAddress: Address;
  /** The Relay-forward as it came, without the innermost Relay Message option. */
  readonly message: Uint8Array;
}

/** How a client was heard, as a binding has it. */
export interface RelayPath {
  readonly relay: Uint8Array;
  readonly relayAgent: Uint8Array | undefined;
}

/** Undefined when these are not the octets of a chain, or too many. */
export function toRelayData(chain: Uint8Array, agent: Uint8Array | undefined): RelayData | undefined {
  if (chain.length > CHAIN_MAX) return undefined;
  const headers = relayOptions(chain);
  const innermost = headers.pop();
  if (innermost === undefined || innermost + OPTION_HEADER_LENGTH !== chain.length) return undefined;
  const message = chain.slice(0, innermost);
  setLengths(message, headers);
  return { peerAddress: agent === undefined ? UNKNOWN_AGENT : (agent as Address), message };
}

/** Undefined when it is no Relay-forward, or too long. */
export function fromRelayData({ peerAddress, message }: RelayData): RelayPath | undefined {
  if (message.length < RELAY_HEADER_LENGTH || message.length + OPTION_HEADER_LENGTH > CHAIN_MAX) return undefined;
  const chain = new Uint8Array(message.length + OPTION_HEADER_LENGTH);
  chain.set(message);
  chain[message.length + 1] = OptionCode.RELAY_MSG;
  const headers = relayOptions(chain);
  if (headers.at(-1) !== message.length) return undefined;
  setLengths(chain, headers.slice(0, -1));
  return { relay: chain, relayAgent: isUnspecified(peerAddress) ? undefined : peerAddress.slice() };
}

/**
 * The same without the options of these codes, at every relay agent of the chain.
 * @returns undefined where what is left would be no chain: the Relay Message option may not be told
 */
export function withoutOptions({ peerAddress, message }: RelayData, codes: ReadonlySet<number>): RelayData | undefined {
  if (codes.has(OptionCode.RELAY_MSG)) return undefined;
  const left = new Uint8Array(message.length);
  left.set(message.subarray(0, RELAY_HEADER_LENGTH));
  let [from, to] = [RELAY_HEADER_LENGTH, RELAY_HEADER_LENGTH];
  while (from + OPTION_HEADER_LENGTH <= message.length) {
    const code = u16(message, from);
    const length = OPTION_HEADER_LENGTH + (code === OptionCode.RELAY_MSG ? RELAY_HEADER_LENGTH : u16(message, from + 2));
    if (!codes.has(code)) {
      left.set(message.subarray(from, from + length), to);
      to += length;
    }
    from += length;
  }
  const rest = left.slice(0, to);
  setLengths(rest, relayOptions(rest));
  return { peerAddress, message: rest };
}

export function writeRelayData(writer: DataWriter, { peerAddress, message }: RelayData): void {
  const mark = writer.beginOption(LeasequeryOptionCode.LQ_RELAY_DATA);
  writer.bytes(peerAddress);
  writer.bytes(message);
  writer.endOption(mark);
}

/** Where the headers of the nested Relay Message options are, the outermost first; each is taken to reach up to the end. */
function relayOptions(bytes: Uint8Array): number[] {
  const found: number[] = [];
  let at = RELAY_HEADER_LENGTH;
  while (at + OPTION_HEADER_LENGTH <= bytes.length) {
    if (u16(bytes, at) === OptionCode.RELAY_MSG) {
      found.push(at);
      at += OPTION_HEADER_LENGTH + RELAY_HEADER_LENGTH;
    } else {
      at += OPTION_HEADER_LENGTH + u16(bytes, at + 2);
    }
  }
  return found;
}

function setLengths(bytes: Uint8Array, headers: readonly number[]): void {
  const fields = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const header of headers) fields.setUint16(header + 2, bytes.length - header - OPTION_HEADER_LENGTH);
}
