const GROWTH_MIN = 1024;
const NOTHING = 0xffffffff;

/**
 * A binary heap of (time, slot), earliest first, in two typed arrays. It holds what it was given, stale or
 * not: who pops an entry judges whether it still means something.
 */
export class ExpiryHeap {
  #keys = new Uint32Array(GROWTH_MIN);
  #slots = new Uint32Array(GROWTH_MIN);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The earliest time in the heap, 0xffffffff when it is empty. */
  get firstKey(): number {
    return this.#size === 0 ? NOTHING : this.#keys[0] as number;
  }

  /** The slot that belongs to `firstKey`. */
  get firstSlot(): number {
    return this.#slots[0] as number;
  }

  push(key: number, slot: number): void {
    if (this.#size === this.#keys.length) this.#grow();
    this.#size += 1;
    this.#siftUp(this.#size - 1, key, slot);
  }

  /** Makes room for that many entries in all. */
  reserve(entries: number): void {
    if (entries > this.#keys.length) this.#resize(entries);
  }

  /** As `push`, but nothing may be asked of the heap until `restoreOrder`: many are entered in less time so. */
  append(key: number, slot: number): void {
    if (this.#size === this.#keys.length) this.#grow();
    this.#keys[this.#size] = key;
    this.#slots[this.#size] = slot;
    this.#size += 1;
  }

  /** Takes time in proportion to the size. */
  restoreOrder(): void {
    for (let i = (this.#size >>> 1) - 1; i >= 0; i -= 1) this.#siftDown(i, this.#keys[i] as number, this.#slots[i] as number);
  }

  /** Drops the first entry. */
  pop(): void {
    this.#size -= 1;
    if (this.#size > 0) this.#siftDown(0, this.#keys[this.#size] as number, this.#slots[this.#size] as number);
  }

  /** Gives the first entry a later key. */
  postponeFirst(key: number): void {
    this.#siftDown(0, key, this.firstSlot);
  }

  /** Keeps the entries that `isCurrent` accepts. Takes time in proportion to the size. */
  compact(isCurrent: (key: number, slot: number) => boolean): void {
    let kept = 0;
    for (let i = 0; i < this.#size; i += 1) {
      const key = this.#keys[i] as number;
      const slot = this.#slots[i] as number;
      if (!isCurrent(key, slot)) continue;
      this.#keys[kept] = key;
      this.#slots[kept] = slot;
      kept += 1;
    }
    this.#size = kept;
    this.restoreOrder();
  }

  #siftUp(from: number, key: number, slot: number): void {
    let position = from;
    while (position > 0) {
      const parent = (position - 1) >>> 1;
      const parentKey = this.#keys[parent] as number;
      if (parentKey <= key) break;
      this.#keys[position] = parentKey;
      this.#slots[position] = this.#slots[parent] as number;
      position = parent;
    }
    this.#keys[position] = key;
    this.#slots[position] = slot;
  }

  #siftDown(from: number, key: number, slot: number): void {
    let position = from;
    for (;;) {
      let child = position * 2 + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && (this.#keys[child + 1] as number) < (this.#keys[child] as number)) child += 1;
      const childKey = this.#keys[child] as number;
      if (childKey >= key) break;
      this.#keys[position] = childKey;
      this.#slots[position] = this.#slots[child] as number;
      position = child;
    }
    this.#keys[position] = key;
    this.#slots[position] = slot;
  }

  /** By a quarter: the memory that waits for use stays small beside the records. */
  #grow(): void {
    this.#resize(this.#size + Math.max(GROWTH_MIN, this.#size >>> 2));
  }

  #resize(capacity: number): void {
    const keys = new Uint32Array(capacity);
    const slots = new Uint32Array(capacity);
    keys.set(this.#keys);
    slots.set(this.#slots);
    this.#keys = keys;
    this.#slots = slots;
  }
}
