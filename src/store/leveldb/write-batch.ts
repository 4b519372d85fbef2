import { fixed32, lengthPrefixed, wasCutShort, type Position } from './encoding.ts';

/** What one write did to one key; `value` is undefined for a deletion. */
export interface Operation {
  readonly key: Uint8Array;
  readonly sequence: number;
  readonly value: Uint8Array | undefined;
}

/** Sequence number (8) and count (4). */
const HEADER = 12;
const OperationType = { DELETION: 0, VALUE: 1 } as const;

/** Reads a record of a write-ahead log: one batch. The operations hold copies. Undefined when it is malformed. */
export function readWriteBatch(record: Uint8Array): readonly Operation[] | undefined {
  if (record.length < HEADER) return undefined;
  const bytes = record.slice();
  const first = fixed32(bytes, 0) + fixed32(bytes, 4) * 2 ** 32;
  const count = fixed32(bytes, 8);
  const position: Position = { bytes, at: HEADER, end: bytes.length };
  const operations: Operation[] = [];
  while (position.at < position.end) {
    const type = bytes[position.at++];
    const key = lengthPrefixed(position);
    const sequence = first + operations.length;
    if (type === OperationType.VALUE) operations.push({ key, sequence, value: lengthPrefixed(position) });
    else if (type === OperationType.DELETION) operations.push({ key, sequence, value: undefined });
    else return undefined;
  }
  return wasCutShort(position) || operations.length !== count ? undefined : operations;
}
