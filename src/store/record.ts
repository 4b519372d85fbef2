import { Decoder, Encoder } from 'cbor-x';
import { reasonOf } from '../reason.ts';
import { u32, view } from '../wire/index.ts';
import { readCborArray, writeCborArray, writtenCbor } from './cbor-array.ts';
import { crc32c } from './leveldb/crc32c.ts';

/**
 * The form of every value: one CBOR array (RFC 8949) of schema version, fields, and a check over the key and all of the
 * value before it. So a record proves that it stands under its own key and is as it was written; LevelDB's checksums do
 * not, since its compactions read without verifying and write what they read with a new checksum.
 */

/** A placeholder that CBOR writes with the full four octets, where the check then goes. */
const CHECK_PLACE = 0xffffffff;
const CHECK = 4;

/** The schema version of the records that this program writes. */
export const SCHEMA_VERSION = 5;

const encoder = new Encoder({ useRecords: false, tagUint8Array: false });
const decoder = new Decoder({ useRecords: false });
/** Its types leave out that it can be told where the value ends. */
const decode: (source: Uint8Array, end: number) => unknown = decoder.decode.bind(decoder);

/**
 * The value for a record of these items: the schema version, then the fields. It is valid until the next call, so it
 * must be copied or written at once.
 */
export function encodeRecord(key: Uint8Array, items: readonly unknown[]): Uint8Array {
  const length = writeCborArray(items, CHECK_PLACE);
  const value = length < 0 ? encoder.encode([...items, CHECK_PLACE]) : view(writtenCbor(), 0, length);
  const end = value.length - CHECK;
  const check = crc32c(value, 0, end, crc32c(key, 0, key.length));
  value[end] = check >>> 24;
  value[end + 1] = check >>> 16;
  value[end + 2] = check >>> 8;
  value[end + 3] = check;
  return value;
}

/** What the decoder reads from: on the same array every time it is twice as fast. */
let scratch = new Uint8Array(4096);

/**
 * Reads the value of a record: its schema version, then its fields. Octets among them are views that are valid until the
 * next call, or as long as the value. A string says what is wrong with the record.
 */
export function decodeRecord(key: Uint8Array, value: Uint8Array): readonly unknown[] | string {
  const end = value.length - CHECK;
  if (end < 1) return 'it is too short';
  if (u32(value, end) !== crc32c(value, 0, end, crc32c(key, 0, key.length))) return 'it does not match its check';
  let items: unknown;
  try {
    items = readCborArray(value) ?? decodeAny(value);
  } catch (error) {
    return `it is no CBOR: ${reasonOf(error)}`;
  }
  if (!isArray(items) || typeof items[0] !== 'number') return 'it is no array that begins with a schema version';
  items.pop();
  return items;
}

function decodeAny(value: Uint8Array): unknown {
  if (value.length > scratch.length) scratch = new Uint8Array(2 * value.length);
  scratch.set(value);
  return decode(scratch, value.length);
}

/** `Array.isArray` would make it an array of anything. */
function isArray(value: unknown): value is unknown[] {
  return Array.isArray(value);
}
