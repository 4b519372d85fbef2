/** How what is said of an update of both boxes is laid out: saying (1), id (8), offset (8), and the content to the end. */
import { formatHex, parseHex } from '../hex.ts';
import { u8, view } from '../octets.ts';
import { concatBytes, type Shape } from '../options/codec.ts';
import { failure } from '../wire-error.ts';
import type { PairUpdateMessage } from './extension.ts';
import { readWhole, wholeOctets } from './whole-number.ts';

const ID_END = 9;
const HEADER_LENGTH = ID_END + 8;

export const pairUpdate: Shape<PairUpdateMessage> = {
  decode(data) {
    if (data.length < HEADER_LENGTH) return failure('bad-option-length', 0);
    const offset = readWhole(data, ID_END);
    if (offset === undefined || offset < 0) return failure('bad-option-value', ID_END);
    // A copy: it waits for the disk, and a view would keep all that came with it.
    return { value: { saying: u8(data, 0), id: formatHex(view(data, 1, ID_END), ''), offset, content: data.slice(HEADER_LENGTH) } };
  },
  encode: ({ saying, id, offset, content }) => concatBytes([Uint8Array.of(saying), parseHex(id) ?? new Uint8Array(ID_END - 1), wholeOctets(offset), content]),
  print: ({ saying, id, offset, content }) => `${id} saying ${saying}, offset ${offset} (${content.length} octets)`,
};
