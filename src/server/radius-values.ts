/** What relay agents pass on of RADIUS (RFC 7037): a client can not say it itself. */
import { OptionCode, optionCodec } from '../wire/index.ts';
import type { RelayLevel } from '../wire/index.ts';

/** More of one type than any session has. */
const VALUES_MAX = 32;

/** The values of this type in the option of the relay agent that is nearest to the client, of those with one; an option that can't be read says nothing. */
export function radiusValues(levels: readonly RelayLevel[], type: number): readonly Uint8Array[] {
  for (let i = levels.length - 1; i >= 0; i--) {
    const { options } = levels[i] as RelayLevel;
    const index = options.indexOf(OptionCode.RADIUS);
    if (index < 0) continue;
    const decoded = optionCodec(OptionCode.RADIUS).decode(options.value(index));
    return decoded.error === undefined ? decoded.value.filter((attribute) => attribute.type === type).map(({ value }) => value).slice(0, VALUES_MAX) : [];
  }
  return [];
}
