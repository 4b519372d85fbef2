import { type EpochSeconds, type Seconds, invariant } from '../wire/index.ts';
import type { AddressWords } from './address-words.ts';
import { BindingStatus, LeaseKind } from './binding.ts';
import { ElementSpace } from './element-space.ts';
import { NEVER } from './lifetimes.ts';
import type { AllocationOrder, PoolDefinition, PoolShare } from './pool-definition.ts';
import { PoolPart } from './pool-part.ts';
import type { RecordSlabs } from './record-slabs.ts';

const STATUS_COUNT = 9;

/** PARTNER-DOWN (RFC 8156 8.4): this box entered it then, and the maximum client lead time that holds. */
export interface PartnerDown {
  readonly entry: EpochSeconds;
  readonly mclt: Seconds;
}

/** What a pool knows of its leases. */
export class Pool {
  /** All elements, whoever they belong to. */
  readonly space: ElementSpace;
  readonly order: AllocationOrder;
  readonly share: PoolShare;
  /** What this box may give. */
  readonly own: PoolPart;
  /** What its partner may give; undefined where there is none. */
  readonly partner: PoolPart | undefined;
  /** From when on this box may give its partner's part too (RFC 8156 8.4.1). */
  partnerUsableFrom: EpochSeconds = NEVER;
  /** Set while this box serves alone for the relationship. */
  partnerDown: PartnerDown | undefined = undefined;
  readonly #counts = new Uint32Array(STATUS_COUNT);

  constructor(definition: PoolDefinition, slabs: RecordSlabs) {
    this.space = new ElementSpace(definition, 'all');
    this.order = definition.allocation;
    this.share = definition.share;
    const part = (space: ElementSpace | undefined): PoolPart => new PoolPart(space, this.order, slabs);
    if (this.share === 'whole') {
      this.own = part(this.space);
      this.partner = undefined;
      return;
    }
    const isAddresses = this.space.kind === LeaseKind.IA_NA;
    const primary = part(isAddresses ? new ElementSpace(definition, 'odd') : this.space);
    const secondary = part(isAddresses ? new ElementSpace(definition, 'even') : undefined);
    this.own = this.share === 'primary' ? primary : secondary;
    this.partner = this.share === 'primary' ? secondary : primary;
  }

  /** The part that a free lease belongs to: of addresses whichever its lowest bit says (RFC 8156 4.2.1.1), of prefixes its status. */
  partOf(element: AddressWords, status: BindingStatus): PoolPart {
    if (this.partner === undefined) return this.own;
    if (this.space.kind === LeaseKind.IA_NA) return this.own.space?.holds(element) === true ? this.own : this.partner;
    return (status === BindingStatus.FREE_BACKUP) === (this.share === 'secondary') ? this.own : this.partner;
  }

  /** The part that an element without a record belongs to. */
  partOfUnused(element: AddressWords): PoolPart {
    return this.partOf(element, BindingStatus.FREE);
  }

  /** How many leases the primary, or the secondary, could make by itself. Elements that are never given may be among them. */
  available(role: 'primary' | 'secondary'): number {
    invariant(this.share !== 'whole', 'a pool that is shared has two parts');
    const part = this.share === role ? this.own : this.partner;
    invariant(part !== undefined, 'a pool that is shared has two parts');
    return part.free.size + this.#unusedOf(part);
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
    this.partOfUnused(element).markUsed(element);
  }

  markUnused(element: AddressWords): void {
    this.partOfUnused(element).markUnused(element);
  }

  /** As `markUsed`, for every element from that which holds `first` to that which holds `last`; both are in the pool. */
  markRangeUsed(first: AddressWords, last: AddressWords): void {
    this.own.markRangeUsed(first, last);
    this.partner?.markRangeUsed(first, last);
  }

  #unusedOf({ space, used }: PoolPart): number {
    if (space === undefined) return 0;
    if (used !== undefined && used.size === space.size) return space.size - used.count;
    const records = this.#counts.reduce((sum, count) => sum + count, 0);
    return Math.max(0, space.size - records);
  }
}
