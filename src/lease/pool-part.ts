import type { AddressWords } from './address-words.ts';
import type { ElementSpace } from './element-space.ts';
import { FreeList } from './free-list.ts';
import { IndexBitmap } from './index-bitmap.ts';
import type { AllocationOrder } from './pool-definition.ts';
import type { RecordSlabs } from './record-slabs.ts';

const BITMAP_MAX = 2 ** 24;

/** What one box has of a pool: elements that nobody had yet, and leases that are free. */
export class PoolPart {
  /** The elements that belong here as long as they have no record; undefined: there are none. */
  readonly space: ElementSpace | undefined;
  /**
   * Indices that never can be, or are not to be, given to a client that was not there before: those that have a lease of
   * any status, and those that are excluded. A random space of more elements has none: it is never nearly full, and a few
   * guesses find a gap. A sequential one only has the first indices.
   */
  readonly used: IndexBitmap | undefined;
  readonly free: FreeList;

  constructor(space: ElementSpace | undefined, order: AllocationOrder, slabs: RecordSlabs) {
    this.space = space;
    this.free = new FreeList(slabs);
    const size = space?.size ?? 0;
    const tracked = order === 'sequential' ? Math.min(size, BITMAP_MAX) : size;
    this.used = space !== undefined && tracked <= BITMAP_MAX ? new IndexBitmap(tracked) : undefined;
  }

  /** The element is not for clients that were not there before. */
  markUsed(element: AddressWords): void {
    const index = this.#indexOf(element);
    if (this.used !== undefined && index < this.used.size) this.used.add(index);
  }

  markUnused(element: AddressWords): void {
    const index = this.#indexOf(element);
    if (this.used !== undefined && index < this.used.size) this.used.delete(index);
  }

  /** As `markUsed`, for every element from that which holds `first` to that which holds `last`; both are in the pool. */
  markRangeUsed(first: AddressWords, last: AddressWords): void {
    if (this.space === undefined || this.used === undefined) return;
    const end = Math.min(this.space.indexUntil(last), this.used.size - 1);
    for (let index = this.space.indexFrom(first); index <= end; index += 1) this.used.add(index);
  }

  /** Behind the end for an element of another part. */
  #indexOf(element: AddressWords): number {
    return this.space?.holds(element) === true ? this.space.indexOf(element) : Infinity;
  }
}
