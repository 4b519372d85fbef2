const FULL = 0xffffffff;

/**
 * A set of indices that finds its next gap in a time that does not depend on how full it is. Over the bits lie
 * summaries: a bit of one says that the whole word below it is full. The memory starts as zeros
 * that the kernel provides when they are first touched.
 */
export class IndexBitmap {
  readonly size: number;
  readonly #levels: Uint32Array[] = [];
  #count = 0;

  constructor(size: number) {
    this.size = size;
    let bits = size;
    do {
      const words = new Uint32Array(Math.ceil(bits / 32));
      // What lies behind the end counts as full.
      if (bits % 32 !== 0) words[words.length - 1] = FULL << (bits % 32);
      this.#levels.push(words);
      bits = words.length;
    } while (bits > 1);
  }

  /** How many indices are in the set. */
  get count(): number {
    return this.#count;
  }

  has(index: number): boolean {
    return ((this.#level(0)[index >>> 5] as number) & (1 << (index & 31))) !== 0;
  }

  add(index: number): void {
    if (this.has(index)) return;
    this.#count += 1;
    let position = index;
    for (const words of this.#levels) {
      const at = position >>> 5;
      const word = ((words[at] as number) | (1 << (position & 31))) >>> 0;
      words[at] = word;
      if (word !== FULL) return;
      position = at;
    }
  }

  delete(index: number): void {
    if (!this.has(index)) return;
    this.#count -= 1;
    let position = index;
    for (const words of this.#levels) {
      const at = position >>> 5;
      const word = words[at] as number;
      words[at] = word & ~(1 << (position & 31));
      if (word !== FULL) return;
      position = at;
    }
  }

  /** The first index from `from` on, and then from 0 on, that is not in the set; -1 when all are. */
  nextGap(from: number): number {
    const gap = this.#gapFrom(from);
    return gap === -1 && from > 0 ? this.#gapFrom(0) : gap;
  }

  #gapFrom(from: number): number {
    let position = from;
    for (let level = 0; level < this.#levels.length; level += 1) {
      const words = this.#level(level);
      const at = position >>> 5;
      if (at >= words.length) return -1;
      const gaps = ~(words[at] as number) & (-1 << (position & 31));
      if (gaps !== 0) return this.#descend(level, at * 32 + lowestBit(gaps));
      position = at + 1;
    }
    return -1;
  }

  #descend(level: number, position: number): number {
    let index = position;
    for (let below = level - 1; below >= 0; below -= 1) index = index * 32 + lowestBit(~(this.#level(below)[index] as number));
    return index;
  }

  #level(level: number): Uint32Array {
    return this.#levels[level] as Uint32Array;
  }
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}
