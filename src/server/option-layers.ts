/**
 * The configured options that a client asked for, from the layer nearest to it: reservation, pool,
 * then link (RFC 9915 sections 18.3 and 21.7).
 */
import { OptionCode, mayBeRequested, writeOption } from '../wire/index.ts';
import type { DataWriter } from '../wire/index.ts';
import { writeBootFile, writeBootParameters } from './boot-file.ts';
import type { EncodedOption, OptionLayer, OptionSet } from './encoded-option.ts';
import type { Query } from './query.ts';
import { writeRelaySupplied } from './relay-supplied.ts';

export type { OptionLayer } from './encoded-option.ts';

/** An Option Request option may name 32 thousand codes; no client has use for more than these. */
const REQUESTED_OPTIONS_MAX = 256;

export function optionLayer(options: OptionSet): OptionLayer {
  const layer = new Map<number, EncodedOption[]>();
  for (const option of options) {
    const sameCode = layer.get(option.code);
    if (sameCode === undefined) layer.set(option.code, [option]);
    else sameCode.push(option);
  }
  return layer;
}

/**
 * Writes each requested option that some layer has, once, in the order of the request.
 * Codes that no client may ask for are ignored (section 21.7).
 */
export function writeRequestedOptions(
  writer: DataWriter,
  { message, levels }: Pick<Query, 'message' | 'levels'>,
  layers: readonly OptionLayer[],
  relaySupplied: readonly number[],
): void {
  const requested = message.requestedOptions;
  const count = Math.min(requested.length, REQUESTED_OPTIONS_MAX);
  for (let i = 0; i < count; i++) {
    const code = requested[i] as number;
    if (requested.indexOf(code) < i || !mayBeRequested(code)) continue;
    if (code === OptionCode.VENDOR_OPTS) writeVendorOptions(writer, layers);
    else if (code === OptionCode.BOOTFILE_URL) writeBootFile(writer, message, layers);
    else if (code === OptionCode.BOOTFILE_PARAM) writeBootParameters(writer, message, layers);
    else if (!writeFromNearest(writer, code, layers) && layers.length > 0 && levels.length > 0 && relaySupplied.includes(code)) {
      writeRelaySupplied(writer, code, levels);
    }
  }
}

/** @returns whether a layer has it */
function writeFromNearest(writer: DataWriter, code: number, layers: readonly OptionLayer[]): boolean {
  for (const layer of layers) {
    const options = layer.get(code);
    if (options === undefined) continue;
    for (const option of options) writeOption(writer, code, option.data);
    return true;
  }
  return false;
}

/** One instance an enterprise (section 21.17): a layer hides a farther one's only for the same vendor. */
function writeVendorOptions(writer: DataWriter, layers: readonly OptionLayer[]): void {
  const written: (number | undefined)[] = [];
  for (const layer of layers) {
    for (const option of layer.get(OptionCode.VENDOR_OPTS) ?? []) {
      if (written.includes(option.enterprise)) continue;
      written.push(option.enterprise);
      writeOption(writer, OptionCode.VENDOR_OPTS, option.data);
    }
  }
}
