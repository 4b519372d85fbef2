import { u16 } from './octets.ts';
import { isOptionLengthAllowed } from './option-length.ts';
import { OPTION_HEADER_LENGTH, OptionList } from './option-list.ts';
import { type Decoded, type Failure, failure } from './wire-error.ts';

/**
 * Where the option at `at` ends (RFC 9915 21.1), or -1 when it reaches past `end` or has a length that its definition does
 * not allow; `optionFailure` says which. A number, not an object: this runs for every option of every packet.
 */
export function endOfOption(bytes: Uint8Array, at: number, end: number): number {
  const data = at + OPTION_HEADER_LENGTH;
  if (data > end) return -1;
  const length = u16(bytes, at + 2);
  const next = data + length;
  return next <= end && isOptionLengthAllowed(u16(bytes, at), length) ? next : -1;
}

/** Why `endOfOption` said -1. */
export function optionFailure(bytes: Uint8Array, at: number, end: number): Failure {
  const data = at + OPTION_HEADER_LENGTH;
  if (data > end) return failure('option-overrun', at);
  const isOverrun = data + u16(bytes, at + 2) > end;
  return failure(isOverrun ? 'option-overrun' : 'bad-option-length', at, u16(bytes, at));
}

/** The options in `[start, end)` of `bytes`: their headers and lengths are checked, their values not looked into. */
export function scanOptions(bytes: Uint8Array, start: number, end: number): Decoded<OptionList> {
  const starts: number[] = [];
  for (let at = start; at < end; ) {
    const next = endOfOption(bytes, at, end);
    if (next < 0) return optionFailure(bytes, at, end);
    starts.push(at + OPTION_HEADER_LENGTH);
    at = next;
  }
  return new OptionList(bytes, starts);
}
