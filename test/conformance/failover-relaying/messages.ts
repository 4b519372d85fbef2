/** What clients say in these tests, and how the answers read. */
import { MessageType, OptionCode, encodeMessage } from '../../../src/wire/index.ts';
import type { Duid, PlainMessage, PlainRelayMessage } from '../../../src/wire/index.ts';
import type { Delivery, Sent } from '../server/box.ts';
import { address, duid } from '../server/box.ts';
import { iaNa, message, readMessage } from '../server/client.ts';
import type { Answer } from '../server/client.ts';
import { EAST_ID } from './boxes.ts';

export interface Said {
  readonly client?: Duid;
  readonly server?: Duid;
  readonly transactionId?: number;
  /** Seconds since the client began to ask. */
  readonly elapsed?: number;
  readonly addresses?: readonly string[];
}

/** @param number of the client */
export function clientId(number: number): Duid {
  return duid(`00:03:00:01:c0:${(number >> 8).toString(16).padStart(2, '0')}:${(number & 0xff).toString(16).padStart(2, '0')}`);
}

const FIRST = clientId(1);

function said(type: PlainMessage['type'], { client = FIRST, server, transactionId = 1, elapsed = 0, addresses = [] }: Said): PlainMessage {
  const plain = message(type, type === MessageType.REBIND ? [] : [iaNa(1, ...addresses)], { client, server, transactionId });
  return { ...plain, options: plain.options.map((option) => (option.code === OptionCode.ELAPSED_TIME ? { code: OptionCode.ELAPSED_TIME, value: Math.round(elapsed * 100) } : option)) };
}

export function solicit(parts: Said = {}): PlainMessage {
  return said(MessageType.SOLICIT, parts);
}

export function request(parts: Said = {}): PlainMessage {
  return said(MessageType.REQUEST, { server: EAST_ID, ...parts });
}

export function renew(parts: Said = {}): PlainMessage {
  return said(MessageType.RENEW, { server: EAST_ID, ...parts });
}

/** Without an IA: nobody may answer it. */
export function rebind(parts: Said = {}): PlainMessage {
  return said(MessageType.REBIND, parts);
}

export function confirm(parts: Said = {}): PlainMessage {
  return said(MessageType.CONFIRM, parts);
}

export function release(parts: Said = {}): PlainMessage {
  return said(MessageType.RELEASE, { server: EAST_ID, ...parts });
}

export function decline(parts: Said = {}): PlainMessage {
  return said(MessageType.DECLINE, { server: EAST_ID, ...parts });
}

/** From a relay agent with a global address. */
export const RELAY: Delivery = { interfaceName: 'uplink', source: address('2001:db8:ffff::1'), sourcePort: 547, destination: 'unicast' };

export function fromRelay(inner: PlainMessage, changes: Partial<PlainRelayMessage> = {}): PlainRelayMessage {
  return {
    type: MessageType.RELAY_FORW,
    hopCount: 0,
    linkAddress: address('2001:db8:2::1'),
    peerAddress: address('fe80::c1'),
    ...changes,
    options: [...(changes.options ?? []), { code: OptionCode.RELAY_MSG, value: encodeMessage(inner) }],
  };
}

/** The one answer among what a box sent. */
export function onlyAnswer(sent: readonly Sent[]): Answer & Pick<Sent, 'interfaceName' | 'destination' | 'port'> {
  const [first, ...others] = sent;
  if (first === undefined || others.length > 0) throw new Error(`${String(sent.length)} answers were sent, not one`);
  const { interfaceName, destination, port } = first;
  return { ...readMessage(first.message), interfaceName, destination, port };
}

export function addressesOf({ ias }: Answer): readonly string[] {
  return ias.flatMap(({ leases }) => leases.map(({ name }) => name));
}
