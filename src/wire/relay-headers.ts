import { ADDRESS_LENGTH, type Address } from './address.ts';
import { RELAY_HEADER_LENGTH, type RelayLevel } from './datagram.ts';
import { MessageType } from './message-type.ts';
import { u8, u16, view } from './octets.ts';
import { OptionCode } from './option-code.ts';
import { OPTION_HEADER_LENGTH } from './option-list.ts';
import { scanOptions } from './option-scan.ts';

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
    const link = start + 2;
    const peer = link + ADDRESS_LENGTH;
    levels.push({
      hopCount: u8(chain, start + 1),
      linkAddress: view(chain, link, peer) as Address,
      peerAddress: view(chain, peer, peer + ADDRESS_LENGTH) as Address,
      options,
    });
    start = end + OPTION_HEADER_LENGTH;
  }
  return levels;
}

/** Where the first Relay Message option begins. */
function relayMessageAt(chain: Uint8Array, start: number): number | undefined {
  for (let at = start; at + OPTION_HEADER_LENGTH <= chain.length; at += OPTION_HEADER_LENGTH + u16(chain, at + 2)) {
    if (u16(chain, at) === OptionCode.RELAY_MSG) return at;
  }
  return undefined;
}
