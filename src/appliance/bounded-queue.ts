/** A first-in first-out queue that never holds more than its capacity. */

export interface BoundedQueue<T> {
  readonly length: number;
  readonly isFull: boolean;
  /** The caller checks `isFull` first: pushing to a full queue is a programming error. */
  push(item: T): void;
  shift(): T | undefined;
}

import { invariant } from '../wire/index.ts';

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
  };
}
