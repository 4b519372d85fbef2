/** The answer to an UPDATE request (RFC 2136 section 3.8), which may be anything: a stranger can send one. */
import { LABEL_LENGTH_MAX, NAME_LENGTH_MAX } from '../domain-name.ts';
import { u8, u16, u32, view } from '../octets.ts';
import { type Decoded, failure } from '../wire-error.ts';
import { withSmallLetters } from './names.ts';
import { DnsType, UPDATE_OPCODE } from './update-message.ts';

export interface DnsResponse {
  readonly id: number;
  /** Truncated: the whole of it comes over TCP. */
  readonly isTruncated: boolean;
  readonly rcode: number;
  /** The question section, as received; empty where there is none. */
  readonly zone: Uint8Array;
  readonly tsig: ReceivedTsig | undefined;
}

/** A TSIG record (RFC 8945 section 4.2). */
export interface ReceivedTsig {
  /** Where in the message it begins: what is before it was signed. */
  readonly start: number;
  readonly keyName: Uint8Array;
  readonly algorithm: Uint8Array;
  /** Seconds since 1970, 48 bits. */
  readonly time: number;
  readonly fudge: number;
  readonly mac: Uint8Array;
  readonly originalId: number;
  readonly error: number;
  readonly other: Uint8Array;
}

const HEADER = 12;
const POINTER = 0xc0;
const RECORDS_MAX = 64;

export function decodeDnsResponse(bytes: Uint8Array): Decoded<DnsResponse> {
  if (bytes.length < HEADER) return failure('truncated-header', 0);
  const flags = u16(bytes, 2);
  const isAnswer = (flags & 0x8000) !== 0 && (flags & 0x7800) === UPDATE_OPCODE;
  if (!isAnswer) return failure('unknown-message-type', 2);
  const zones = u16(bytes, 4);
  const records = u16(bytes, 6) + u16(bytes, 8) + u16(bytes, 10);
  if (zones > 1 || records > RECORDS_MAX) return failure('bad-option-value', 4);
  let at = HEADER;
  let zone = view(bytes, HEADER, HEADER);
  if (zones === 1) {
    const end = endOfName(bytes, at);
    if (end < 0 || end + 4 > bytes.length) return failure('option-overrun', at);
    zone = view(bytes, HEADER, end);
    at = end + 4;
  }
  let tsig: ReceivedTsig | undefined;
  for (let i = 0; i < records; i++) {
    const end = endOfName(bytes, at);
    if (end < 0 || end + 10 > bytes.length) return failure('option-overrun', at);
    const next = end + 10 + u16(bytes, end + 8);
    if (next > bytes.length) return failure('option-overrun', end);
    if (u16(bytes, end) === DnsType.TSIG) {
      tsig = decodeTsig(bytes, at, end, next);
      // It is the last record of the message, or there is none (RFC 8945 section 5.1).
      if (tsig === undefined || i + 1 < records) return failure('bad-option-value', at);
    }
    at = next;
  }
  return { id: u16(bytes, 0), isTruncated: (flags & 0x0200) !== 0, rcode: flags & 0x0f, zone, tsig };
}

/** `nameEnd`: where the fixed part of the record begins. Its names are not compressed (RFC 8945 section 4.2). */
function decodeTsig(bytes: Uint8Array, start: number, nameEnd: number, end: number): ReceivedTsig | undefined {
  const keyName = view(bytes, start, nameEnd);
  const data = nameEnd + 10;
  const algorithmEnd = endOfName(bytes, data);
  if (algorithmEnd < 0 || algorithmEnd + 10 > end || isCompressed(keyName)) return undefined;
  const macEnd = algorithmEnd + 10 + u16(bytes, algorithmEnd + 8);
  if (macEnd + 6 > end) return undefined;
  const otherEnd = macEnd + 6 + u16(bytes, macEnd + 4);
  if (otherEnd !== end) return undefined;
  return {
    start,
    keyName: withSmallLetters(keyName),
    algorithm: withSmallLetters(view(bytes, data, algorithmEnd)),
    time: u16(bytes, algorithmEnd) * 0x1_0000_0000 + u32(bytes, algorithmEnd + 2),
    fudge: u16(bytes, algorithmEnd + 6),
    mac: view(bytes, algorithmEnd + 10, macEnd),
    originalId: u16(bytes, macEnd),
    error: u16(bytes, macEnd + 2),
    other: view(bytes, macEnd + 6, otherEnd),
  };
}

function isCompressed(name: Uint8Array): boolean {
  return name.length >= 2 && u8(name, name.length - 2) >= POINTER;
}

/** Behind a name, which may end in a pointer (RFC 1035 section 4.1.4); nobody follows it. Negative: there is none. */
function endOfName(bytes: Uint8Array, start: number): number {
  for (let at = start; at < bytes.length && at - start < NAME_LENGTH_MAX; ) {
    const length = u8(bytes, at);
    if (length >= POINTER) return at + 2 <= bytes.length ? at + 2 : -1;
    if (length > LABEL_LENGTH_MAX) return -1;
    at += 1 + length;
    if (length === 0) return at;
  }
  return -1;
}
