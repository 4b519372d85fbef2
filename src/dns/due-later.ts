import type { MonotonicMs } from '../wire/index.ts';

/** Things that are due at some time, the next one first: a binary heap. */
export class DueLater<T> {
  readonly #heap: { readonly at: MonotonicMs; readonly item: T }[] = [];

  /** When the next one is due; Infinity: there is none. */
  get next(): MonotonicMs {
    return this.#heap[0]?.at ?? (Infinity as MonotonicMs);
  }

  add(at: MonotonicMs, item: T): void {
    const heap = this.#heap;
    let child = heap.push({ at, item }) - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (this.#isInOrder(parent, child)) return;
      this.#swap(parent, child);
      child = parent;
    }
  }

  /** One that is due; undefined: there is none (any more). */
  take(now: MonotonicMs): T | undefined {
    const heap = this.#heap;
    if (this.next > now) return undefined;
    const [first] = heap;
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) heap[0] = last;
    for (let parent = 0; ; ) {
      const left = 2 * parent + 1;
      if (left >= heap.length) break;
      const child = left + 1 < heap.length && this.#isInOrder(left + 1, left) ? left + 1 : left;
      if (this.#isInOrder(parent, child)) break;
      this.#swap(parent, child);
      parent = child;
    }
    return first?.item;
  }

  #isInOrder(a: number, b: number): boolean {
    return (this.#heap[a]?.at ?? Infinity) <= (this.#heap[b]?.at ?? Infinity);
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#heap[a], this.#heap[b]];
    if (one === undefined || other === undefined) return;
    this.#heap[a] = other;
    this.#heap[b] = one;
  }
}
