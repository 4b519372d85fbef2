/** What relay agents supply for the client (RFC 6422). */
import { OptionCode } from '../option-code.ts';
import { option } from './codec.ts';
import { opaqueShape } from './opaque.ts';
import { decodeSuboptions, encodeSuboptions, type Suboption } from './suboptions.ts';

/** RFC 6422 3: options by their octets; only in a Relay-forward. */
export const relaySuppliedOptions = option<readonly Suboption[]>(OptionCode.RSOO, 'RSOO', {
  decode: (data) => decodeSuboptions(data, 0),
  encode: encodeSuboptions,
  print: (options) => [`options ${options.length}`, ...options.map(({ code, data }) => `  option ${code}: ${opaqueShape.print(data)}`)].join('\n'),
});
