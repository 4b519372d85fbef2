import { formatHex } from '../../wire/index.ts';
import { lengthPrefixed, varint, wasCutShort, type Position } from './encoding.ts';
import { readLog } from './log-file.ts';

/** One table that a version of the database consists of. */
export interface LiveTable {
  readonly number: number;
  readonly size: number;
}

/** What the MANIFEST says that the database consists of. */
export interface Version {
  /** By level: tables of level 0 may overlap; those of any other are disjoint and in the order of their keys. */
  readonly levels: readonly (readonly LiveTable[])[];
  /** Logs of this number and above, and the previous one, are not in tables yet. */
  readonly logNumber: number;
  readonly previousLogNumber: number;
}

const LEVELS = 7;
const Tag = {
  COMPARATOR: 1,
  LOG_NUMBER: 2,
  NEXT_FILE_NUMBER: 3,
  LAST_SEQUENCE: 4,
  COMPACT_POINTER: 5,
  DELETED_FILE: 6,
  NEW_FILE: 7,
  PREVIOUS_LOG_NUMBER: 9,
} as const;

interface TableOfLevel extends LiveTable {
  /** Hexadecimal: in this form keys sort as octets do. */
  readonly smallest: string;
}

interface Edits {
  readonly levels: Map<number, TableOfLevel>[];
  logNumber: number | undefined;
  previousLogNumber: number;
}

/** Reads a MANIFEST: a log of edits, each of which changes the version before it. Undefined when it can't be read. */
export function readManifest(bytes: Uint8Array): Version | undefined {
  const edits: Edits = {
    levels: Array.from({ length: LEVELS }, () => new Map<number, TableOfLevel>()),
    logNumber: undefined,
    previousLogNumber: 0,
  };
  let unreadable = 0;
  const end = readLog(bytes, (record) => {
    if (!applyEdit(edits, record)) unreadable++;
  });
  if (typeof end !== 'string' || unreadable > 0 || edits.logNumber === undefined) return undefined;
  return {
    levels: edits.levels.map((tables) => [...tables.values()].sort((a, b) => (a.smallest < b.smallest ? -1 : 1))),
    logNumber: edits.logNumber,
    previousLogNumber: edits.previousLogNumber,
  };
}

function applyEdit(edits: Edits, record: Uint8Array): boolean {
  const position: Position = { bytes: record, at: 0, end: record.length };
  const added: [number, TableOfLevel][] = [];
  while (position.at < position.end) {
    const tag = varint(position);
    if (tag === Tag.COMPARATOR) lengthPrefixed(position);
    else if (tag === Tag.LOG_NUMBER) edits.logNumber = varint(position);
    else if (tag === Tag.PREVIOUS_LOG_NUMBER) edits.previousLogNumber = varint(position);
    else if (tag === Tag.NEXT_FILE_NUMBER || tag === Tag.LAST_SEQUENCE) varint(position);
    else if (tag === Tag.COMPACT_POINTER) {
      varint(position);
      lengthPrefixed(position);
    } else if (tag === Tag.DELETED_FILE) {
      const level = varint(position);
      edits.levels[level]?.delete(varint(position));
    } else if (tag === Tag.NEW_FILE) {
      const level = varint(position);
      const number = varint(position);
      const size = varint(position);
      const smallest = userKeyOf(lengthPrefixed(position));
      lengthPrefixed(position);
      added.push([level, { number, size, smallest }]);
    } else return false;
  }
  // An edit that moves a table names it as deleted from its old level and as new in the next one.
  for (const [level, table] of added) edits.levels[level]?.set(table.number, table);
  return !wasCutShort(position) && added.every(([level]) => level < LEVELS);
}

/** LevelDB's internal keys end with a sequence number and a type (8 octets). */
function userKeyOf(internalKey: Uint8Array): string {
  return formatHex(internalKey.subarray(0, -8), '');
}
