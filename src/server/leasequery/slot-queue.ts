import { SlotSet } from './slot-set.ts';

/** Slots of the lease table in the order in which they came, each once, and no more than a fixed number. */
export class SlotQueue {
  readonly #ring: Uint32Array;
  readonly #isHere = new SlotSet();
  #head = 0;
  /** Those that were taken out of the middle count until it is their turn. */
  #length = 0;

  constructor(capacity: number) {
    this.#ring = new Uint32Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** @returns false where there is no room for it */
  add(slot: number): boolean {
    if (this.#isHere.has(slot)) return true;
    if (this.#length === this.#ring.length) return false;
    this.#ring[(this.#head + this.#length) % this.#ring.length] = slot;
    this.#length += 1;
    this.#isHere.add(slot);
    return true;
  }

  has(slot: number): boolean {
    return this.#isHere.has(slot);
  }

  delete(slot: number): void {
    this.#isHere.delete(slot);
  }

  take(): number | undefined {
    while (this.#length > 0) {
      const slot = this.#ring[this.#head] as number;
      this.#head = (this.#head + 1) % this.#ring.length;
      this.#length -= 1;
      if (!this.#isHere.has(slot)) continue;
      this.#isHere.delete(slot);
      return slot;
    }
    return undefined;
  }
}
