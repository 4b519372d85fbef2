/** The boot file of a client: by the pre-boot environments that it names (RFC 5970). */
import { OptionCode, optionCodec, writeOption } from '../wire/index.ts';
import type { ClientMessage, DataWriter } from '../wire/index.ts';
import type { EncodedOption, OptionLayer } from './encoded-option.ts';

const NONE: readonly number[] = [];

/** Writes the URL with the client's architectures that it is for, as that is asked for, from the nearest layer with boot files. */
export function writeBootFile(writer: DataWriter, message: ClientMessage, layers: readonly OptionLayer[]): void {
  for (const layer of layers) {
    const files = layer.get(OptionCode.BOOTFILE_URL);
    if (files === undefined) continue;
    const asked = architecturesOf(message);
    const file = fileFor(files, asked);
    if (file === undefined) return;
    writeOption(writer, OptionCode.BOOTFILE_URL, file.data);
    const fitting = asked.filter((architecture) => file.boot?.architectures?.includes(architecture) === true);
    // What the client did not ask for may not be in the list, nor may the list be empty (section 3.3).
    if (fitting.length > 0) writeOption(writer, OptionCode.CLIENT_ARCH_TYPE, optionCodec(OptionCode.CLIENT_ARCH_TYPE).encode(fitting));
    return;
  }
}

/** Writes what the same file is started with, or what the nearest layer has by code. */
export function writeBootParameters(writer: DataWriter, message: ClientMessage, layers: readonly OptionLayer[]): void {
  for (const layer of layers) {
    const [byCode] = layer.get(OptionCode.BOOTFILE_PARAM) ?? [];
    const files = layer.get(OptionCode.BOOTFILE_URL);
    if (byCode === undefined && files === undefined) continue;
    const parameters = byCode?.data ?? fileFor(files ?? [], architecturesOf(message))?.boot?.parameters;
    if (parameters !== undefined) writeOption(writer, OptionCode.BOOTFILE_PARAM, parameters);
    return;
  }
}

/** What the client likes best counts, then the file for all others. */
function fileFor(files: readonly EncodedOption[], architectures: readonly number[]): EncodedOption | undefined {
  for (const architecture of architectures) {
    const file = files.find(({ boot }) => boot?.architectures?.includes(architecture) === true);
    if (file !== undefined) return file;
  }
  return files.find(({ boot }) => boot?.architectures === undefined);
}

/** None where the client names none, or its option is malformed. */
export function architecturesOf(message: ClientMessage): readonly number[] {
  const index = message.options.indexOf(OptionCode.CLIENT_ARCH_TYPE);
  if (index < 0) return NONE;
  const decoded = optionCodec(OptionCode.CLIENT_ARCH_TYPE).decode(message.options.value(index));
  return decoded.error === undefined ? decoded.value : NONE;
}
