import { u8 } from '../../wire/index.ts';

/**
 * CRC-32C (Castagnoli, RFC 3720 12.1), four octets at a time: the checksum of LevelDB's files, and of our records.
 * Node's own `zlib.crc32` is another polynomial, and slower than this on short records.
 */
const POLYNOMIAL = 0x82f63b78;

function firstTable(): Int32Array {
  return Int32Array.from({ length: 256 }, (_, octet) => {
    let crc = octet;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) !== 0 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    return crc;
  });
}

/** The table for octets that stand one place further from the end. */
function nextTable(previous: Int32Array, first: Int32Array): Int32Array {
  return previous.map((crc) => (crc >>> 8) ^ (first[crc & 0xff] as number));
}

const table0 = firstTable();
const table1 = nextTable(table0, table0);
const table2 = nextTable(table1, table0);
const table3 = nextTable(table2, table0);

/** The checksum of the octets `[start, end)`; `before` is that of what comes before them. */
export function crc32c(bytes: Uint8Array, start: number, end: number, before = 0): number {
  let crc = ~before;
  let at = start;
  for (const last = end - 3; at < last; at += 4) {
    crc ^= u8(bytes, at) | (u8(bytes, at + 1) << 8) | (u8(bytes, at + 2) << 16) | (u8(bytes, at + 3) << 24);
    crc =
      (table3[crc & 0xff] as number) ^
      (table2[(crc >>> 8) & 0xff] as number) ^
      (table1[(crc >>> 16) & 0xff] as number) ^
      (table0[crc >>> 24] as number);
  }
  for (; at < end; at++) crc = (table0[(crc ^ u8(bytes, at)) & 0xff] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** LevelDB stores checksums rotated and shifted, since what it sums may hold checksums itself (its doc/log_format). */
export function unmaskCrc(masked: number): number {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}
