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
  return new Ring(capacity);
}

class Ring<T> implements BoundedQueue<T> {
  readonly #capacity: number;
  readonly #items: (T | undefined)[];
  #head = 0;
  #length = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#items = new Array<T | undefined>(capacity).fill(undefined);
  }

  get length(): number {
    return this.#length;
  }

  get isFull(): boolean {
    return this.#length === this.#capacity;
  }

  push(item: T): void {
    invariant(this.#length < this.#capacity, 'a full queue takes nothing more');
    this.#items[(this.#head + this.#length) % this.#capacity] = item;
    this.#length++;
  }

  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined;
    this.#head = (this.#head + 1) % this.#capacity;
    this.#length--;
    return item;
  }

  pop(): T | undefined {
    if (this.#length === 0) return undefined;
    this.#length--;
    const at = (this.#head + this.#length) % this.#capacity;
    const item = this.#items[at];
    this.#items[at] = undefined;
    return item;
  }
}
