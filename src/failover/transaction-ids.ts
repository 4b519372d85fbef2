/** Transaction ids of the messages that this box begins (RFC 8156 section 5.4). */

const LIMIT = 0x1000000;

export interface TransactionIds {
  /** One that no outstanding message has. */
  next(): number;
  /** Keeps an id from being given again: an UPDREQ may be outstanding while all others are used up. */
  reserve(id: number): void;
  release(id: number): void;
}

export function createTransactionIds(first = 1): TransactionIds {
  let following = first;
  const reserved = new Set<number>();
  const next = (): number => {
    const id = following;
    following = (following + 1) % LIMIT;
    return reserved.has(id) ? next() : id;
  };
  return {
    next,
    reserve: (id) => void reserved.add(id),
    release: (id) => void reserved.delete(id),
  };
}
