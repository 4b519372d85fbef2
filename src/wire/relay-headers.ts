import { DataWriter } from './data-writer.ts';
import { RELAY_HEADER_LENGTH, type RelayLevel, relayLevel } from './datagram.ts';
import { MessageType } from './message-type.ts';
import { u8, u16, view } from './octets.ts';
import { OptionCode } from './option-code.ts';
import { OPTION_HEADER_LENGTH } from './option-list.ts';
import { scanOptions } from './option-scan.ts';
import { writeEmptyOption, writeOption } from './write-message.ts';

/**
 * The levels of a Relay-forward that was cut off where the client's message began, as a lease keeps it; the first is the outermost.
 * What its Relay Message options say of their length counts for nothing. Undefined when it is no such thing.
 */
export function decodeRelayHeaders(chain: Uint8Array): readonly RelayLevel[] | undefined {
  const levels: RelayLevel[] = [];
  let start = 0;
  while (start < chain.length) {
    if (u8(chain, start) !== MessageType.RELAY_FORW || chain.length - start < RELAY_HEADER_LENGTH) return undefined;
    const optionsStart = start + RELAY_HEADER_LENGTH;
    const end = relayMessageAt(chain, optionsStart);
    const options = end === undefined ? undefined : scanOptions(chain, optionsStart, end);
    if (end === undefined || options === undefined || options.error !== undefined) return undefined;
    levels.push(relayLevel(chain, start, options));
    start = end + OPTION_HEADER_LENGTH;
  }
  return levels;
}

/**
 * What the relay agents of a datagram said, as a lease keeps it: up to where the client's message begins. What a relay agent put behind
 * its Relay Message option (RFC 9915 9.1 has no order) is moved in front of it. Undefined where nobody relayed it; a view where it can be.
 */
export function relayHeadersOf(levels: readonly RelayLevel[], datagram: Uint8Array): Uint8Array | undefined {
  const innermost = levels.at(-1);
  if (innermost === undefined) return undefined;
  if (levels.some(hasOptionsBehind)) return reordered(levels);
  return view(datagram, 0, innermost.options.start(innermost.options.indexOf(OptionCode.RELAY_MSG)));
}

function hasOptionsBehind({ options }: RelayLevel): boolean {
  return options.indexOf(OptionCode.RELAY_MSG) !== options.count - 1;
}

const writer = new DataWriter();

function reordered(levels: readonly RelayLevel[]): Uint8Array | undefined {
  for (const { hopCount, linkAddress, peerAddress, options } of levels) {
    writer.u8(MessageType.RELAY_FORW);
    writer.u8(hopCount);
    writer.bytes(linkAddress);
    writer.bytes(peerAddress);
    for (let i = 0; i < options.count; i++) {
      if (options.code(i) !== OptionCode.RELAY_MSG) writeOption(writer, options.code(i), options.value(i));
    }
    writeEmptyOption(writer, OptionCode.RELAY_MSG);
  }
  return writer.finish();
}

/** Where the first Relay Message option begins. */
function relayMessageAt(chain: Uint8Array, start: number): number | undefined {
  for (let at = start; at + OPTION_HEADER_LENGTH <= chain.length; at += OPTION_HEADER_LENGTH + u16(chain, at + 2)) {
    if (u16(chain, at) === OptionCode.RELAY_MSG) return at;
  }
  return undefined;
}
