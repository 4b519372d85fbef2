import { u8, view } from '../wire/index.ts';

/**
 * CBOR arrays (RFC 8949) of whole numbers and octets, which is what records of leases are: a record is written for every change of a
 * lease, and every one is read at a start. The encoder for everything takes four times as long for it, the decoder twice.
 */

/** The most octets in front of an item, or of a number. */
const HEAD_MAX = 9;

/** The greatest number that its first octet holds (RFC 8949 3). */
const INLINE_MAX = 0x17;

/** Major types, in the three high bits (RFC 8949 3.1), and the 64-bit float among the simple values (3.3). */
const Major = { UNSIGNED: 0x00, OCTETS: 0x40, ARRAY: 0x80 } as const;
const FLOAT_64 = 0xfb;

let room = new Uint8Array(4096);
let numbers = new DataView(room.buffer);

/**
 * Writes the array of these items, and of one more number of at most 32 bits behind them.
 * @returns its length, from the beginning of what `writtenCbor` gives; -1: one of the items is of another kind
 */
export function writeCborArray(items: readonly unknown[], last: number): number {
  let at = writeHead(0, Major.ARRAY, items.length + 1);
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (typeof item === 'number') {
      makeRoom(at + HEAD_MAX);
      if (item >>> 0 === item) at = writeHead(at, Major.UNSIGNED, item);
      else if (item > 0 && Number.isSafeInteger(item)) at = writeFloat(at, item);
      else return -1;
    } else if (item instanceof Uint8Array) {
      makeRoom(at + HEAD_MAX + item.length);
      at = writeHead(at, Major.OCTETS, item.length);
      for (let octet = 0; octet < item.length; octet++) room[at++] = item[octet] as number;
    } else return -1;
  }
  makeRoom(at + HEAD_MAX);
  return writeHead(at, Major.UNSIGNED, last);
}

/** What was written last, and room behind it; valid until the next array is written. */
export function writtenCbor(): Uint8Array {
  return room;
}

/**
 * Reads the array that all of `bytes` is. Octets in it are views of them.
 * @returns undefined: it is no such array, or one of other items, or longer than those of leases
 */
export function readCborArray(bytes: Uint8Array): unknown[] | undefined {
  const end = bytes.length;
  const count = end > 0 ? u8(bytes, 0) - Major.ARRAY : -1;
  if (count < 0 || count > INLINE_MAX) return undefined;
  const items: unknown[] = [];
  let at = 1;
  for (let i = 0; i < count; i++) {
    if (at >= end) return undefined;
    const head = u8(bytes, at++);
    const short = head & 0x1f;
    const more = short <= INLINE_MAX ? 0 : short === 0x18 ? 1 : short === 0x19 ? 2 : short === 0x1a ? 4 : -1;
    if (more < 0 || at + more > end) return undefined;
    let value = more === 0 ? short : 0;
    for (const last = at + more; at < last; at++) value = value * 0x100 + u8(bytes, at);
    const major = head & 0xe0;
    if (major === Major.UNSIGNED) items.push(value);
    else if (major === Major.OCTETS && at + value <= end) {
      at += value;
      items.push(view(bytes, at - value, at));
    } else return undefined;
  }
  return at === end ? items : undefined;
}

/** As short as can be (RFC 8949 4.2.1). */
function writeHead(at: number, major: number, value: number): number {
  if (value <= INLINE_MAX) {
    room[at] = major | value;
    return at + 1;
  }
  if (value < 0x100) {
    room[at] = major | 0x18;
    room[at + 1] = value;
    return at + 2;
  }
  if (value < 0x10000) {
    room[at] = major | 0x19;
    room[at + 1] = value >>> 8;
    room[at + 2] = value;
    return at + 3;
  }
  room[at] = major | 0x1a;
  room[at + 1] = value >>> 24;
  room[at + 2] = value >>> 16;
  room[at + 3] = value >>> 8;
  room[at + 4] = value;
  return at + 5;
}

/** Numbers of more than 32 bits; the decoder would read the integer as a BigInt. */
function writeFloat(at: number, value: number): number {
  room[at] = FLOAT_64;
  numbers.setFloat64(at + 1, value);
  return at + HEAD_MAX;
}

function makeRoom(length: number): void {
  if (length <= room.length) return;
  const larger = new Uint8Array(2 * length);
  larger.set(room);
  room = larger;
  numbers = new DataView(room.buffer);
}
