/** A queue that never holds more than its capacity; both of its ends can be taken from. */
import { invariant } from '../wire/index.ts';

export interface BoundedQueue<T> {
  readonly length: number;
  readonly isFull: boolean;
  /** The caller checks `isFull` first: pushing to a full queue is a programming error. */
  push(item: T): void;
  /** Takes the oldest. */
  shift(): T | undefined;
  /** Takes the newest. */
  pop(): T | undefined;
}

export function boundedQueue<T>(capacity: number): BoundedQueue<T> {
  const ring = new Array<T | undefined>(capacity).fill(undefined);
  let head = 0;
  let length = 0;
  return {
    get length() {
      return length;
    },
    get isFull() {
      return length === capacity;
    },
    push(item) {
      invariant(length < capacity, 'a full queue takes nothing more');
      ring[(head + length) % capacity] = item;
      length++;
    },
    shift() {
      if (length === 0) return undefined;
      const item = ring[head];
      ring[head] = undefined;
      head = (head + 1) % capacity;
      length--;
      return item;
    },
    pop() {
      if (length === 0) return undefined;
      length--;
      const at = (head + length) % capacity;
      const item = ring[at];
      ring[at] = undefined;
      return item;
    },
  };
}
