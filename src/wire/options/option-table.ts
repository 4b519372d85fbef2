import { invariant } from '../invariant.ts';
import { view } from '../octets.ts';
import { describeWireError } from '../wire-error.ts';
import { type DecodedValue, type OptionCodec, shifted } from './codec.ts';
import { opaqueShape } from './opaque.ts';
import type { PlainOption } from './plain-option.ts';
import {
  decodeSuboptions,
  encodeSuboptions,
  splitSuboptions,
  type Suboption,
  SUBOPTION_HEADER_LENGTH,
} from './suboptions.ts';

/**
 * The options that mean something at one level. An option that is not in the table, such as an IA_NA inside an IA_NA, stays
 * octets; so nothing nests deeper than message, identity association, lease, option.
 */
export type OptionTable = ReadonlyMap<number, OptionCodec<unknown>>;

export function optionTable(codecs: readonly OptionCodec<unknown>[]): OptionTable {
  return new Map(codecs.map((codec) => [codec.code, codec]));
}

/** The options from `start` to the end of `data`, or what is wrong with the first that is malformed. */
export function decodePlainOptions(
  table: OptionTable,
  data: Uint8Array,
  start: number,
): DecodedValue<readonly PlainOption[]> {
  const found = decodeSuboptions(data, start);
  if (found.error !== undefined) return found;
  const options: PlainOption[] = [];
  let at = start;
  for (const raw of found.value) {
    const decoded = decodePlainOption(table, raw);
    if (decoded.error !== undefined) return shifted(decoded, at + SUBOPTION_HEADER_LENGTH);
    options.push(decoded.value);
    at += SUBOPTION_HEADER_LENGTH + raw.data.length;
  }
  return { value: options };
}

function decodePlainOption(table: OptionTable, raw: Suboption): DecodedValue<PlainOption> {
  const decoded = table.get(raw.code)?.decode(raw.data);
  if (decoded === undefined) return { value: raw };
  if (decoded.error !== undefined) return decoded;
  // The type of the table forgot which value belongs to which code; `OptionValues` says it.
  return { value: { code: raw.code, value: decoded.value } as PlainOption };
}

export function encodePlainOptions(table: OptionTable, options: readonly PlainOption[]): Uint8Array {
  return encodeSuboptions(options.map((option) => ({ code: option.code, data: encodeData(table, option) })));
}

function encodeData(table: OptionTable, option: PlainOption): Uint8Array {
  if ('data' in option) return option.data;
  const codec = table.get(option.code);
  invariant(codec !== undefined, `option ${option.code} stands where it has a meaning`);
  return codec.encode(option.value);
}

/** A line for each option, and indented ones for what is inside it. */
export function printPlainOptions(table: OptionTable, options: readonly PlainOption[]): readonly string[] {
  return options.flatMap((option) => {
    if ('data' in option) return [`option ${option.code}: ${opaqueShape.print(option.data)}`];
    const codec = table.get(option.code);
    invariant(codec !== undefined, `option ${option.code} stands where it has a meaning`);
    return `${codec.name} ${codec.print(option.value)}`.trimEnd().split('\n');
  });
}

/** The same from octets: what is malformed is shown as octets with the reason, and does not hide the rest. */
export function printOptions(table: OptionTable, data: Uint8Array, start: number): readonly string[] {
  const { suboptions, end } = splitSuboptions(data, start);
  const lines = suboptions.flatMap((raw) => {
    const decoded = decodePlainOption(table, raw);
    if (decoded.error === undefined) return printPlainOptions(table, [decoded.value]);
    return [`malformed option ${raw.code}, ${describeWireError(decoded.error)}: ${opaqueShape.print(raw.data)}`];
  });
  if (end < data.length) lines.push(`malformed, option-overrun: ${opaqueShape.print(view(data, end, data.length))}`);
  return lines;
}

/** Sets lines two spaces further to the right. */
export function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}
