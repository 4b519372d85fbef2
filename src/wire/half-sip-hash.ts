/**
 * HalfSipHash-2-4 (J.-P. Aumasson, D. J. Bernstein): a keyed hash of octets that nobody can predict who does not know the
 * 64-bit key. It keeps a hash table from being filled on purpose, and makes addresses that can't be guessed. It is no
 * message authentication: 32 or 64 bits are too few.
 */
import { u8 } from './octets.ts';

const COMPRESSION_ROUNDS = 2;
const FINALIZATION_ROUNDS = 4;

/**
 * The 32-bit hash, unsigned, of `length` octets from `start` on. The key is two 32-bit words (the octets 0, 1, ... 7 are the
 * words 0x03020100 and 0x07060504).
 */
export function halfSipHash32(key0: number, key1: number, bytes: Uint8Array, start: number, length: number): number {
  return halfSipHash(key0, key1, bytes, start, length, undefined);
}

/** The 64-bit hash of the same; its low word goes to `result[0]`, its high word to `result[1]`. */
export function halfSipHash64(
  key0: number,
  key1: number,
  bytes: Uint8Array,
  start: number,
  length: number,
  result: Uint32Array,
): void {
  result[1] = halfSipHash(key0, key1, bytes, start, length, result);
}

/** The last word of the hash; the one before it goes to `wide[0]` if a 64-bit hash is asked for. */
function halfSipHash(
  key0: number,
  key1: number,
  bytes: Uint8Array,
  start: number,
  length: number,
  wide: Uint32Array | undefined,
): number {
  let v0 = key0 | 0;
  let v1 = key1 | 0;
  let v2 = 0x6c796765 ^ key0;
  let v3 = 0x74656462 ^ key1;
  if (wide !== undefined) v1 ^= 0xee;
  const end = start + length;
  const tail = end - (length & 3);
  const words = (length >> 2) + 1;
  const compressed = COMPRESSION_ROUNDS * words;
  const half = compressed + FINALIZATION_ROUNDS;
  const total = wide === undefined ? half : half + FINALIZATION_ROUNDS;
  let at = start;
  let word = 0;
  // One loop for all rounds: the round is written once, and the state stays in registers.
  for (let round = 0; round < total; round++) {
    if (round < compressed) {
      if (round % COMPRESSION_ROUNDS === 0) {
        v0 ^= word;
        word = at < tail ? littleEndian32(bytes, at) : lastWord(bytes, tail, length);
        v3 ^= word;
        at += 4;
      }
    } else if (round === compressed) {
      v0 ^= word;
      v2 ^= wide === undefined ? 0xff : 0xee;
    } else if (round === half && wide !== undefined) {
      wide[0] = v1 ^ v3;
      v1 ^= 0xdd;
    }
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
  }
  return (v1 ^ v3) >>> 0;
}

function littleEndian32(bytes: Uint8Array, at: number): number {
  return u8(bytes, at) | (u8(bytes, at + 1) << 8) | (u8(bytes, at + 2) << 16) | (u8(bytes, at + 3) << 24);
}

/** The octets that are left over, below the length modulo 256. */
function lastWord(bytes: Uint8Array, tail: number, length: number): number {
  let word = length << 24;
  for (let i = (length & 3) - 1; i >= 0; i--) word |= u8(bytes, tail + i) << (8 * i);
  return word;
}
