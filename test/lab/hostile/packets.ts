// What arrives from clients and relays that are broken or hostile.

import { OptionCode } from '../../../src/wire/index.ts';
import { association, duidOf, message, option, relayForward, type RelayHeader } from '../network/datagram.ts';

const solicit = 1;
/** The greatest payload of a UDP datagram. */
const datagramMax = 65_527;

const clientId = option(OptionCode.CLIENTID, duidOf(1));
const wanted = association(OptionCode.IA_NA, 1);
const whole = message(solicit, 1, clientId, option(OptionCode.ELAPSED_TIME, Buffer.alloc(2)), wanted);
const header: RelayHeader = { hopCount: 0, link: '2001:db8:2::1', peer: 'fe80::1' };

/** `whole`, with the length field at `offset` saying something else. */
function withLength(offset: number, length: number): Buffer {
  const copy = Buffer.from(whole);
  copy.writeUInt16BE(length, offset);
  return copy;
}

function relayed(levels: number): Buffer {
  let inner = whole;
  for (let i = 0; i < levels; i += 1) {
    inner = relayForward({ ...header, hopCount: Math.min(i, 255) }, option(OptionCode.RELAY_MSG, inner));
  }
  return inner;
}

function repeat(count: number, piece: Buffer): Buffer[] {
  return Array<Buffer>(count).fill(piece);
}

function octetsOf(length: number, value = 0): Buffer {
  return Buffer.alloc(length, value);
}

/** Each kind by its name, as packets to be sent one after the other. */
export const hostilePackets: Readonly<Record<string, readonly Buffer[]>> = {
  'a message cut off after each of its octets': Array.from(whole, (_, length) => whole.subarray(0, length)),
  'option lengths past the end': [6, 24, 30].flatMap((offset) => {
    const rest = whole.length - offset - 2;
    return [rest + 1, rest + 100, 65_535].map((length) => withLength(offset, length));
  }),
  'options longer than their format': [
    message(solicit, 2, clientId, option(OptionCode.ELAPSED_TIME, octetsOf(200)), wanted),
    message(solicit, 3, clientId, option(OptionCode.ORO, octetsOf(7, 23)), wanted),
    message(solicit, 4, clientId, option(OptionCode.RAPID_COMMIT, octetsOf(9)), wanted),
    message(solicit, 5, clientId, association(OptionCode.IA_NA, 1, option(OptionCode.IAADDR, octetsOf(24), 65_000))),
    message(solicit, 6, clientId, option(OptionCode.IA_NA, octetsOf(11))),
    message(solicit, 7, clientId, association(OptionCode.IA_PD, 1, option(OptionCode.IAPREFIX, octetsOf(24)))),
    message(solicit, 8, clientId, association(OptionCode.IA_PD, 1, option(OptionCode.IAPREFIX, octetsOf(25, 255)))),
  ],
  'datagrams of the greatest size': [
    octetsOf(datagramMax),
    octetsOf(datagramMax, 1),
    octetsOf(datagramMax, 12),
    octetsOf(datagramMax, 255),
    message(solicit, 9, clientId, wanted, option(OptionCode.USER_CLASS, octetsOf(datagramMax - 4 - clientId.length - wanted.length - 4))),
    message(solicit, 10, ...repeat(16_380, option(0, octetsOf(0)))),
    message(solicit, 11, clientId, ...repeat(4_000, wanted)),
  ],
  'relays nested from 8 to 1 700 deep': [8, 9, 31, 32, 33, 100, 255, 256, 1_700].map(relayed),
  'relays with no message, an empty one or themselves inside': [
    relayForward(header),
    relayForward(header, option(OptionCode.RELAY_MSG, octetsOf(0))),
    relayForward(header, option(OptionCode.RELAY_MSG, relayForward(header))),
    relayForward(header, option(OptionCode.RELAY_MSG, message(13, 0, octetsOf(30)))),
    relayForward({ ...header, hopCount: 255 }, option(OptionCode.RELAY_MSG, whole)),
  ],
  'DUIDs of no octets, of one, and of more than 130': [0, 1, 2, 131, 1_000, 60_000].map((length) =>
    message(solicit, 12, option(OptionCode.CLIENTID, octetsOf(length, 1)), wanted),
  ),
  'options that come twice': [
    message(solicit, 13, clientId, clientId, wanted),
    message(solicit, 14, clientId, option(OptionCode.CLIENTID, duidOf(2)), wanted),
    message(solicit, 15, clientId, wanted, wanted),
    message(solicit, 16, clientId, wanted, ...repeat(50, option(OptionCode.ELAPSED_TIME, octetsOf(2)))),
    relayForward(header, option(OptionCode.RELAY_MSG, whole), option(OptionCode.RELAY_MSG, whole)),
  ],
  'every message type that there is and is not': Array.from({ length: 256 }, (_, type) => message(type, 17, clientId, wanted)),
};

/** For a sender whose port is 0, to which nobody can answer. */
export const answerable: readonly Buffer[] = [whole, message(11, 18, clientId, option(OptionCode.ORO, Buffer.from([0, 23])))];
