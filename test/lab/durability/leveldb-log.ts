// Reads LevelDB's write-ahead log from what was written to it, without LevelDB: which keys were put, and where in
// the file each batch ends. (The format: blocks of 32 768 octets of fragments; each fragment has a checksum of 4
// octets, a length of 2 and a type of 1. A batch: sequence number of 8, count of 4, then operations.)

export interface LoggedPut {
  readonly key: Buffer;
  /** Octets of the file up to the end of the batch: once these are durable, so is the put. */
  readonly end: number;
}

const blockLength = 32_768;
const fragmentHeader = 7;
const batchHeader = 12;
const Fragment = { FULL: 1, FIRST: 2, MIDDLE: 3, LAST: 4 } as const;
const Operation = { DELETE: 0, PUT: 1 } as const;

/** The puts of all whole batches in `log`, in order. */
export function putsIn(log: Buffer): LoggedPut[] {
  const puts: LoggedPut[] = [];
  let pieces: Buffer[] = [];
  let at = 0;
  for (;;) {
    const leftInBlock = blockLength - (at % blockLength);
    if (leftInBlock < fragmentHeader) at += leftInBlock;
    if (at + fragmentHeader > log.length) return puts;
    const length = log.readUInt16LE(at + 4);
    const type = log.readUInt8(at + 6);
    const start = at + fragmentHeader;
    at = start + length;
    if (at > log.length) return puts;
    pieces.push(log.subarray(start, at));
    if (type === Fragment.FULL || type === Fragment.LAST) {
      for (const key of keysPut(Buffer.concat(pieces))) puts.push({ key, end: at });
      pieces = [];
    } else if (type !== Fragment.FIRST && type !== Fragment.MIDDLE) {
      throw new Error(`LevelDB's log has a fragment of type ${type} at ${start}`);
    }
  }
}

function keysPut(batch: Buffer): Buffer[] {
  const keys: Buffer[] = [];
  let at = batchHeader;
  const length = (): number => {
    for (let value = 0, shift = 0; ; shift += 7) {
      const octet = batch.readUInt8(at);
      at += 1;
      value += (octet & 0x7f) << shift;
      if (octet < 0x80) return value;
    }
  };
  const slice = (): Buffer => {
    const octets = length();
    at += octets;
    return batch.subarray(at - octets, at);
  };
  while (at < batch.length) {
    const operation = batch.readUInt8(at);
    at += 1;
    const key = slice();
    if (operation === Operation.PUT) {
      slice();
      keys.push(key);
    } else if (operation !== Operation.DELETE) {
      throw new Error(`LevelDB's log has an operation ${operation}`);
    }
  }
  return keys;
}
