import type { Address } from './address.ts';
import { DataWriter } from './data-writer.ts';
import { MessageType } from './message-type.ts';
import { OptionCode } from './option-code.ts';
import { writeOption } from './write-message.ts';

const writer = new DataWriter();

/** What a relay agent says of the message that it passes on (RFC 9915 19.1). */
export interface RelayForward {
  readonly hopCount: number;
  readonly linkAddress: Address;
  readonly peerAddress: Address;
  readonly interfaceId: Uint8Array;
  /** The port that a relay agent before it sent from, where that said that it is not 547 (RFC 8357 4.2). */
  readonly downstreamPort: number | undefined;
}

/** The message in a Relay-forward; undefined where that is too long for a datagram. */
export function wrapRelayForward(forward: RelayForward, message: Uint8Array): Uint8Array | undefined {
  writer.u8(MessageType.RELAY_FORW);
  writer.u8(forward.hopCount);
  writer.bytes(forward.linkAddress);
  writer.bytes(forward.peerAddress);
  writeOption(writer, OptionCode.INTERFACE_ID, forward.interfaceId);
  if (forward.downstreamPort !== undefined) {
    const port = writer.beginOption(OptionCode.RELAY_PORT);
    writer.u16(forward.downstreamPort);
    writer.endOption(port);
  }
  writeOption(writer, OptionCode.RELAY_MSG, message);
  return writer.finish();
}
