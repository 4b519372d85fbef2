/**
 * A Reconfigure on its way to a client that the box which asks it may not reach (RFC 9915 section 19.3; R-LH5): in a Relay-reply that answers
 * nothing, over the connection to the partner, which sends it on the link. A partner that does not know of it takes it for an answer that comes too late.
 */
import {
  CLIENT_PORT,
  MessageType,
  SERVER_PORT,
  decodeText,
  encodeText,
  isMulticast,
  isUnspecified,
  readRelayReply,
  wrapRelayReply,
} from '../../wire/index.ts';
import type { Address, RelayedOctets } from '../../wire/index.ts';

export interface PassedOn {
  readonly link: string;
  /** A global address of that link. */
  readonly linkAddress: Address;
  /** The client, or the relay agent that it is behind. */
  readonly destination: Address;
  /** The Reconfigure, or the Relay-reply that it is in. */
  readonly bytes: Uint8Array;
}

/** Messages that are relayed count from 1. */
const ANSWERS_NOTHING = 0;

/** @returns undefined where it is too long */
export function wrapPassedOn({ link, linkAddress, destination, bytes }: PassedOn): RelayedOctets | undefined {
  const message = wrapRelayReply({ linkAddress, peerAddress: destination, interfaceId: encodeText(link) }, bytes);
  return message === undefined ? undefined : { number: ANSWERS_NOTHING, message };
}

/** Whether it is one of these, and no answer. */
export function isPassedOn({ number }: RelayedOctets): boolean {
  return number === ANSWERS_NOTHING;
}

/** @returns what is to be sent where; undefined for what is no Reconfigure in that form */
export function unwrapPassedOn({ message }: RelayedOctets): (PassedOn & { readonly port: number }) | undefined {
  const read = readRelayReply(message);
  const link = read === undefined ? undefined : decodeText(read.interfaceId);
  if (read === undefined || link === undefined || isUnspecified(read.peerAddress) || isMulticast(read.peerAddress)) return undefined;
  const port = portFor(read.message[0]);
  return port === undefined ? undefined : { link, linkAddress: read.linkAddress, destination: read.peerAddress, bytes: read.message, port };
}

function portFor(type: number | undefined): number | undefined {
  if (type === MessageType.RECONFIGURE) return CLIENT_PORT;
  return type === MessageType.RELAY_REPL ? SERVER_PORT : undefined;
}
