/** The options for booting from the network (RFC 5970). */
import { OptionCode } from '../option-code.ts';
import { encodeText } from '../text.ts';
import { failure } from '../wire-error.ts';
import { option } from './codec.ts';
import { unsignedListShape } from './integers.ts';
import { textShape } from './names.ts';
import { decodeItems, encodeItems } from './vendor.ts';

/** RFC 5970 3.1 */
export const bootFileUrl = option(OptionCode.BOOTFILE_URL, 'BOOTFILE_URL', textShape);

/** RFC 5970 3.2: what the boot file is started with, in this order. */
export const bootFileParameters = option<readonly string[]>(OptionCode.BOOTFILE_PARAM, 'BOOTFILE_PARAM', {
  decode(data) {
    const items = decodeItems(data);
    if (items.error !== undefined) return items;
    const texts: string[] = [];
    for (const item of items.value) {
      const text = textShape.decode(item);
      if (text.error !== undefined) return failure('bad-option-value', item.byteOffset - data.byteOffset);
      texts.push(text.value);
    }
    return { value: texts };
  },
  encode: (texts) => encodeItems(texts.map(encodeText)),
  print: (texts) => texts.map((text) => textShape.print(text)).join(' '),
});

const codes = unsignedListShape(2);

/** RFC 5970 3.3: the pre-boot environments of the client, that which it likes best first; numbers of the IANA registry "Processor Architecture Types". */
export const clientArchitectures = option<readonly number[]>(OptionCode.CLIENT_ARCH_TYPE, 'CLIENT_ARCH_TYPE', {
  ...codes,
  decode: (data) => (data.length === 0 ? failure('bad-option-length', 0) : codes.decode(data)),
});
