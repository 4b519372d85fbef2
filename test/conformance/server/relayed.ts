/** A client's message as relay agents pass it on, and the answer as they pass it back. */
import assert from 'node:assert/strict';
import { MessageType, OptionCode, decodeMessage, encodeMessage, optionValue } from '../../../src/wire/index.ts';
import type { PlainMessage, PlainOption, PlainRelayMessage } from '../../../src/wire/index.ts';
import { address } from './box.ts';
import type { Delivery, Sent } from './box.ts';
import { readMessage } from './client.ts';
import type { Answer } from './client.ts';

export interface Relay {
  readonly linkAddress?: string;
  readonly peerAddress?: string;
  readonly hopCount?: number;
  readonly options?: readonly PlainOption[];
}

export const RELAY_ADDRESS = address('2001:db8:ffff::1');
export const FROM_RELAY: Delivery = { interfaceName: 'uplink', source: RELAY_ADDRESS, sourcePort: 547, destination: 'unicast' };

/** @param relays the one nearest to the client first */
export function relayed(message: PlainMessage | Uint8Array, ...relays: readonly Relay[]): PlainRelayMessage {
  let inner = message instanceof Uint8Array ? message : encodeMessage(message);
  let outermost: PlainRelayMessage | undefined;
  relays.forEach((relay, hops) => {
    outermost = {
      type: MessageType.RELAY_FORW,
      hopCount: relay.hopCount ?? hops,
      linkAddress: address(relay.linkAddress ?? '2001:db8:2::1'),
      peerAddress: address(relay.peerAddress ?? 'fe80::c1'),
      options: [...(relay.options ?? []), { code: OptionCode.RELAY_MSG, value: inner }],
    };
    inner = encodeMessage(outermost);
  });
  assert.ok(outermost !== undefined);
  return outermost;
}

/** The Relay-reply headers, outermost first, and what is inside. */
export function unwrap(sent: Sent | undefined): { readonly levels: readonly PlainRelayMessage[]; readonly answer: Answer } {
  assert.ok(sent !== undefined, 'the message is answered');
  const levels: PlainRelayMessage[] = [];
  let { message } = sent;
  while ('hopCount' in message) {
    levels.push(message);
    const inner = optionValue(message.options, OptionCode.RELAY_MSG);
    assert.ok(inner !== undefined, 'a Relay-reply has a message');
    const decoded = decodeMessage(inner);
    assert.ok(decoded.error === undefined);
    message = decoded;
  }
  return { levels, answer: readMessage(message) };
}
