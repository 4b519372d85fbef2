/** A set of slots of the lease table: one bit for each. */
export class SlotSet {
  #bits = new Uint32Array(64);

  has(slot: number): boolean {
    return ((this.#bits[slot >>> 5] ?? 0) & (1 << (slot & 31))) !== 0;
  }

  add(slot: number): void {
    const word = slot >>> 5;
    if (word >= this.#bits.length) {
      const grown = new Uint32Array(2 * word);
      grown.set(this.#bits);
      this.#bits = grown;
    }
    this.#bits[word] = (this.#bits[word] as number) | (1 << (slot & 31));
  }

  delete(slot: number): void {
    const word = slot >>> 5;
    if (word < this.#bits.length) this.#bits[word] = (this.#bits[word] as number) & ~(1 << (slot & 31));
  }
}
