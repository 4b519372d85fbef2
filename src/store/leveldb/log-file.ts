import { u8 } from '../../wire/index.ts';
import { crc32c, unmaskCrc } from './crc32c.ts';
import { fixed32 } from './encoding.ts';

/**
 * LevelDB's log format, of write-ahead logs and of the MANIFEST: blocks of 32 KiB that hold physical records of
 * checksum (4), length (2), type (1) and data; a record that does not fit is cut into first, middle and last parts.
 */
const BLOCK = 32_768;
const HEADER = 7;
const PartType = { FULL: 1, FIRST: 2, MIDDLE: 3, LAST: 4 } as const;

const ZEROS = new Uint8Array(BLOCK);

/** What a disk writes as one. */
const SECTOR = 512;

/**
 * How a log ends: `whole`; `torn`: its last record is not all there, as a crash in the middle of a write leaves it
 * (that write was never acknowledged); or damaged at this offset.
 */
export type LogEnd = 'whole' | 'torn' | { readonly damagedAt: number };

/**
 * Gives every whole record of a log to `onRecord`, in order (a view, valid during the call).
 *
 * LevelDB itself skips what it can't read in a log and goes on; here only the tail that a crash explains is let pass.
 */
export function readLog(bytes: Uint8Array, onRecord: (record: Uint8Array) => void): LogEnd {
  let parts: Uint8Array[] = [];
  let startOfRecord = 0;
  let at = 0;
  while (at < bytes.length) {
    const roomInBlock = BLOCK - (at % BLOCK);
    if (roomInBlock < HEADER) {
      at += roomInBlock;
      continue;
    }
    const end = endOfPart(bytes, at, roomInBlock);
    if (end === undefined) {
      // Room for more, or a record of which nothing was written.
      if (isAllZeros(bytes, at)) break;
      return endOfBadLog(bytes, parts.length > 0 ? startOfRecord : at, at);
    }
    const type = u8(bytes, at + 6);
    const data = bytes.subarray(at + HEADER, end);
    if (type === PartType.FULL || type === PartType.FIRST) {
      if (parts.length > 0) return { damagedAt: startOfRecord };
      startOfRecord = at;
    } else if (parts.length === 0) {
      return { damagedAt: at };
    }
    at = end;
    if (type === PartType.FULL) {
      onRecord(data);
    } else {
      parts.push(data);
      if (type === PartType.LAST) {
        onRecord(Buffer.concat(parts));
        parts = [];
      }
    }
  }
  return parts.length > 0 ? 'torn' : 'whole';
}

function isAllZeros(bytes: Uint8Array, from: number): boolean {
  for (let at = from; at < bytes.length; at += ZEROS.length) {
    const part = bytes.subarray(at, at + ZEROS.length);
    if (Buffer.compare(part, ZEROS.subarray(0, part.length)) !== 0) return false;
  }
  return true;
}

/** Where the physical record at this offset ends, if it is sound. */
function endOfPart(bytes: Uint8Array, at: number, roomInBlock: number): number | undefined {
  if (at + HEADER > bytes.length) return undefined;
  const length = u8(bytes, at + 4) | (u8(bytes, at + 5) << 8);
  const type = u8(bytes, at + 6);
  const end = at + HEADER + length;
  if (type < PartType.FULL || type > PartType.LAST || HEADER + length > roomInBlock || end > bytes.length) return undefined;
  return unmaskCrc(fixed32(bytes, at)) === crc32c(bytes, at + 6, end) ? end : undefined;
}

/**
 * Tells a torn tail from damage. A crash leaves a tail that stops short, or sectors of the last record that were never written and
 * read as zeros, whatever became of its others. Anything else, or a sound record behind it, was written whole once and has been
 * damaged since.
 */
function endOfBadLog(bytes: Uint8Array, recordAt: number, badAt: number): LogEnd {
  const damaged = { damagedAt: badAt };
  if (soundRecordBehind(bytes, badAt + 1)) return damaged;
  const rest = bytes.length - badAt - HEADER;
  if (rest < 0) return 'torn';
  const length = u8(bytes, badAt + 4) | (u8(bytes, badAt + 5) << 8);
  // Where the checksum fits what is there, the length was damaged instead.
  if (length > rest) return unmaskCrc(fixed32(bytes, badAt)) === crc32c(bytes, badAt + 6, bytes.length) ? damaged : 'torn';
  return hasUnwrittenSector(bytes, recordAt, badAt + HEADER + length) ? 'torn' : damaged;
}

/** Later parts of the bad record itself do not count: a disk writes sectors in any order. */
function soundRecordBehind(bytes: Uint8Array, from: number): boolean {
  for (let at = from; at + HEADER <= bytes.length; at++) {
    const roomInBlock = BLOCK - (at % BLOCK);
    const type = u8(bytes, at + 6);
    if (type !== PartType.FULL && type !== PartType.FIRST) continue;
    if (roomInBlock >= HEADER && endOfPart(bytes, at, roomInBlock) !== undefined) return true;
  }
  return false;
}

/** Whether what lies between the two of some sector is all zeros. */
function hasUnwrittenSector(bytes: Uint8Array, from: number, to: number): boolean {
  for (let start = from; start < to; ) {
    const end = Math.min(to, (Math.floor(start / SECTOR) + 1) * SECTOR);
    if (bytes.subarray(start, end).every((octet) => octet === 0)) return true;
    start = end;
  }
  return false;
}
