import { u16, view } from '../octets.ts';
import { failure } from '../wire-error.ts';
import { concatBytes, type DecodedValue } from './codec.ts';
import { unsignedShape } from './integers.ts';

/** Code and data; of the same layout as an option (RFC 9915 21.1), whoever gives the codes their meaning. */
export interface Suboption {
  readonly code: number;
  readonly data: Uint8Array;
}

export const SUBOPTION_HEADER_LENGTH = 4;

/** The suboptions from `start` to the end of `data`. */
export function decodeSuboptions(data: Uint8Array, start: number): DecodedValue<readonly Suboption[]> {
  const { suboptions, end } = splitSuboptions(data, start);
  return end === data.length ? { value: suboptions } : failure('option-overrun', end);
}

/** The same up to `end`, where the first that reaches past the end of `data` begins, if one does. */
export function splitSuboptions(data: Uint8Array, start: number): { suboptions: readonly Suboption[]; end: number } {
  const suboptions: Suboption[] = [];
  let at = start;
  while (at < data.length) {
    const from = at + SUBOPTION_HEADER_LENGTH;
    const to = from > data.length ? from : from + u16(data, at + 2);
    if (to > data.length) break;
    suboptions.push({ code: u16(data, at), data: view(data, from, to) });
    at = to;
  }
  return { suboptions, end: at };
}

export function encodeSuboptions(suboptions: readonly Suboption[]): Uint8Array {
  return concatBytes(
    suboptions.flatMap(({ code, data }) => [unsignedShape(2).encode(code), unsignedShape(2).encode(data.length), data]),
  );
}
