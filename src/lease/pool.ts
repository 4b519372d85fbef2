import type { AddressWords } from './address-words.ts';
import type { BindingStatus } from './binding.ts';
import { ElementSpace } from './element-space.ts';
import { FreeList } from './free-list.ts';
import { IndexBitmap } from './index-bitmap.ts';
import type { AllocationOrder, PoolDefinition } from './pool-definition.ts';
import type { RecordSlabs } from './record-slabs.ts';

const BITMAP_MAX = 2 ** 24;
const STATUS_COUNT = 9;

/** What a pool knows of its leases. */
export class Pool {
  readonly space: ElementSpace;
  readonly order: AllocationOrder;
  /**
   * Indices that never can be, or are not to be, given to a client that was not there before: those that have a lease of
   * any status, and those that are excluded. A random pool of more elements has none: it is never nearly full, and a few
   * guesses find a gap. A sequential one only has the first indices.
   */
  readonly used: IndexBitmap | undefined;
  readonly free: FreeList;
  readonly #counts = new Uint32Array(STATUS_COUNT);

  constructor(definition: PoolDefinition, slabs: RecordSlabs) {
    this.space = new ElementSpace(definition);
    this.order = definition.allocation;
    this.free = new FreeList(slabs);
    const tracked = this.order === 'sequential' ? Math.min(this.space.size, BITMAP_MAX) : this.space.size;
    this.used = tracked <= BITMAP_MAX ? new IndexBitmap(tracked) : undefined;
  }

  /** How many leases of the pool have this status. */
  count(status: BindingStatus): number {
    return this.#counts[status] as number;
  }

  changeCount(status: BindingStatus, change: 1 | -1): void {
    this.#counts[status] = (this.#counts[status] as number) + change;
  }

  /** The element is not for clients that were not there before. */
  markUsed(element: AddressWords): void {
    const index = this.space.indexOf(element);
    if (this.used !== undefined && index < this.used.size) this.used.add(index);
  }

  markUnused(element: AddressWords): void {
    const index = this.space.indexOf(element);
    if (this.used !== undefined && index < this.used.size) this.used.delete(index);
  }

  /** As `markUsed`, for every element from that which holds `first` to that which holds `last`; both are in the pool. */
  markRangeUsed(first: AddressWords, last: AddressWords): void {
    if (this.used === undefined) return;
    const end = Math.min(this.space.indexOf(last), this.used.size - 1);
    for (let index = this.space.indexOf(first); index <= end; index += 1) this.used.add(index);
  }
}
