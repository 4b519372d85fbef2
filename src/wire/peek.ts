import { MESSAGE_HEADER_LENGTH } from './decode-client-message.ts';
import { RELAY_HEADER_LENGTH } from './datagram.ts';
import { MessageType } from './message-type.ts';
import { u8, u16 } from './octets.ts';
import { OptionCode } from './option-code.ts';
import { OPTION_HEADER_LENGTH } from './option-list.ts';

const ELAPSED_TIME_LENGTH = 2;

/** What a look at a datagram tells before it is queued. */
export interface Peek {
  /** The type of the innermost message. */
  readonly type: number;
  /** The client's DUID in the datagram; its length is 0 when there is none. It is not checked to be a DUID. */
  readonly clientIdStart: number;
  readonly clientIdLength: number;
  /** Whether it is a Solicit whose client says that it began to ask some time ago (Elapsed Time, RFC 9915 section 21.9). */
  readonly isRepeated: boolean;
}

const peeked = { type: 0, clientIdStart: 0, clientIdLength: 0, isRepeated: false };
const found = { start: 0, length: 0 };

/**
 * Finds the type and the client of a datagram, through any number of relay levels, without building objects or checking more
 * than it passes. Undefined when it can't be found for the datagram is malformed. The result is one object that the next call
 * overwrites.
 */
export function peekDatagram(bytes: Uint8Array): Peek | undefined {
  let start = 0;
  let end = bytes.length;
  while (start < end && u8(bytes, start) === MessageType.RELAY_FORW) {
    if (!findOption(bytes, start + RELAY_HEADER_LENGTH, end, OptionCode.RELAY_MSG)) return undefined;
    start = found.start;
    end = start + found.length;
  }
  if (end - start < MESSAGE_HEADER_LENGTH) return undefined;
  const options = start + MESSAGE_HEADER_LENGTH;
  peeked.type = u8(bytes, start);
  const hasClientId = findOption(bytes, options, end, OptionCode.CLIENTID);
  peeked.clientIdStart = hasClientId ? found.start : 0;
  peeked.clientIdLength = hasClientId ? found.length : 0;
  const hasElapsedTime = peeked.type === MessageType.SOLICIT && findOption(bytes, options, end, OptionCode.ELAPSED_TIME);
  peeked.isRepeated = hasElapsedTime && found.length === ELAPSED_TIME_LENGTH && u16(bytes, found.start) > 0;
  return peeked;
}

/** Leaves the place of the first option with this code in `found`; false when there is none. */
function findOption(bytes: Uint8Array, start: number, end: number, code: number): boolean {
  for (let at = start; at + OPTION_HEADER_LENGTH <= end; ) {
    const length = u16(bytes, at + 2);
    const data = at + OPTION_HEADER_LENGTH;
    if (data + length > end) return false;
    if (u16(bytes, at) === code) {
      found.start = data;
      found.length = length;
      return true;
    }
    at = data + length;
  }
  return false;
}
