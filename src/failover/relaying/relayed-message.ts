/** The form in which a client's message travels between the boxes, and its answer back (RFC 9915 section 19; R-LH5). */
import {
  CLIENT_PORT,
  FailoverMessageType,
  ExtensionCode,
  HOP_COUNT_LIMIT,
  HOP_COUNT_LIMIT_RFC3315,
  MessageType,
  OptionCode,
  SERVER_PORT,
  decodeDatagram,
  decodeText,
  encodeText,
  extension,
  isLinkLocal,
  wrapRelayForward,
  wrapRelayReplies,
} from '../../wire/index.ts';
import type { Address, ContactMessage, Datagram, RelayLevel, RelayOutcome } from '../../wire/index.ts';

const UNSPECIFIED = new Uint8Array(16) as Address;

/** What came from a client, or from a relay agent, and is the partner's to answer. */
export interface OfferedMessage {
  /** The link that the client is on. */
  readonly link: string;
  /** A global address of that link. */
  readonly linkAddress: Address;
  readonly interfaceName: string;
  readonly source: Address;
  readonly sourcePort: number;
  readonly bytes: Uint8Array;
  readonly decoded: Datagram;
}

/** A message that the partner heard, as if it had come to this box itself. */
export interface RelayedMessage {
  readonly relationship: string;
  readonly connection: number;
  /** Of the CONTACT that it came in, which its answers have as well (RFC 8156 section 5.4). */
  readonly transactionId: number;
  readonly number: number;
  /** The partner's word for where the client is: a link of the relationship. */
  readonly link: string;
  readonly bytes: Uint8Array;
  /** Who sent it on that link. */
  readonly source: Address;
  /** The header that the partner put around it. */
  readonly wrapper: RelayLevel;
}

/** @returns the Relay-forward; undefined where the message was relayed too often, or got too long */
export function wrapForPartner({ link, linkAddress, source, sourcePort, bytes, decoded: { levels } }: OfferedMessage): Uint8Array | undefined {
  const [outermost] = levels;
  const isFromRelay = outermost !== undefined;
  if (isFromRelay && outermost.hopCount >= HOP_COUNT_LIMIT) return undefined;
  const forward = {
    hopCount: isFromRelay ? outermost.hopCount + 1 : 0,
    // Section 19.1.2: a relay agent that has an address for all the world has said where it is.
    linkAddress: isFromRelay && !isLinkLocal(source) ? UNSPECIFIED : linkAddress,
    peerAddress: source,
    interfaceId: encodeText(link),
    downstreamPort: isFromRelay && saysPort(outermost) ? sourcePort : undefined,
  };
  return wrapRelayForward(forward, bytes);
}

/** Where the answer to it goes (RFC 9915 section 7.2, RFC 8357 section 5.2). */
export function portBack({ sourcePort, decoded: { levels } }: OfferedMessage): number {
  const [outermost] = levels;
  if (outermost === undefined) return CLIENT_PORT;
  return saysPort(outermost) ? sourcePort : SERVER_PORT;
}

function saysPort({ options }: RelayLevel): boolean {
  return options.indexOf(OptionCode.RELAY_PORT) >= 0;
}

/** What stands in a Relay-forward of the partner. */
export interface Unwrapped {
  readonly link: string;
  readonly bytes: Uint8Array;
  readonly wrapper: RelayLevel;
}

/** @returns undefined for what is no Relay-forward of that form, or has no message of a client inside */
export function unwrapFromPartner(message: Uint8Array): Unwrapped | undefined {
  const decoded = decodeDatagram(message, HOP_COUNT_LIMIT_RFC3315 + 1);
  if (decoded.error !== undefined) return undefined;
  const [wrapper] = decoded.levels;
  if (wrapper === undefined) return undefined;
  const name = wrapper.options.indexOf(OptionCode.INTERFACE_ID);
  const link = name < 0 ? undefined : decodeText(wrapper.options.value(name));
  if (link === undefined) return undefined;
  return { link, bytes: wrapper.options.value(wrapper.options.indexOf(OptionCode.RELAY_MSG)), wrapper };
}

/** The answer on its way back to the box that relayed the message; undefined where it is too long. */
export function relayedAnswer({ wrapper, number, transactionId }: RelayedMessage, answer: Uint8Array): ContactMessage | undefined {
  const message = wrapRelayReplies([wrapper], answer);
  if (message === undefined || message.length > ANSWER_MAX) return undefined;
  return {
    type: FailoverMessageType.CONTACT,
    transactionId,
    vendor: [extension(ExtensionCode.RELAYED_MESSAGE, { number, message })],
  };
}

/** That the message has come to the core, and what became of it. */
export function relayAcknowledgement({ number, transactionId }: Pick<RelayedMessage, 'number' | 'transactionId'>, outcome: RelayOutcome): ContactMessage {
  return {
    type: FailoverMessageType.CONTACT,
    transactionId,
    vendor: [extension(ExtensionCode.RELAY_ACKNOWLEDGEMENT, { number, outcome })],
  };
}

/** Whether it is an answer on its way back. */
export function isRelayReply(message: Uint8Array): boolean {
  return message[0] === MessageType.RELAY_REPL;
}

/** A failover message has 65535 octets at most; this leaves room for what is around the answer. */
const ANSWER_MAX = 65_000;
