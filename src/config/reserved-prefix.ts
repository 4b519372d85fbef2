import type { Prefix } from '../wire/index.ts';
import type { ReservationSection } from './schema.ts';

type Written = NonNullable<ReservationSection['prefixes']>[number];

/** A reserved prefix in its long form; the file also takes the prefix alone. */
export function reservedPrefix(written: Written): { readonly prefix: Prefix; readonly exclude?: Prefix | undefined } {
  return 'prefix' in written ? written : { prefix: written };
}
