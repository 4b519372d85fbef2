/** Options that are one unsigned integer, or a list of them. */
import { invariant } from '../invariant.ts';
import { messageTypeName } from '../message-type.ts';
import { u8 } from '../octets.ts';
import { OptionCode } from '../option-code.ts';
import { failure } from '../wire-error.ts';
import { option, type Shape } from './codec.ts';

type Width = 1 | 2 | 4;

function readUnsigned(data: Uint8Array, at: number, width: Width): number {
  let value = 0;
  for (let i = 0; i < width; i++) value = value * 0x100 + u8(data, at + i);
  return value;
}

/** Any number of unsigned integers of this many octets. */
export function unsignedListShape(width: Width): Shape<readonly number[]> {
  return {
    decode(data) {
      if (data.length % width !== 0) return failure('bad-option-length', 0);
      return { value: Array.from({ length: data.length / width }, (_, i) => readUnsigned(data, i * width, width)) };
    },
    encode(values) {
      const data = new Uint8Array(values.length * width);
      for (const [i, value] of values.entries()) {
        invariant(Number.isInteger(value) && value >= 0 && value < 0x100 ** width, `a value of ${width} octets fits them`);
        for (let octet = 0; octet < width; octet++) data[i * width + octet] = Math.floor(value / 0x100 ** (width - 1 - octet));
      }
      return data;
    },
    print: (values) => values.join(' '),
  };
}

/** One unsigned integer of this many octets; that there are as many is checked with the option's length. */
export function unsignedShape(width: Width, print: (value: number) => string = String): Shape<number> {
  const list = unsignedListShape(width);
  return {
    decode: (data) => ({ value: readUnsigned(data, 0, width) }),
    encode: (value) => list.encode([value]),
    print,
  };
}

const secondsShape = unsignedShape(4, (value) => (value === 0xffffffff ? 'infinity' : `${value} s`));

/** RFC 9915 21.8: 0 is the default, 255 makes a client take the Advertise at once. */
export const preference = option(OptionCode.PREFERENCE, 'PREFERENCE', unsignedShape(1));

/** RFC 9915 21.9: 1/100 s since the client began its exchange; 0xffff: that or more. */
export const elapsedTime = option(OptionCode.ELAPSED_TIME, 'ELAPSED_TIME', unsignedShape(2, (value) => `${value / 100} s`));

/** RFC 9915 21.19: 5 Renew, 6 Rebind, 11 Information-request; only in a Reconfigure. */
export const reconfigureMessage = option(OptionCode.RECONF_MSG, 'RECONF_MSG', unsignedShape(1, messageTypeName));

/** RFC 9915 21.23: seconds, not under 600; only in a Reply to an Information-request. */
export const informationRefreshTime = option(
  OptionCode.INFORMATION_REFRESH_TIME,
  'INFORMATION_REFRESH_TIME',
  secondsShape,
);

/** RFC 9915 21.24: seconds, 60..86400; a client ignores any other value. */
export const solMaxRt = option(OptionCode.SOL_MAX_RT, 'SOL_MAX_RT', secondsShape);

/** RFC 9915 21.25: seconds, 60..86400; a client ignores any other value. */
export const infMaxRt = option(OptionCode.INF_MAX_RT, 'INF_MAX_RT', secondsShape);

/** RFC 8357 4.2: the UDP port of the next relay agent downstream, 0 if that is the usual one. */
export const relayPort = option(OptionCode.RELAY_PORT, 'RELAY_PORT', unsignedShape(2));

/** RFC 9915 21.7: the codes of the options that a client would like. */
export const optionRequest = option(OptionCode.ORO, 'ORO', unsignedListShape(2));

/** RFC 4994 3: the codes of the options that a relay agent wants back. */
export const echoRequest = option(OptionCode.ERO, 'ERO', unsignedListShape(2));
