/** Options that hold items with a length each: user class, vendor class, vendor options. */
import { u16, u32, view } from '../octets.ts';
import { OptionCode } from '../option-code.ts';
import { failure } from '../wire-error.ts';
import { concatBytes, type DecodedValue, option, shifted } from './codec.ts';
import { unsignedShape } from './integers.ts';
import { opaqueShape } from './opaque.ts';
import { decodeSuboptions, encodeSuboptions, type Suboption } from './suboptions.ts';

const ITEM_HEADER_LENGTH = 2;
const ENTERPRISE_LENGTH = 4;

/** Items of a 2-octet length and as many octets (RFC 9915 21.15, 21.16, RFC 5970 3.2). */
export function decodeItems(data: Uint8Array): DecodedValue<readonly Uint8Array[]> {
  const items: Uint8Array[] = [];
  for (let at = 0; at < data.length; ) {
    const from = at + ITEM_HEADER_LENGTH;
    const to = from > data.length ? from : from + u16(data, at);
    if (to > data.length) return failure('option-overrun', at);
    items.push(view(data, from, to));
    at = to;
  }
  return { value: items };
}

export function encodeItems(items: readonly Uint8Array[]): Uint8Array {
  return concatBytes(items.flatMap((item) => [unsignedShape(2).encode(item.length), item]));
}

function printItems(items: readonly Uint8Array[]): string {
  return items.map((item) => opaqueShape.print(item)).join(' ');
}

/** RFC 9915 21.15: one or more classes that the client belongs to. */
export const userClass = option<readonly Uint8Array[]>(OptionCode.USER_CLASS, 'USER_CLASS', {
  decode: decodeItems,
  encode: encodeItems,
  print: printItems,
});

export interface VendorClass {
  /** The vendor's private enterprise number. */
  readonly enterprise: number;
  readonly items: readonly Uint8Array[];
}

/** RFC 9915 21.16: one instance for each enterprise. */
export const vendorClass = option<VendorClass>(OptionCode.VENDOR_CLASS, 'VENDOR_CLASS', {
  decode(data) {
    const items = decodeItems(view(data, ENTERPRISE_LENGTH, data.length));
    if (items.error !== undefined) return shifted(items, ENTERPRISE_LENGTH);
    return { value: { enterprise: u32(data, 0), items: items.value } };
  },
  encode: ({ enterprise, items }) => concatBytes([unsignedShape(4).encode(enterprise), encodeItems(items)]),
  print: ({ enterprise, items }) => `enterprise ${enterprise} ${printItems(items)}`,
});

export interface VendorOptions {
  /** The vendor's private enterprise number. */
  readonly enterprise: number;
  /** Their codes are the vendor's own. */
  readonly options: readonly Suboption[];
}

/** RFC 9915 21.17: one instance for each enterprise. */
export const vendorOptions = option<VendorOptions>(OptionCode.VENDOR_OPTS, 'VENDOR_OPTS', {
  decode(data) {
    const options = decodeSuboptions(data, ENTERPRISE_LENGTH);
    return options.error === undefined ? { value: { enterprise: u32(data, 0), options: options.value } } : options;
  },
  encode: ({ enterprise, options }) => concatBytes([unsignedShape(4).encode(enterprise), encodeSuboptions(options)]),
  print: ({ enterprise, options }) =>
    [`enterprise ${enterprise}`, ...options.map(({ code, data }) => `  ${code}: ${opaqueShape.print(data)}`)].join('\n'),
});
