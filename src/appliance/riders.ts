/** Slots in the order in which they came, each once. They are many under load, so they are numbers in an array, not objects in a set. */
export class Riders {
  /** A ring. */
  #slots = new Uint32Array(1_024);
  #first = 0;
  #length = 0;
  /** By slot: 1 where it is in the ring. */
  #isIn = new Uint8Array(1_024);

  get size(): number {
    return this.#length;
  }

  add(slot: number): void {
    if (slot >= this.#isIn.length) this.#isIn = larger(this.#isIn, new Uint8Array(Math.max(2 * this.#isIn.length, slot + 1)));
    if (this.#isIn[slot] === 1) return;
    this.#isIn[slot] = 1;
    if (this.#length === this.#slots.length) this.#grow();
    this.#slots[(this.#first + this.#length) % this.#slots.length] = slot;
    this.#length += 1;
  }

  /** The first one; there is one. */
  shift(): number {
    const slot = this.#slots[this.#first] as number;
    this.#first = (this.#first + 1) % this.#slots.length;
    this.#length -= 1;
    this.#isIn[slot] = 0;
    return slot;
  }

  #grow(): void {
    const grown = new Uint32Array(2 * this.#slots.length);
    grown.set(this.#slots.subarray(this.#first));
    grown.set(this.#slots.subarray(0, this.#first), this.#slots.length - this.#first);
    this.#slots = grown;
    this.#first = 0;
  }
}

function larger(from: Uint8Array, into: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  into.set(from);
  return into;
}
