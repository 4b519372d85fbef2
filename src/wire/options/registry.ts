import type { OptionCode } from '../option-code.ts';
import type { OptionCodec } from './codec.ts';
import { iaAddress, iaNa, iaPd, iaPrefix, iaTa } from './identity-associations.ts';
import { leafOptions } from './leaf-options.ts';
import { optionTable } from './option-table.ts';
import type { OptionValues } from './plain-option.ts';

/** Every known option, by its code. */
export const optionRegistry = optionTable([...leafOptions, iaNa, iaTa, iaAddress, iaPd, iaPrefix]);

/** The codec of an option of this program. */
export function optionCodec<Code extends OptionCode>(code: Code): OptionCodec<OptionValues[Code]> {
  return optionRegistry.get(code) as OptionCodec<OptionValues[Code]>;
}

/** The name of an option without "OPTION_" ("IA_NA"), or "option 99". */
export function optionName(code: number): string {
  return optionRegistry.get(code)?.name ?? `option ${code}`;
}
