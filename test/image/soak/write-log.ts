// What a guest wrote to its disk, in order, as QEMU's `blklogwrites` keeps it: the format of Linux's dm-log-writes
// (Documentation/admin-guide/device-mapper/log-writes.rst).

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const MAGIC = 0x6a736677736872n;
const FLUSH = 1n;
const FUA = 2n;
const DISCARD = 4n;
const ENTRY_OCTETS = 32;

export interface Entry {
  /** Octets from the beginning of the disk. */
  readonly at: number;
  readonly octets: number;
  /** Where its data is in the log; undefined: there is none, such as for a flush or a discard. */
  readonly dataAt: number | undefined;
  /** Everything before it is on the disk. */
  readonly isFlush: boolean;
  /** It is on the disk itself, once it is done. */
  readonly isDurable: boolean;
  /** Where it ends in the log: what the log was at least as long as when it had begun. */
  readonly end: number;
}

export function readWriteLog(path: string): readonly Entry[] {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(ENTRY_OCTETS);
    readSync(file, head, 0, ENTRY_OCTETS, 0);
    if (head.readBigUInt64LE(0) !== MAGIC) throw new Error(`${path} is no log of writes`);
    const sector = head.readUInt32LE(24);
    const { size } = fstatSync(file);
    const entries: Entry[] = [];
    // The count in the head is behind where the power was cut.
    for (let at = sector; at + ENTRY_OCTETS <= size; ) {
      readSync(file, head, 0, ENTRY_OCTETS, at);
      const [place, count, flags] = [head.readBigUInt64LE(0), head.readBigUInt64LE(8), head.readBigUInt64LE(16)];
      if (place === 0n && count === 0n && flags === 0n) break;
      const octets = Number(count) * sector;
      const hasData = octets > 0 && (flags & DISCARD) === 0n;
      const end = at + sector + (hasData ? octets : 0);
      if (end > size) break;
      entries.push({ at: Number(place) * sector, octets, dataAt: hasData ? at + sector : undefined, isFlush: (flags & FLUSH) !== 0n, isDurable: (flags & FUA) !== 0n, end });
      at = end;
    }
    return entries;
  } finally {
    closeSync(file);
  }
}
