/** Options that relay agents supply for the client, where the configuration has none of their own (RFC 6422 section 6). */
import { OptionCode, optionCodec, writeOption } from '../wire/index.ts';
import type { DataWriter, RelayLevel } from '../wire/index.ts';

/** Writes the option as the relay agent that is nearest to the client has it, once; nothing where none has. */
export function writeRelaySupplied(writer: DataWriter, code: number, levels: readonly RelayLevel[]): void {
  for (let i = levels.length - 1; i >= 0; i--) {
    const { options } = levels[i] as RelayLevel;
    const index = options.indexOf(OptionCode.RSOO);
    const supplied = index < 0 ? undefined : optionCodec(OptionCode.RSOO).decode(options.value(index));
    if (supplied === undefined || supplied.error !== undefined) continue;
    const found = supplied.value.find((option) => option.code === code);
    if (found === undefined) continue;
    writeOption(writer, code, found.data);
    return;
  }
}
