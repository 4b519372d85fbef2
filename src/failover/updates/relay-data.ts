/**
 * The way by which a client was heard, as a binding keeps it and as LQ_RELAY_DATA has it (RFC 5007 section 4.1.2.4). A binding has the
 * Relay-forward up to where the client's message began; the option has it complete, without the innermost Relay Message option.
 */
import { type Address, OptionCode, type RelayData, type ReconfigureData, epochSeconds, isUnspecified, u16, u32 } from '../../wire/index.ts';

/** Message type, hop-count, link-address and peer-address (RFC 9915 section 9). */
const RELAY_HEADER = 34;
const OPTION_HEADER = 4;
/** Chains are short; what is longer is neither told nor kept. */
const CHAIN_MAX = 4_096;
/** RFC 9915 section 20.4.2 has 16 octets. */
const KEY_MAX = 64;
/** What a binding says nothing about: it was given before the agent was kept. */
const UNKNOWN_AGENT = new Uint8Array(16) as Address;

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
  if (innermost === undefined || innermost + OPTION_HEADER !== chain.length) return undefined;
  const message = chain.slice(0, innermost);
  setLengths(message, headers);
  return { peerAddress: agent === undefined ? UNKNOWN_AGENT : (agent as Address), message };
}

/** Undefined when it is no Relay-forward, or too long. */
export function fromRelayData({ peerAddress, message }: RelayData): RelayPath | undefined {
  if (message.length < RELAY_HEADER || message.length + OPTION_HEADER > CHAIN_MAX) return undefined;
  const chain = new Uint8Array(message.length + OPTION_HEADER);
  chain.set(message);
  chain[message.length + 1] = OptionCode.RELAY_MSG;
  const headers = relayOptions(chain);
  if (headers.at(-1) !== message.length) return undefined;
  setLengths(chain, headers.slice(0, -1));
  return { relay: chain, relayAgent: isUnspecified(peerAddress) ? undefined : peerAddress.slice() };
}

/** Where the headers of the nested Relay Message options are, the outermost first; each is taken to reach up to the end. */
function relayOptions(bytes: Uint8Array): number[] {
  const found: number[] = [];
  let at = RELAY_HEADER;
  while (at + OPTION_HEADER <= bytes.length) {
    if (u16(bytes, at) === OptionCode.RELAY_MSG) {
      found.push(at);
      at += OPTION_HEADER + RELAY_HEADER;
    } else {
      at += OPTION_HEADER + u16(bytes, at + 2);
    }
  }
  return found;
}

function setLengths(bytes: Uint8Array, headers: readonly number[]): void {
  const fields = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const header of headers) fields.setUint16(header + 2, bytes.length - header - OPTION_HEADER);
}

/** A binding keeps the key behind the time that it was made, in seconds since 1970. */
export function toReconfigureData(kept: Uint8Array): ReconfigureData {
  return { time: epochSeconds(u32(kept, 0)), key: kept.subarray(4) };
}

/** Undefined when it is too long. */
export function fromReconfigureData({ time, key }: ReconfigureData): Uint8Array | undefined {
  if (key.length > KEY_MAX) return undefined;
  const kept = new Uint8Array(4 + key.length);
  new DataView(kept.buffer).setUint32(0, time);
  kept.set(key, 4);
  return kept;
}
