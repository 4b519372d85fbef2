import { u8 } from '../../wire/index.ts';

/** A place in octets that is read from front to back; `at` passes `end` when something was cut short. */
export interface Position {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;
}

/** LevelDB's fixed32: little-endian. */
export function fixed32(bytes: Uint8Array, at: number): number {
  return (u8(bytes, at) | (u8(bytes, at + 1) << 8) | (u8(bytes, at + 2) << 16) | (u8(bytes, at + 3) << 24)) >>> 0;
}

/**
 * Reads a varint (seven bits an octet, the lowest first). Beyond 2^53 it is inexact, which no file of ours reaches.
 * A varint that is cut short moves `at` behind `end`.
 */
export function varint(position: Position): number {
  const { bytes, end } = position;
  let value = 0;
  let scale = 1;
  while (position.at < end) {
    const octet = u8(bytes, position.at++);
    if (octet < 0x80) return value + octet * scale;
    value += (octet & 0x7f) * scale;
    scale *= 128;
  }
  position.at = end + 1;
  return 0;
}

/** Reads octets with their length before them, as a view; empty and behind the end when they are cut short. */
export function lengthPrefixed(position: Position): Uint8Array {
  const length = varint(position);
  const start = position.at;
  position.at += length;
  return position.at <= position.end ? position.bytes.subarray(start, position.at) : position.bytes.subarray(0, 0);
}

export function wasCutShort(position: Position): boolean {
  return position.at > position.end;
}

/** Orders the first octets of two arrays as memcmp does, without a view of either. */
export function compareStarts(a: Uint8Array, aLength: number, b: Uint8Array, bLength: number): number {
  const length = Math.min(aLength, bLength);
  for (let i = 0; i < length; i++) {
    const difference = u8(a, i) - u8(b, i);
    if (difference !== 0) return difference;
  }
  return aLength - bLength;
}
