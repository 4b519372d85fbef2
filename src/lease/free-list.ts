import { NO_SLOT, Word } from './record.ts';
import type { RecordSlabs } from './record-slabs.ts';

/** The leases of a pool that are free and remember their last client, the longest free first. The links are in the records. */
export class FreeList {
  readonly #slabs: RecordSlabs;
  #first = NO_SLOT;
  #last = NO_SLOT;
  #size = 0;

  constructor(slabs: RecordSlabs) {
    this.#slabs = slabs;
  }

  get size(): number {
    return this.#size;
  }

  /** NO_SLOT when the list is empty. */
  get first(): number {
    return this.#first;
  }

  next(slot: number): number {
    return this.#slabs.get(slot, Word.FREE_NEXT);
  }

  /** The one that is free for the shortest time; NO_SLOT when the list is empty. */
  get last(): number {
    return this.#last;
  }

  previous(slot: number): number {
    return this.#slabs.get(slot, Word.FREE_PREVIOUS);
  }

  append(slot: number): void {
    this.#size += 1;
    this.#slabs.set(slot, Word.FREE_PREVIOUS, this.#last);
    this.#slabs.set(slot, Word.FREE_NEXT, NO_SLOT);
    if (this.#last === NO_SLOT) this.#first = slot;
    else this.#slabs.set(this.#last, Word.FREE_NEXT, slot);
    this.#last = slot;
  }

  /** Does nothing when the lease is not in the list. */
  remove(slot: number): void {
    const previous = this.#slabs.get(slot, Word.FREE_PREVIOUS);
    const next = this.#slabs.get(slot, Word.FREE_NEXT);
    if (previous === NO_SLOT && this.#first !== slot) return;
    this.#size -= 1;
    if (previous === NO_SLOT) this.#first = next;
    else this.#slabs.set(previous, Word.FREE_NEXT, next);
    if (next === NO_SLOT) this.#last = previous;
    else this.#slabs.set(next, Word.FREE_PREVIOUS, previous);
    this.#slabs.set(slot, Word.FREE_PREVIOUS, NO_SLOT);
    this.#slabs.set(slot, Word.FREE_NEXT, NO_SLOT);
  }
}
