import { u16, view } from '../octets.ts';
import type { FailoverStatus } from './message.ts';

/** Replaces what is not UTF-8: the text is for people, and no reason to refuse a message. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A Status Code option (RFC 9915 21.13), its data being in `[start, end)`: two octets at least. */
export function decodeStatus(bytes: Uint8Array, start: number, end: number): FailoverStatus {
  return { code: u16(bytes, start), text: end === start + 2 ? '' : decoder.decode(view(bytes, start + 2, end)) };
}
