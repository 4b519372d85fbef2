import { u8 } from '../../wire/index.ts';
import { crc32c, unmaskCrc } from './crc32c.ts';
import { compareStarts, fixed32, varint, wasCutShort, type Position } from './encoding.ts';

/**
 * LevelDB's table format: data blocks, a filter block, an index of the filters, an index of the data blocks, and a
 * footer that says where the indices are. Each block ends with a compression type and a checksum (5 octets).
 */
const FOOTER = 48;
const TRAILER = 5;
const MAGIC_LOW = 0x8b80fb57;
const MAGIC_HIGH = 0xdb477524;
/** Sequence number and type at the end of each key. */
export const KEY_SUFFIX = 8;

interface Block {
  readonly start: number;
  readonly size: number;
}

/** An entry of a block, and the way to the next one. Keys share a prefix with the key before them, so they are built up in `key`. */
export interface BlockEntry extends Position {
  key: Uint8Array;
  keyLength: number;
  valueStart: number;
  valueEnd: number;
}

/** Where the data blocks of a table are, in the order of their keys; or what is wrong with the table's frame. */
export function dataBlocks(table: Uint8Array): readonly Block[] | { readonly damage: string } {
  const frame = readFrame(table);
  if (frame === undefined) return { damage: 'its footer can not be read' };
  const blocks = blocksOfIndex(table, frame.index);
  return blocks ?? { damage: 'its index can not be read' };
}

/** Checks all of a table: every block and its checksum, the form and the order of all entries. */
export function damageOfTable(table: Uint8Array): string | undefined {
  const frame = readFrame(table);
  if (frame === undefined) return 'its footer can not be read';
  for (const [name, block] of [['index', frame.index], ['filter index', frame.filterIndex]] as const) {
    const damage = damageOfBlock(table, block);
    if (damage !== undefined) return `its ${name} ${damage}`;
  }
  const filters = blocksOfIndex(table, frame.filterIndex);
  const blocks = blocksOfIndex(table, frame.index);
  if (filters === undefined || blocks === undefined) return 'its index can not be read';
  for (const block of [...filters, ...blocks]) {
    const damage = damageOfBlock(table, block);
    if (damage !== undefined) return `the block at ${block.start} ${damage}`;
  }
  return damageOfEntries(table, blocks);
}

function readFrame(table: Uint8Array): { readonly filterIndex: Block; readonly index: Block } | undefined {
  const at = table.length - FOOTER;
  if (at < 0 || fixed32(table, table.length - 8) !== MAGIC_LOW || fixed32(table, table.length - 4) !== MAGIC_HIGH) {
    return undefined;
  }
  const position: Position = { bytes: table, at, end: table.length - 8 };
  const filterIndex = readHandle(position, at);
  const index = readHandle(position, at);
  if (filterIndex === undefined || index === undefined) return undefined;
  return table.subarray(position.at, position.end).every((octet) => octet === 0) ? { filterIndex, index } : undefined;
}

function readHandle(position: Position, endOfBlocks: number): Block | undefined {
  const start = varint(position);
  const size = varint(position);
  return wasCutShort(position) || start + size + TRAILER > endOfBlocks ? undefined : { start, size };
}

function damageOfBlock(table: Uint8Array, { start, size }: Block): string | undefined {
  const trailer = start + size;
  if (unmaskCrc(fixed32(table, trailer + 1)) !== crc32c(table, start, trailer + 1)) return 'does not match its checksum';
  return table[trailer] === 0 ? undefined : 'is compressed, which this program never writes';
}

function blocksOfIndex(table: Uint8Array, index: Block): Block[] | undefined {
  const entry = firstEntry(table, index);
  if (entry === undefined) return undefined;
  const blocks: Block[] = [];
  while (entry.at < entry.end) {
    if (!nextEntry(entry)) return undefined;
    const block = readHandle({ bytes: table, at: entry.valueStart, end: entry.valueEnd }, table.length - FOOTER);
    if (block === undefined) return undefined;
    blocks.push(block);
  }
  return blocks;
}

function damageOfEntries(table: Uint8Array, blocks: readonly Block[]): string | undefined {
  let last = new Uint8Array(64);
  let lastLength = 0;
  for (const block of blocks) {
    const entry = firstEntry(table, block);
    const where = `the block at ${block.start}`;
    if (entry === undefined) return `${where} has no valid end`;
    while (entry.at < entry.end) {
      if (!nextEntry(entry) || entry.keyLength < KEY_SUFFIX) return `${where} has an entry that can not be read`;
      const length = entry.keyLength - KEY_SUFFIX;
      if (compareStarts(entry.key, length, last, lastLength) < 0) return `${where} is out of order`;
      if (length > last.length) last = new Uint8Array(entry.key.length);
      for (let i = 0; i < length; i++) last[i] = u8(entry.key, i);
      lastLength = length;
    }
  }
  return undefined;
}

/** A place before the first entry of a block, for `nextEntry`; undefined when the block has no valid end. */
export function firstEntry(table: Uint8Array, { start, size }: Block): BlockEntry | undefined {
  // The block ends with the offsets of its restart points (4 octets each) and their number.
  const end = size >= 4 ? start + size - 4 - 4 * fixed32(table, start + size - 4) : -1;
  if (end < start) return undefined;
  return { bytes: table, at: start, end, key: new Uint8Array(64), keyLength: 0, valueStart: 0, valueEnd: 0 };
}

/** Moves to the next entry, which there must be (`at < end`). False when it is malformed. */
export function nextEntry(entry: BlockEntry): boolean {
  const { bytes } = entry;
  const shared = varint(entry);
  const unshared = varint(entry);
  const valueLength = varint(entry);
  const keyLength = shared + unshared;
  const valueStart = entry.at + unshared;
  const valueEnd = valueStart + valueLength;
  if (shared > entry.keyLength || valueEnd > entry.end) return false;
  if (keyLength > entry.key.length) {
    const longer = new Uint8Array(2 * keyLength);
    longer.set(entry.key);
    entry.key = longer;
  }
  const { key } = entry;
  for (let i = shared, from = entry.at; i < keyLength; i++, from++) key[i] = u8(bytes, from);
  entry.keyLength = keyLength;
  entry.valueStart = valueStart;
  entry.valueEnd = valueEnd;
  entry.at = valueEnd;
  return true;
}
