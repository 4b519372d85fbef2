import { invariant } from '../wire/index.ts';
import { NO_SLOT } from './record.ts';
import type { RecordSlabs } from './record-slabs.ts';

const SEGMENT_BUCKETS_LOG2 = 13;
const SEGMENT_BUCKETS = 1 << SEGMENT_BUCKETS_LOG2;
const SEGMENT_MASK = SEGMENT_BUCKETS - 1;

/**
 * A hash index whose chains run through the records themselves: one word a bucket, one word a record.
 * It is a linear hash table: every insertion beyond one record a bucket splits one bucket, so that no
 * insertion ever waits for a rehash of the whole.
 */
export class ChainIndex {
  readonly #slabs: RecordSlabs;
  readonly #link: number;
  readonly #hashOf: (slot: number) => number;
  readonly #segments: Uint32Array[] = [];
  #buckets = 0;
  /** The smallest 2^n - 1 that covers every bucket. */
  #mask = 0;
  #size = 0;

  /** `link` is the word of a record that holds the chain, `hashOf` the hash (32 bits) of a record's key. */
  constructor(slabs: RecordSlabs, link: number, hashOf: (slot: number) => number) {
    this.#slabs = slabs;
    this.#link = link;
    this.#hashOf = hashOf;
    this.#addBucket();
  }

  /** Makes room for that many records ahead of their insertion, while the index is empty. */
  presize(records: number): void {
    invariant(this.#size === 0, 'an index is sized ahead while it is empty');
    while (this.#buckets < records) this.#addBucket();
  }

  /** The first record of the chain that a hash leads to. The caller compares keys; other keys share the chain. */
  first(hash: number): number {
    const bucket = this.#bucketOf(hash);
    return this.#segment(bucket)[bucket & SEGMENT_MASK] as number;
  }

  next(slot: number): number {
    return this.#slabs.get(slot, this.#link);
  }

  insert(hash: number, slot: number): void {
    if (this.#size >= this.#buckets) this.#split();
    this.#size += 1;
    this.#prepend(this.#bucketOf(hash), slot);
  }

  remove(hash: number, slot: number): void {
    const bucket = this.#bucketOf(hash);
    const segment = this.#segment(bucket);
    const following = this.next(slot);
    let current = segment[bucket & SEGMENT_MASK] as number;
    if (current === slot) {
      segment[bucket & SEGMENT_MASK] = following;
    } else {
      while (this.next(current) !== slot) {
        current = this.next(current);
        invariant(current !== NO_SLOT, 'a record that leaves an index is in it');
      }
      this.#slabs.set(current, this.#link, following);
    }
    this.#slabs.set(slot, this.#link, NO_SLOT);
    this.#size -= 1;
  }

  #bucketOf(hash: number): number {
    const bucket = (hash & this.#mask) >>> 0;
    return bucket < this.#buckets ? bucket : bucket & (this.#mask >>> 1);
  }

  #segment(bucket: number): Uint32Array {
    const segment = this.#segments[bucket >>> SEGMENT_BUCKETS_LOG2];
    if (segment === undefined) throw new RangeError(`bucket ${bucket} is outside of the index`);
    return segment;
  }

  #prepend(bucket: number, slot: number): void {
    const segment = this.#segment(bucket);
    this.#slabs.set(slot, this.#link, segment[bucket & SEGMENT_MASK] as number);
    segment[bucket & SEGMENT_MASK] = slot;
  }

  #addBucket(): void {
    if (this.#buckets >>> SEGMENT_BUCKETS_LOG2 >= this.#segments.length) this.#segments.push(new Uint32Array(SEGMENT_BUCKETS));
    if (this.#buckets > this.#mask) this.#mask = this.#mask * 2 + 1;
    this.#buckets += 1;
  }

  /** Adds a bucket and moves to it what belongs there from the one bucket that stood in for it. */
  #split(): void {
    const added = this.#buckets;
    this.#addBucket();
    const source = added & (this.#mask >>> 1);
    const segment = this.#segment(source);
    let slot = segment[source & SEGMENT_MASK] as number;
    segment[source & SEGMENT_MASK] = NO_SLOT;
    while (slot !== NO_SLOT) {
      const following = this.next(slot);
      this.#prepend(this.#bucketOf(this.#hashOf(slot)), slot);
      slot = following;
    }
  }
}
