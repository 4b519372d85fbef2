/** The options with options inside: identity associations, and the leases in them. */
import { formatAddress } from '../address-text.ts';
import { ADDRESS_LENGTH, type Address } from '../address.ts';
import type { Iaid } from '../duid.ts';
import { u8, u32, view } from '../octets.ts';
import { OptionCode } from '../option-code.ts';
import { INFINITY_SECONDS, type Seconds } from '../units.ts';
import { failure } from '../wire-error.ts';
import { concatBytes, type DecodedValue, option, type Shape } from './codec.ts';
import { unsignedShape, unsignedListShape } from './integers.ts';
import { leafOptions } from './leaf-options.ts';
import { decodePlainOptions, encodePlainOptions, indent, optionTable, type OptionTable, printPlainOptions } from './option-table.ts';
import type { PlainIa, PlainIaAddress, PlainIaPrefix, PlainOption, PlainTemporaryIa } from './plain-option.ts';

type WithOptions = { readonly options: readonly PlainOption[] };

/** A head of so many octets, then options. */
function container<Value extends WithOptions>(
  inside: OptionTable,
  headLength: number,
  head: Shape<Omit<Value, 'options'>>,
): Shape<Value> {
  return {
    decode(data): DecodedValue<Value> {
      const fields = head.decode(view(data, 0, headLength));
      if (fields.error !== undefined) return fields;
      const options = decodePlainOptions(inside, data, headLength);
      if (options.error !== undefined) return options;
      return { value: { ...fields.value, options: options.value } as Value };
    },
    encode: (value) => concatBytes([head.encode(value), encodePlainOptions(inside, value.options)]),
    print: (value) => [head.print(value), ...indent(printPlainOptions(inside, value.options))].join('\n'),
  };
}

function printSeconds(value: Seconds): string {
  return value === INFINITY_SECONDS ? 'infinity' : String(value);
}

const inLease = optionTable(leafOptions);

/** RFC 9915 21.6: in an IA_NA; at the top of a message only in leasequery (RFC 5007). */
export const iaAddress = option(
  OptionCode.IAADDR,
  'IAADDR',
  container<PlainIaAddress>(inLease, 24, {
    decode: (data) => ({
      value: {
        address: view(data, 0, ADDRESS_LENGTH) as Address,
        preferred: u32(data, 16) as Seconds,
        valid: u32(data, 20) as Seconds,
      },
    }),
    encode: ({ address, preferred, valid }) => concatBytes([address, unsignedListShape(4).encode([preferred, valid])]),
    print: ({ address, preferred, valid }) =>
      `${formatAddress(address)} preferred ${printSeconds(preferred)} valid ${printSeconds(valid)}`,
  }),
);

/** RFC 9915 21.22: in an IA_PD. */
export const iaPrefix = option(
  OptionCode.IAPREFIX,
  'IAPREFIX',
  container<PlainIaPrefix>(inLease, 25, {
    decode(data) {
      const prefixLength = u8(data, 8);
      if (prefixLength > ADDRESS_LENGTH * 8) return failure('bad-prefix-length', 8);
      return {
        value: {
          preferred: u32(data, 0) as Seconds,
          valid: u32(data, 4) as Seconds,
          prefixLength,
          address: view(data, 9, 9 + ADDRESS_LENGTH) as Address,
        },
      };
    },
    encode: ({ preferred, valid, prefixLength, address }) =>
      concatBytes([unsignedListShape(4).encode([preferred, valid]), unsignedShape(1).encode(prefixLength), address]),
    print: ({ preferred, valid, prefixLength, address }) =>
      `${formatAddress(address)}/${prefixLength} preferred ${printSeconds(preferred)} valid ${printSeconds(valid)}`,
  }),
);

const leaseOptions = [iaAddress, iaPrefix];
const inIa = optionTable([...leafOptions, ...leaseOptions]);

const ia = container<PlainIa>(inIa, 12, {
  decode: (data) => ({
    value: { iaid: u32(data, 0) as Iaid, t1: u32(data, 4) as Seconds, t2: u32(data, 8) as Seconds },
  }),
  encode: ({ iaid, t1, t2 }) => unsignedListShape(4).encode([iaid, t1, t2]),
  print: ({ iaid, t1, t2 }) => `iaid ${iaid} t1 ${printSeconds(t1)} t2 ${printSeconds(t2)}`,
});

/** RFC 9915 21.4 */
export const iaNa = option(OptionCode.IA_NA, 'IA_NA', ia);

/** RFC 9915 21.21 */
export const iaPd = option(OptionCode.IA_PD, 'IA_PD', ia);

/** RFC 8415 21.5; obsolete since RFC 9915 21.5: a server ignores it. */
export const iaTa = option(
  OptionCode.IA_TA,
  'IA_TA',
  container<PlainTemporaryIa>(inIa, 4, {
    decode: (data) => ({ value: { iaid: u32(data, 0) as Iaid } }),
    encode: ({ iaid }) => unsignedShape(4).encode(iaid),
    print: ({ iaid }) => `iaid ${iaid}`,
  }),
);
