import { u32, view } from '../octets.ts';
import { OptionCode } from '../option-code.ts';
import { OPTION_HEADER_LENGTH } from '../option-list.ts';
import { decodeSuboptions } from '../options/suboptions.ts';
import { type Decoded, failure } from '../wire-error.ts';
import { EXTENSION_ENTERPRISE } from './extension.ts';
import type { VendorSuboption } from './message.ts';

const ENTERPRISE_LENGTH = 4;

export const NO_VENDOR_SUBOPTIONS: readonly VendorSuboption[] = [];

/**
 * The suboptions of a Vendor-specific Information option (RFC 9915 21.17), its data being in `[start, end)`; `before` when
 * the option is another vendor's. `before` holds what was read already: a second option of one vendor is malformed.
 */
export function decodeVendor(
  bytes: Uint8Array,
  start: number,
  end: number,
  before: readonly VendorSuboption[] | undefined,
): Decoded<{ readonly suboptions: readonly VendorSuboption[] | undefined }> {
  if (u32(bytes, start) !== EXTENSION_ENTERPRISE) return { suboptions: before };
  if (before !== undefined) return failure('repeated-option', start - OPTION_HEADER_LENGTH, OptionCode.VENDOR_OPTS);
  const found = decodeSuboptions(view(bytes, start, end), ENTERPRISE_LENGTH);
  if (found.error !== undefined) return failure(found.error.code, start + found.error.offset, OptionCode.VENDOR_OPTS);
  return { suboptions: found.value };
}
