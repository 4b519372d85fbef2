/** How a change of the configuration on both boxes is laid out: saying (1), id (8), part (2), parts (2), and the content to the end. */
import { formatHex, parseHex } from '../hex.ts';
import { u8, u16, view } from '../octets.ts';
import { concatBytes, type Shape } from '../options/codec.ts';
import { unsignedListShape } from '../options/integers.ts';
import { failure } from '../wire-error.ts';
import type { SharedCommitMessage } from './extension.ts';

const ID_END = 9;
const HEADER_LENGTH = ID_END + 4;

export const sharedCommit: Shape<SharedCommitMessage> = {
  decode(data) {
    if (data.length < HEADER_LENGTH) return failure('bad-option-length', 0);
    const [part, parts] = [u16(data, ID_END), u16(data, ID_END + 2)];
    if (part === 0 || part > parts) return failure('bad-option-value', ID_END);
    // A copy: it is kept until all parts are there, and a view would keep all that came with it.
    return { value: { saying: u8(data, 0), id: formatHex(view(data, 1, ID_END), ''), part, parts, content: data.slice(HEADER_LENGTH) } };
  },
  encode: ({ saying, id, part, parts, content }) =>
    concatBytes([Uint8Array.of(saying), parseHex(id) ?? new Uint8Array(ID_END - 1), unsignedListShape(2).encode([part, parts]), content]),
  print: ({ saying, id, part, parts, content }) => `${id} saying ${saying}, part ${part} of ${parts} (${content.length} octets)`,
};
